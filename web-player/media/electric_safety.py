"""Lesson 2: what it says and what it shows. `lines` are subtitles; a pair is (subtitle, how it is spoken)."""
import math

from kit import *  # noqa: F403

BEAT = 110  # compressions a minute, shown and clicked


def ground(c, y=268):
    c.box(20, y, 600, 5, MUTE, r=2)


def socket(c, x, y, s=1.0):
    c.box(x - 30 * s, y - 30 * s, 60 * s, 60 * s, WHITE, INK, 2, r=8)
    for dx in (-10, 10):
        c.box(x + dx * s - 2.5, y - 14 * s, 5, 12 * s, INK, r=1)
    c.line([(x, y + 8 * s), (x, y + 16 * s)], INK, 5)


def breaker(c, x, y, down):
    c.box(x - 32, y - 52, 64, 104, WHITE, INK, 2.5, r=6)
    c.box(x - 12, y - 34, 24, 68, PALE, INK, 1.5, r=4)
    yy = y - 20 + 40 * down
    c.box(x - 18, yy - 9, 36, 18, GREEN if down > 0.5 else RED, INK, 1.5, r=4)
    c.text(x, y - 43, "合", 9, RED, True)
    c.text(x, y + 43, "分", 9, GREEN, True)


def current(c, points, t, color=ORANGE, n=10):
    seg = [math.dist(a, b) for a, b in zip(points, points[1:])]
    for i in range(n):
        left = ((i / n + t * 0.35) % 1) * sum(seg)
        for (a, b), length in zip(zip(points, points[1:]), seg):
            if left <= length:
                p = left / length
                c.circle(a[0] + (b[0] - a[0]) * p, a[1] + (b[1] - a[1]) * p, 4, color)
                break
            left -= length


def opening(c, k, u, t):
    c.circle(320, 136, 74 + 4 * wave01(t, 1.4), mix(PAPER, YELLOW, 0.5))
    bolt(c, 320, 136, 62 + 3 * math.sin(t * 5), ORANGE)
    pts = [(20 + x, 150 + 22 * math.sin(x / 26 + t * 4) * (0.2 if 200 < x < 400 else 1)) for x in range(0, 210, 6)]
    c.line(pts, BLUE, 3)
    beat = [(420, 150), (450, 150), (462, 120 - 14 * wave01(t, 0.55)), (476, 186), (490, 138), (500, 150), (620, 150)]
    c.line(beat, RED, 3)
    current(c, beat, t, RED, 4)
    title_card(c, LESSON, u if k == 0 else 1, t)


LEVELS = ((1, "约 1 毫安", "有麻感", GREEN), (10, "约 10 毫安", "肌肉痉挛，难以摆脱", ORANGE), (50, "约 50 毫安", "可致心室颤动，危及生命", RED))


def harm(c, k, u, t):
    figure(c, 120, 284, 200, BLUE, arms=((-30, 4), (22, 30)), legs=((-10, 0), (10, 0)))
    path = [(14, 140), (60, 136), (118, 150), (120, 196), (106, 284)]
    c.line(path[:2], INK, 4)
    current(c, path, t, ORANGE if k else YELLOW)
    c.circle(126, 158, 9 + 3 * wave01(t, 0.5), RED)
    bolt(c, 36, 100, 22 + 4 * math.sin(t * 9), ORANGE)
    if k < 3:
        for i, (_, name, what, shade) in enumerate(LEVELS):
            y, on = 74 + i * 72, (k == 1 and i == 0) or (k == 1 and i == 1 and u > 0.45) or (k == 2 and i == 2)
            c.box(236, y - 26, 380, 58, mix(WHITE, shade, 0.14) if on else WHITE, shade if on else PALE, 2)
            c.text(252, y - 8, name, 16, shade, True, "lm")
            c.text(370, y - 8, what, 14, INK, on, "lm")
            full = (0.12, 0.4, 1.0)[i] * 346
            c.box(252, y + 12, 346, 8, PALE, r=4)
            c.box(252, y + 12, max(8, full * (0.9 + 0.1 * math.sin(t * 6 + i))), 8, shade, r=4)
    else:
        c.box(236, 70, 380, 190, WHITE, BLUE, 2, r=10)
        c.text(426, 102, "安全特低电压（常用）", 16, INK, True)
        for i, (v, where) in enumerate((("36 V", "一般危险场所手持灯具"), ("12 V", "潮湿、狭小的金属容器内"))):
            c.circle(292, 150 + i * 66, 28 + 2 * wave01(t + i, 1.2), GREEN)
            c.text(292, 149 + i * 66, v, 17, WHITE, True)
            c.text(334, 150 + i * 66, where, 15, INK, False, "lm")


def habits(c, k, u, t):
    names = ("不用湿手碰电器", "不超负荷、不私拉乱接", "每月按漏电保护器试验钮", "检修：断电、验电、挂牌")
    for i, words in enumerate(names):
        x, y, on = 24 + (i % 2) * 300, 46 + (i // 2) * 124, i == k - 1
        c.box(x, y, 290, 116, mix(WHITE, YELLOW, 0.2) if on else WHITE, ORANGE if on else PALE, 3 if on else 1.5, r=10)
        c.text(x + 145, y + 100, words, 14, INK, on)
        v = t if on else t * 0.4 + i
        if i == 0:
            socket(c, x + 196, y + 48, 0.9)
            c.line([(x + 40, y + 70), (x + 110 + 14 * wave01(v, 1.6), y + 52)], SKIN, 16)
            for j in range(4):
                c.circle(x + 70 + j * 14, y + 66 + ((v * 30 + j * 9) % 22), 3, BLUE)
            c.cross(x + 150, y + 46, 15)
        elif i == 1:
            c.box(x + 60, y + 34, 170, 22, WHITE, INK, 2)
            for j in range(5):
                c.box(x + 70 + j * 32, y + 39 - (2 * math.sin(v * 5 + j)), 18, 12, INK, r=2)
                c.line([(x + 79 + j * 32, y + 36), (x + 79 + j * 32, y + 16)], INK, 3)
            flame(c, x + 46, y + 56, 24, v)
            c.text(x + 145, y + 74, "过载发热", 12, RED)
        elif i == 2:
            c.box(x + 60, y + 12, 70, 70, WHITE, INK, 2)
            push = wave01(v, 1.6)
            c.circle(x + 95, y + 36, 11 - 2 * push, YELLOW, INK, 2)
            c.text(x + 95, y + 36, "T", 12, INK, True)
            c.box(x + 84, y + 56, 22, 16, GREEN if push > 0.7 else RED, r=3)
            c.line([(x + 176 - 20 * push, y + 60), (x + 112 - 10 * push, y + 40)], SKIN, 10)
            c.text(x + 220, y + 32, "30 毫安", 15, BLUE, True)
            c.text(x + 220, y + 54, "0.1 秒内跳闸", 12, BLUE)
        else:
            socket(c, x + 60, y + 46, 0.9)
            s = 6 * math.sin(v * 2.2)
            c.line([(x + 190 + s / 2, y + 14), (x + 160 + s, y + 30)], INK, 1.5)
            c.line([(x + 190 + s / 2, y + 14), (x + 220 + s, y + 30)], INK, 1.5)
            c.box(x + 130 + s, y + 30, 120, 46, RED, r=5)
            c.text(x + 190 + s, y + 44, "禁止合闸", 15, WHITE, True)
            c.text(x + 190 + s, y + 63, "有人工作", 13, WHITE)


def rescue(c, k, u, t):
    ground(c)
    if k <= 1:
        down = ease((u - 0.2) * 2.5) if k == 1 else 0
        breaker(c, 120, 130, down)
        figure(c, 190, 268, 120, GREEN, arms=((-34, -8 + 12 * down), (10, 30)))
        wire = [(152, 120), (250, 70), (380, 80), (450, 178)]
        c.line(wire, INK, 3)
        if down < 0.5:
            current(c, wire, t)
            bolt(c, 450, 168, 16 + 4 * math.sin(t * 12), ORANGE)
        shake = 2.5 * math.sin(t * 30) if down < 0.5 else 0.5 * math.sin(t * 2)
        figure(c, 478 + shake, 268, 120, BLUE, arms=((-24, -2), (20, 22)), legs=((-12, 0), (12, 0)))
        if k == 0:
            c.tag(320, 240, "先断电，再救人", RED, size=16)
        else:
            c.tag(120, 206, "拉闸 / 拔插头", GREEN, size=12)
    elif k == 2:
        lift = ease(wave01(t, 3.2))
        lying(c, 380, 268)
        a = (330, 214)
        b = (430 - 10 * lift, 226 - 50 * lift)
        figure(c, 200, 268, 130, GREEN, arms=((38, 20), (28, 30)), legs=((-12, 0), (16, 0)))
        c.line([(236, 192), a, b], (160, 110, 60), 6)
        c.line([(610, 60), (540, 150), (b[0], b[1] - 6), (b[0] - 26, b[1] + 26)], INK, 3)
        current(c, [(610, 60), (540, 150), (b[0], b[1] - 6)], t, n=6)
        c.tag(300, 86, "干燥木棒 · 竹竿 · 塑料等绝缘物", GREEN, size=14)
        c.box(160, 266, 90, 8, (190, 140, 80), r=2)
        c.text(205, 283, "干燥木板", 10)
    else:
        lying(c, 360, 268)
        figure(c, 286, 268, 120, GREEN, arms=((44, 46 + 4 * math.sin(t * 5)), (36, 40)), lean=20)
        current(c, [(520, 256), (440, 250), (372, 252), (330, 240), (306, 190), (286, 262)], t, n=12)
        c.cross(330, 212, 30 + 4 * wave01(t, 0.8), RED, 6)
        c.tag(330, 110, "禁止用手直接拉触电者", RED, size=17)
        c.text(330, 142, "金属、潮湿的物品也不能用", 14)


def high(c, k, u, t):
    x, y = 210, 240
    for i in range(5):
        r = ((t * 0.35 + i / 5) % 1) * 190
        c.oval(x, y, r, r * 0.24, None, mix(ORANGE, PAPER, r / 190), 2.5)
    c.line([(90, 240), (90, 60)], (120, 90, 60), 9)
    c.line([(58, 76), (122, 76)], (120, 90, 60), 6)
    c.line([(118, 74), (160, 130), (196, 226), (210, 240)], INK, 3)
    bolt(c, 216, 222, 18 + 4 * math.sin(t * 11), ORANGE)
    if k == 0:
        c.box(430, 70, 176, 96, WHITE, RED, 2, r=10)
        c.text(518, 98, "高压触电", 18, RED, True)
        c.text(518, 124, "先通知供电部门停电", 14)
        c.text(518, 148, "未停电不得靠近", 14)
        figure(c, 520, 284, 96, GREEN, arms=((16, -6), (-16, 20 + 3 * math.sin(t * 3))))
    elif k == 1:
        c.arrow(210, 270, 400 + 3 * math.sin(t * 3), 270, GREEN)
        c.arrow(400, 270, 220, 270, GREEN)
        c.tag(308, 270, "室外 8 米以外", GREEN)
        c.tag(308, 80, "室内 4 米以外", BLUE)
        figure(c, 470, 276, 110, BLUE, arms=((-22, -8), (-18, 4 + 6 * math.sin(t * 6))))
        c.tag(500, 140, "不要靠近!", RED)
    else:
        p = (t * 0.6) % 1
        hop = abs(math.sin(p * math.pi * 3)) * 26
        figure(c, 270 + 230 * p, 272 - hop, 110, BLUE, arms=((16, 10), (-16, 10)), legs=((-2, 0), (3, 0)))
        c.arrow(430, 92, 540 + 8 * math.sin(t * 4), 92, GREEN, 4, 10)
        c.tag(420, 66, "双脚并拢跳离，不要迈大步", GREEN, size=14)


def judge(c, k, u, t):
    ground(c)
    if k == 0:
        tap = 6 * math.sin(t * 9)
        lying(c, 250, 268)
        c.line([(216, 262), (240, 262)], INK, 9)
        c.line([(218, 256), (206, 200)], GREEN, 18)
        c.circle(210, 182, 14, SKIN, INK, 1.2)
        c.line([(208, 208), (244, 224), (268, 240 + tap)], GREEN, 8)
        for i in range(3):
            c.arc(222, 188, 16 + 26 * ((t + i / 3) % 1), -30, 50, ORANGE, 2)
        c.tag(330, 120, "轻拍双肩 · 在耳边大声呼唤", BLUE, size=16)
        c.text(330, 156, "“喂！你怎么了？”", 18, ORANGE, True)
    elif k == 1:
        lying(c, 230, 268, 3 * math.sin(t * 1.5))
        sec = min(10, u * 10)
        c.circle(480, 140, 50, WHITE, BLUE, 4)
        c.arc(480, 140, 46, -90, -90 + 36 * sec, ORANGE, 8)
        c.text(480, 138, f"{sec:.0f} 秒", 22, INK, True)
        c.arrow(286, 216 - 6 * wave01(t, 1), 286, 232, ORANGE)
        c.tag(280, 160, "看胸部有无起伏", BLUE, size=16)
        c.text(280, 192, "用 5 到 10 秒", 15)
    elif k == 2:
        figure(c, 150, 268, 140, GREEN, arms=((15, -8), (-16, 24)))
        c.box(170, 132, 10, 20, INK, r=2)
        for i in range(3):
            c.arc(180, 130, 12 + 34 * ((t * 1.2 + i / 3) % 1), -50, 30, RED, 2)
        c.text(290, 160, "120", 52, RED, True)
        c.text(290, 204, "地点 · 人数 · 伤情", 14)
        figure(c, 410 + 130 * ((t * 0.3) % 1), 268, 110, BLUE, arms=((22, 10), (-14, 24)), legs=((16 * math.sin(t * 9), 0), (-16 * math.sin(t * 9), 0)), lean=10)
        c.tag(500, 118, "请人取 AED", ORANGE, size=16)
    else:
        lying(c, 240, 268, 4 * math.sin(t * 2.4))
        c.arc(330, 222, 60, 200 + 20 * math.sin(t * 2), 330 + 20 * math.sin(t * 2), BLUE, 4)
        c.tag(320, 110, "有呼吸：侧卧，保持气道通畅", BLUE, size=16)
        c.tag(320, 150, "无呼吸或濒死叹息样呼吸：立即心肺复苏", RED, size=16)


def press(c, k, u, t):
    c.box(20, 268, 340, 5, MUTE, r=2)
    beat = t * BEAT / 60
    push = max(0.0, math.cos(2 * math.pi * beat)) ** 1.0 * 7
    breaths = k == 4
    if breaths:
        push = 0
    x = 150
    lying(c, x, 268, push - (4 * wave01(t, 2) if breaths else 0))
    if breaths:
        n = 6 * wave01(t, 2)
        c.line([(x - 30, 262), (x - 34, 220), (x - 20, 206 + n)], GREEN, 17)
        c.circle(x - 6, 222 + n, 13, SKIN, INK, 1.2)
        c.arrow(x + 4, 238, x + 40 + n, 252, BLUE, 2.5)
    else:
        c.line([(x + 62, 262), (x + 96, 260)], INK, 9)
        c.line([(x + 84, 256), (x + 80, 212 + push), (x + 62, 182 + push)], GREEN, 18)
        c.circle(x + 52, 160 + push, 14, SKIN, INK, 1.2)
        c.line([(x + 62, 188 + push), (x + 49, 240 + push)], GREEN, 8)
        c.circle(x + 48, 243 + push, 7, SKIN, INK, 1)
        c.arrow(x + 14, 204, x + 14, 220 + push, RED)
    # depth gauge
    c.tag(412, 62, "按压深度", BLUE, size=12)
    c.box(392, 80, 40, 180, WHITE, INK, 2, r=4)
    c.box(394, 80 + 5 * 25, 36, 25, mix(WHITE, GREEN, 0.5), r=0)
    for cm in range(1, 7):
        c.line([(392, 80 + cm * 25), (402, 80 + cm * 25)], INK, 1.5)
        c.text(444, 80 + cm * 25, f"{cm}", 11, GREEN if cm >= 5 else MUTE, cm >= 5)
    yy = 80 + 137 * push / 7
    c.poly([(390, yy), (374, yy - 8), (374, yy + 8)], RED)
    c.text(412, 276, "5–6 厘米", 13, GREEN, True)
    # rate and count
    c.tag(546, 62, "频率", BLUE, size=12)
    c.text(546, 96, "100–120", 26, RED, True)
    c.text(546, 120, "次 / 分钟", 13)
    c.circle(546, 190, 44 + push * 0.8, mix(WHITE, RED, 0.10 + push * 0.03), RED, 3)
    if breaths:
        c.text(546, 188, f"吹 {1 + int(t / 2) % 2}", 24, BLUE, True)
    else:
        c.text(546, 188, f"{int(beat) % 30 + 1}", 34, INK, True)
    c.text(546, 256, "30 : 2", 24, INK, True)
    c.text(546, 278, "按压 : 吹气", 12, MUTE)
    if k == 1:
        c.tag(220, 74, "两乳头连线中点（胸骨下半段）", ORANGE, size=13)
        c.circle(x + 48, 246, 15 + 4 * wave01(t, 0.7), None, ORANGE, 3)
    elif k == 4:
        c.tag(190, 74, "仰头提颏 · 每次吹气约 1 秒", ORANGE, size=13)
    elif k == 3:
        c.tag(220, 74, "手臂伸直 · 每次充分回弹", ORANGE, size=13)


def aed(c, k, u, t):
    ground(c)
    lying(c, 190, 268, 2 * math.sin(t * 3))
    c.box(440, 150, 120, 96, ORANGE, INK, 2, r=10)
    c.box(456, 164, 88, 40, WHITE, r=5)
    pts = [(460 + i * 4, 184 + (14 if i % 7 == int(t * 8) % 7 else 0) * (-1 if i % 2 else 1)) for i in range(21)]
    c.line(pts, GREEN, 2)
    c.text(500, 226, "AED", 20, WHITE, True)
    c.line([(440, 200), (330, 190), (238, 240)], INK, 2)
    c.line([(440, 216), (350, 214), (262, 246)], INK, 2)
    c.box(222, 238, 22, 10, WHITE, INK, 1.5, r=2)
    c.box(254, 248, 22, 10, WHITE, INK, 1.5, r=2)
    bolt(c, 250, 208, 12 + 5 * wave01(t, 0.8), ORANGE)
    if k == 0:
        c.tag(300, 90, "AED 到达：开机，听语音提示操作", ORANGE, size=16)
        c.text(300, 126, "分析和放电时，任何人不得接触伤者", 14, RED, True)
    elif k == 1:
        c.tag(300, 90, "每 2 分钟换人，尽量不间断", BLUE, size=16)
        c.text(300, 126, "直到恢复呼吸，或专业人员接手", 14)
    else:
        c.tag(300, 90, "醒来也要送医：可能迟发心律失常", RED, size=16)


def summary(c, k, u, t):
    checklist(c, ("断电：拉闸、拔插头，脱离电源", "判断：拍肩呼唤，看呼吸 5–10 秒", "呼救：拨打 120，取 AED", "复苏：30 : 2,100–120 次/分，深 5–6 厘米", "电气火灾：先断电，不用水"),
              int(min(3.99, u * 4.4)) if k == 0 else 4, t, step=42, y=80, color=BLUE)
    bolt(c, 66, 170 + 6 * math.sin(t * 3), 40, ORANGE)
    c.circle(575, 165, 22 + 5 * wave01(t, 60 / BEAT), RED)
    c.box(571, 152, 8, 26, WHITE, r=1)
    c.box(562, 161, 26, 8, WHITE, r=1)


LESSON = {
    "id": "electric-safety", "title": "安全用电：触电急救", "titleEn": "Electrical safety: first aid for electric shock",
    "seconds": 190, "speed": 238, "bits": "82k", "color": (28, 78, 150), "accent": (250, 200, 60), "poster": 7.0,
    "scenes": [
        {"name": "开始", "draw": opening, "lines": [
            "欢迎学习安全用电课程：触电急救。",
            "触电后的前四分钟，是抢救生命的黄金时间。"]},
        {"name": "电流的危害", "draw": harm, "lines": [
            "电流通过人体，特别是通过心脏，最为危险。",
            "大约一毫安会感到发麻，大约十毫安，人就难以自己摆脱。",
            "大约五十毫安，就可能引起心室颤动，危及生命。",
            ("一般场所的安全电压常用 36 伏，潮湿狭小的金属容器内用 12 伏。", "一般场所的安全电压常用三十六伏，潮湿狭小的金属容器内，用十二伏。")]},
        {"name": "日常用电安全", "draw": habits, "lines": [
            "预防触电，要养成好习惯。",
            "不用湿手碰开关和电器。",
            "不超负荷用电，不私拉乱接电线。",
            "安装三十毫安的漏电保护器，每月按一次试验按钮。",
            "检修之前要断电、验电，并挂上禁止合闸的警示牌。"]},
        {"name": "脱离电源", "draw": rescue, "lines": [
            "发现有人触电，第一件事是切断电源，再救人。",
            "立即拉下电闸，或者拔掉插头。",
            "来不及断电时，用干燥的木棒、竹竿等绝缘物挑开电线。",
            "绝不能用手直接去拉触电的人，否则自己也会触电。"]},
        {"name": "高压与跨步电压", "draw": high, "lines": [
            "高压触电，要先通知供电部门停电，不能贸然靠近。",
            ("高压线落地，室内离开 4 米以外，室外离开 8 米以外。", "高压线落地，室内离开四米以外，室外离开八米以外。"),
            "如果已在危险区内，应当双脚并拢跳离，防止跨步电压。"]},
        {"name": "判断与呼救", "draw": judge, "lines": [
            "脱离电源后，轻拍双肩，大声呼唤，判断有没有意识。",
            "再用五到十秒，观察胸部有没有起伏。",
            ("没有反应，马上拨打 120，并请人取来 AED。", "没有反应，马上拨打幺二零，并请人取来A E D。"),
            "有呼吸的，让他侧卧；没有呼吸的，立即做心肺复苏。"]},
        {"name": "心肺复苏", "draw": press, "beat": BEAT, "lines": [
            "让伤者仰卧在坚硬的平面上，跪在一侧。",
            "按压位置是两乳头连线的中点，也就是胸骨下半段。",
            ("双手重叠，按压深度 5 到 6 厘米，每分钟 100 到 120 次。", "双手重叠，按压深度五到六厘米，每分钟一百到一百二十次。"),
            "手臂伸直，每次按压后，让胸廓充分回弹。",
            ("开放气道，按压 30 次，吹气 2 次，每次大约 1 秒。", "开放气道，按压三十次，吹气两次，每次大约一秒。"),
            "按照三十比二反复进行，不要轻易停下。"]},
        {"name": "AED 与送医", "draw": aed, "lines": [
            ("AED 到了，开机并听语音操作，放电时不要接触伤者。", "A E D到了，开机并听语音操作，放电时不要接触伤者。"),
            "每两分钟换一个人按压，直到恢复呼吸，或医生接手。",
            "即使醒来，也要送医院观察。"]},
        {"name": "小结", "draw": summary, "lines": [
            ("总结：先断电，再判断，打 120，三十比二做心肺复苏。", "总结，先断电，再判断，打幺二零，三十比二做心肺复苏。"),
            "电气火灾，先断电，不能用水。本课结束，谢谢学习。"]},
    ],
}
