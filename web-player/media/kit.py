"""Drawing, speech and muxing shared by both demo lessons. Lengths are in the
640x360 picture's units; everything is drawn at twice that and reduced, so edges are smooth."""
import math
import os
import subprocess
import wave

import numpy as np
from PIL import Image, ImageDraw, ImageFont

W, H, S, FPS, RATE = 640, 360, 2, 15, 48000
FONTS = {
    False: "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    True: "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
}
SC = 2  # the Simplified Chinese face inside the collection

INK, PAPER, MUTE, WHITE = (31, 41, 55), (246, 248, 251), (148, 158, 172), (255, 255, 255)
RED, ORANGE, YELLOW, GREEN, BLUE = (214, 48, 49), (240, 125, 30), (250, 200, 60), (34, 150, 94), (37, 99, 190)
SKIN, PALE = (240, 200, 165), (226, 232, 240)

_fonts = {}


def font(size, bold=False):
    key = (size, bold)
    if key not in _fonts:
        _fonts[key] = ImageFont.truetype(FONTS[bold], int(size * S), index=SC)
    return _fonts[key]


def ease(x):
    x = max(0.0, min(1.0, x))
    return x * x * (3 - 2 * x)


def wave01(t, period):
    return 0.5 - 0.5 * math.cos(2 * math.pi * t / period)


def mix(a, b, k):
    return tuple(round(p + (q - p) * k) for p, q in zip(a, b))


class Canvas:
    def __init__(self, base):
        self.image = base.copy()
        self.d = ImageDraw.Draw(self.image)

    def line(self, points, color=INK, width=2):
        p = [(x * S, y * S) for x, y in points]
        self.d.line(p, fill=color, width=max(1, round(width * S)), joint="curve")
        r = width * S / 2
        for x, y in (p[0], p[-1]):
            self.d.ellipse((x - r, y - r, x + r, y + r), fill=color)

    def circle(self, x, y, r, fill=None, edge=None, width=2):
        self.d.ellipse(((x - r) * S, (y - r) * S, (x + r) * S, (y + r) * S), fill=fill, outline=edge, width=round(width * S))

    def oval(self, x, y, rx, ry, fill=None, edge=None, width=2):
        self.d.ellipse(((x - rx) * S, (y - ry) * S, (x + rx) * S, (y + ry) * S), fill=fill, outline=edge, width=round(width * S))

    def box(self, x, y, w, h, fill=None, edge=None, width=2, r=6):
        self.d.rounded_rectangle((x * S, y * S, (x + w) * S, (y + h) * S), radius=r * S, fill=fill, outline=edge, width=round(width * S))

    def poly(self, points, fill):
        self.d.polygon([(x * S, y * S) for x, y in points], fill=fill)

    def arc(self, x, y, r, start, end, color, width=3):
        self.d.arc(((x - r) * S, (y - r) * S, (x + r) * S, (y + r) * S), start, end, fill=color, width=round(width * S))

    def text(self, x, y, words, size=15, color=INK, bold=False, anchor="mm"):
        self.d.text((x * S, y * S), words, font=font(size, bold), fill=color, anchor=anchor)

    def arrow(self, x1, y1, x2, y2, color=BLUE, width=3, head=8):
        self.line([(x1, y1), (x2, y2)], color, width)
        a = math.atan2(y2 - y1, x2 - x1)
        tip = (x2 + head * 0.6 * math.cos(a), y2 + head * 0.6 * math.sin(a))
        self.poly([tip] + [(x2 - head * math.cos(a + s), y2 - head * math.sin(a + s)) for s in (0.6, -0.6)], color)

    def tag(self, x, y, words, fill=BLUE, color=WHITE, size=13, bold=True):
        half = self.d.textlength(words, font=font(size, bold)) / S / 2 + 8
        self.box(x - half, y - size * 0.9, half * 2, size * 1.8, fill, r=size * 0.9)
        self.text(x, y, words, size, color, bold)

    def cross(self, x, y, r, color=RED, width=4):
        self.line([(x - r, y - r), (x + r, y + r)], color, width)
        self.line([(x - r, y + r), (x + r, y - r)], color, width)

    def check(self, x, y, r, color=GREEN, width=4):
        self.line([(x - r, y), (x - r * 0.2, y + r * 0.8), (x + r, y - r * 0.8)], color, width)


# ---- things that appear in both lessons -------------------------------------------------

def flame(c, x, y, size, t, strength=1.0):
    t = int(t * 7.5) / 7.5  # flickers on every other frame: half the bits, and fire looks no worse
    for shade, part, speed in ((RED, 1.0, 5.1), (ORANGE, 0.72, 6.7), (YELLOW, 0.42, 8.3)):
        s = size * part * strength
        if s < 1:
            continue
        top = y - s * (1.35 + 0.12 * math.sin(t * speed))
        lean = s * 0.16 * math.sin(t * speed * 0.7 + part)
        c.poly([
            (x - s * 0.5, y - s * 0.15), (x - s * 0.52, y - s * 0.5), (x - s * 0.3 + lean * 0.4, y - s * (0.8 + 0.1 * math.sin(t * speed * 1.3))),
            (x - s * 0.22, y - s * 0.6), (x + lean, top), (x + s * 0.22, y - s * 0.7),
            (x + s * 0.36 + lean * 0.4, y - s * (0.95 + 0.1 * math.cos(t * speed))), (x + s * 0.52, y - s * 0.45),
            (x + s * 0.48, y - s * 0.15), (x + s * 0.25, y), (x - s * 0.25, y)], shade)


def figure(c, x, y, h, color=BLUE, arms=((18, 20), (-18, 20)), legs=((-9, 0), (9, 0)), lean=0.0, dizzy=False):
    """A standing person: feet at (x, y), height h; arms and legs are hand and foot offsets (per 100 of height)."""
    k = h / 100
    hip, neck = (x + lean * 0.45 * k, y - 45 * k), (x + lean * k, y - 78 * k)
    for lx, ly in legs:
        c.line([hip, (x + (lx * 0.6 + lean * 0.2) * k, y - 22 * k + ly * k * 0.5), (x + lx * k, y + ly * k)], INK, 7 * k)
    c.line([hip, neck], color, 15 * k)
    for ax, ay in arms:
        c.line([neck, (neck[0] + ax * k * 0.5, neck[1] + (ay * 0.5 + 4) * k), (neck[0] + ax * k, neck[1] + ay * k)], color, 6 * k)
        c.circle(neck[0] + ax * k, neck[1] + ay * k, 4 * k, SKIN)
    c.circle(neck[0] + lean * 0.1 * k, neck[1] - 12 * k, 10 * k, SKIN, INK, 1.2)
    if dizzy:
        c.text(neck[0] + 14 * k, neck[1] - 28 * k, "×", 13, RED, True)


def lying(c, x, y, chest=0.0):
    """A person on the back, head left, resting on the line y; chest: how far it is pressed down."""
    c.circle(x, y - 13, 12, SKIN, INK, 1.2)
    c.line([(x + 2, y - 22), (x - 7, y - 24), (x - 13, y - 16)], INK, 3)
    c.poly([(x + 14, y - 22), (x + 38, y - 25 + chest), (x + 58, y - 25 + chest), (x + 88, y - 20), (x + 88, y - 2), (x + 14, y - 2)], (90, 140, 200))
    c.line([(x + 88, y - 11), (x + 128, y - 12), (x + 165, y - 8)], INK, 9)
    c.line([(x + 165, y - 8), (x + 168, y - 18)], INK, 6)
    c.line([(x + 24, y - 6), (x + 70, y - 3)], SKIN, 6)


def bolt(c, x, y, s, color=YELLOW):
    c.poly([(x + s * 0.1, y - s), (x - s * 0.5, y + s * 0.15), (x - s * 0.05, y + s * 0.15), (x - s * 0.2, y + s), (x + s * 0.5, y - s * 0.25), (x + s * 0.05, y - s * 0.25)], color)


def checklist(c, items, upto, t, x=120, y=66, step=36, color=GREEN):
    for i, words in enumerate(items):
        yy, live = y + i * step, i == upto
        c.box(x, yy - 14, 400, 29, mix(WHITE, YELLOW, 0.18 + 0.2 * wave01(t, 1.2)) if live else WHITE, color if i <= upto else PALE, 1.5)
        if i <= upto:
            c.check(x + 19, yy, 7, color, 3.5)
        else:
            c.circle(x + 19, yy, 6, None, MUTE, 1.5)
        c.text(x + 38, yy, words, 15, INK if i <= upto else MUTE, live, "lm")


def title_card(c, lesson, u, t):
    k = ease(u * 3)
    c.text(W / 2, 250 + (1 - k) * 20, lesson["title"], 28, INK, True)
    c.text(W / 2, 279, lesson["titleEn"], 13, MUTE)


# ---- sound ----------------------------------------------------------------------------

def speak(words, path, speed):
    subprocess.run(["espeak-ng", "-v", "cmn", "-s", str(speed), "-p", "42", "-a", "150", "-w", path, words], check=True)
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, "-af",
         "highpass=f=90,equalizer=f=220:t=q:w=1:g=3,equalizer=f=3300:t=q:w=1.2:g=-3,lowpass=f=7200,aecho=0.9:0.5:23|41:0.16|0.10",
         "-ar", str(RATE), "-ac", "1", "-f", "f32le", "-"], check=True, capture_output=True).stdout
    a = np.frombuffer(raw, np.float32)
    loud = np.nonzero(np.abs(a) > 0.01)[0]
    return a[max(0, loud[0] - 1200):loud[-1] + 4800]


def bed(seconds, marks):
    """A quiet chord that changes every 8 s, and a bell where a chapter opens."""
    n = int(seconds * RATE)
    t = np.arange(n) / RATE
    out = np.zeros(n, np.float32)
    chords = ((220.0, 277.18, 329.63), (196.0, 246.94, 293.66), (174.61, 220.0, 261.63), (196.0, 246.94, 329.63))
    for i in range(int(seconds / 8) + 1):
        part = (t >= i * 8 - 1) & (t < i * 8 + 9)
        x = t[part] - i * 8
        swell = np.clip(np.minimum((x + 1) / 2, (9 - x) / 2), 0, 1)
        for f in chords[i % 4]:
            out[part] += (np.sin(2 * np.pi * f * x) + 0.3 * np.sin(4 * np.pi * f * x + 0.4)) * swell * (0.012 + 0.003 * np.sin(2 * np.pi * 0.4 * x))
    for m in marks:
        x = t[int(m * RATE):int((m + 1.4) * RATE)] - m
        out[int(m * RATE):int(m * RATE) + len(x)] += 0.09 * np.exp(-4 * x) * (np.sin(2 * np.pi * 659.25 * x) + 0.6 * np.sin(2 * np.pi * 987.77 * x))
    return out


def soundtrack(lesson, work):
    """Speaks every line, shares the spare time out evenly between lines, and returns the lines' times."""
    lines = [(s, k) for s, scene in enumerate(lesson["scenes"]) for k in range(len(scene["lines"]))]
    voices = []
    for s, k in lines:
        row = lesson["scenes"][s]["lines"][k]
        voices.append(speak(row if isinstance(row, str) else row[1], f"{work}/{lesson['id']}-v.wav", lesson["speed"]))
    total, spoken = lesson["seconds"], sum(len(v) for v in voices) / RATE
    gap = (total - 1.0 - spoken) / len(lines)
    print(lesson["id"], "spoken", round(spoken, 1), "s, pause", round(gap, 2), "s", flush=True)
    if not 0.3 <= gap <= 1.6:
        raise SystemExit("the narration does not fit the lesson: change its speed")
    cues, at, mixdown = [], 1.0, np.zeros(int(total * RATE), np.float32)
    for (s, k), v in zip(lines, voices):
        i = int(at * RATE)
        v = v[:len(mixdown) - i]
        mixdown[i:i + len(v)] += v * 0.85
        end = at + len(v) / RATE + gap
        cues.append((at, end, s, k))
        at = end
    marks = [next(a for a, _, s, _ in cues if s == n) - 0.35 for n in range(len(lesson["scenes"]))]
    mixdown += bed(total, marks)
    for a, b, s, _ in cues:
        if lesson["scenes"][s].get("beat"):  # clicks at the rate of the compressions shown
            beat = 60 / lesson["scenes"][s]["beat"]
            for n in range(math.ceil(a / beat), int(b / beat) + 1):
                i, x = int(n * beat * RATE), np.arange(2400) / RATE
                x = x[:max(0, len(mixdown) - i)]
                mixdown[i:i + len(x)] += 0.10 * np.exp(-60 * x) * np.sin(2 * np.pi * 1200 * x)
    path = f"{work}/{lesson['id']}.wav"
    with wave.open(path, "wb") as f:
        f.setnchannels(1)
        f.setsampwidth(2)
        f.setframerate(RATE)
        f.writeframes((np.clip(mixdown, -0.98, 0.98) * 32767).astype("<i2").tobytes())
    return path, cues, marks


# ---- picture --------------------------------------------------------------------------

def backdrop(lesson):
    im = Image.new("RGB", (W * S, H * S), PAPER)
    d = ImageDraw.Draw(im)
    for y in range(H * S):
        d.line((0, y, W * S, y), fill=mix((252, 253, 255), mix(PAPER, lesson["color"], 0.10), y / (H * S)))
    d.rectangle((0, 0, W * S, 34 * S), fill=lesson["color"])
    d.rectangle((0, 296 * S, W * S, H * S), fill=INK)
    d.text((16 * S, 17 * S), lesson["title"], font=font(15, True), fill=WHITE, anchor="lm")
    return im


def wrapped(words, size, limit):
    if font(size).getlength(words) / S <= limit:
        return [words]
    cut = min((i + 1 for i, ch in enumerate(words[:-1]) if ch in "，；。："), key=lambda i: abs(i - len(words) / 2), default=len(words) // 2)
    return [words[:cut], words[cut:]]


def paint(lesson, base, cues, marks, t):
    at, end, s, k = next((q for q in reversed(cues) if q[0] <= t), cues[0])
    c = Canvas(base)
    scene, total = lesson["scenes"][s], lesson["seconds"]
    u = max(0.0, min(1.0, (t - at) / (end - at)))
    scene["draw"](c, k, u, t)
    c.text(566, 17, f"第 {s + 1} 节  {scene['name']}", 13, WHITE, False, "rm")
    # a turning dial and a running clock: no two frames of the lesson are alike
    c.text(574, 17, f"{int(t) // 60}:{t % 60:04.1f}", 10.5, WHITE, False, "lm")
    a = t * 2 * math.pi / 3
    c.circle(621, 17, 9, mix(lesson["color"], WHITE, 0.25), WHITE, 1.5)
    c.line([(621, 17), (621 + 7 * math.sin(a), 17 - 7 * math.cos(a))], WHITE, 2)
    row = scene["lines"][k]
    rows = wrapped(row if isinstance(row, str) else row[0], 16, 610)
    for i, words in enumerate(rows):
        c.text(W / 2, 319 + (i - (len(rows) - 1) / 2) * 21, words, 16, WHITE)
    c.box(16, 346, 608, 6, (75, 85, 99), r=3)
    done = 608 * t / total
    c.box(16, 346, max(6, done), 6, lesson["accent"], r=3)
    for m in marks[1:]:
        c.box(16 + 608 * m / total - 1, 345, 2, 8, WHITE, r=0)
    c.circle(16 + done, 349, 5 + 1.2 * wave01(t, 0.9), WHITE)
    return c.image.reduce(S)


def film(lesson, out, work):
    """Renders one lesson into out/<id>.webm and its poster into out/<id>.jpg."""
    sound, cues, marks = soundtrack(lesson, work)
    base = backdrop(lesson)
    paint(lesson, base, cues, marks, lesson["poster"]).save(f"{out}/{lesson['id']}.jpg", quality=85, optimize=True)
    if os.environ.get("SHEET"):
        for i, (a, b, _, _) in enumerate(cues):
            paint(lesson, base, cues, marks, a + (b - a) * 0.6).save(f"{work}/{lesson['id']}-s{i:02d}.png")
        return
    target = f"{out}/{lesson['id']}.webm"
    enc = subprocess.Popen(
        ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{W}x{H}", "-r", str(FPS), "-i", "-", "-i", sound,
         "-c:v", "libvpx-vp9", "-pix_fmt", "yuv420p", "-b:v", lesson["bits"], "-crf", "38", "-g", str(FPS * 4), "-deadline", "good", "-cpu-used", "3", "-row-mt", "1", "-threads", "2",
         "-c:a", "libopus", "-b:a", "30k", "-ac", "1", "-cues_to_front", "1", "-shortest", "-fflags", "+bitexact", target], stdin=subprocess.PIPE)
    for n in range(lesson["seconds"] * FPS):
        enc.stdin.write(paint(lesson, base, cues, marks, n / FPS).tobytes())
    enc.stdin.close()
    if enc.wait():
        raise SystemExit("ffmpeg failed")
