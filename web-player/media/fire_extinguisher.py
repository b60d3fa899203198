"""Lesson 1: what it says and what it shows. `lines` are subtitles; a pair is (subtitle, how it is spoken)."""
import math

from kit import *  # noqa: F403


def extinguisher(c, x, y, h, lever=0.0, pin=True, pin_out=0.0, hose=None):
    """Base centre at (x, y). lever: 0 open, 1 pressed. hose: where the nozzle points, or hanging."""
    k = h / 100
    c.box(x - 16 * k, y - 72 * k, 32 * k, 72 * k, RED, (150, 24, 26), 1.5, r=9 * k)
    c.box(x - 11 * k, y - 54 * k, 22 * k, 24 * k, WHITE, r=2)
    c.text(x, y - 42 * k, "灭火器", max(7, 6.4 * k), RED, True)
    c.box(x - 6 * k, y - 80 * k, 12 * k, 10 * k, INK, r=2)
    c.circle(x - 9 * k, y - 76 * k, 4.5 * k, WHITE, INK, 1)
    c.line([(x - 5 * k, y - 80 * k), (x + 20 * k, y - 81 * k)], INK, 4 * k)
    up = (1 - lever) * 9 * k
    c.line([(x - 5 * k, y - 83 * k), (x + 20 * k, y - 84 * k - up)], (60, 70, 85), 4 * k)
    if pin:
        d = pin_out * 30 * k
        c.line([(x - 9 * k - d, y - 82.5 * k), (x + 3 * k - d, y - 82.5 * k)], YELLOW, 2.4 * k)
        c.circle(x - 14 * k - d, y - 82.5 * k, 5 * k, None, YELLOW, 2 * k)
    tip = hose or (x + 27 * k, y - 28 * k)
    c.line([(x + 5 * k, y - 76 * k), (x + 22 * k, y - 68 * k), ((x + 26 * k + tip[0]) / 2, (y - 52 * k + tip[1]) / 2), tip], INK, 4 * k)
    return tip


def spray(c, a, b, t, wide=16, color=(196, 206, 220)):
    for i in range(22):
        p = (i / 22 + t * 1.6) % 1
        w = wide * p * math.sin(i * 7.3)
        c.circle(a[0] + (b[0] - a[0]) * p, a[1] + (b[1] - a[1]) * p + w, 2 + 4 * p, mix(color, WHITE, 0.4 * (i % 3) / 2))


def opening(c, k, u, t):
    tip = extinguisher(c, 240, 218, 150, lever=0.5 + 0.5 * math.sin(t), pin=False, hose=(318, 128 + 8 * math.sin(t * 1.7)))
    spray(c, tip, (408, 190), t, 18)
    flame(c, 440, 218, 82, t, 0.85 + 0.15 * math.sin(t * 0.8))
    title_card(c, LESSON, u if k == 0 else 1, t)


CLASSES = (("A", "固体", "木材、纸张、棉布"), ("B", "液体", "汽油、煤油、酒精"), ("C", "气体", "煤气、天然气"),
           ("D", "金属", "钾、钠、镁"), ("E", "带电", "通电的电器、线路"), ("F", "烹饪油脂", "动植物油锅起火"))


def classes(c, k, u, t):
    live = {1: int(min(2.99, u * 3)), 2: 3 + int(min(2.99, u * 3))}.get(k, -1)
    for i, (letter, name, eg) in enumerate(CLASSES):
        x, y = 40 + (i % 3) * 190, 50 + (i // 3) * 120
        on = i == live or (k == 3 and i in (0, 1, 2, 4))
        c.box(x, y, 180, 108, mix(WHITE, YELLOW, 0.3) if on else WHITE, ORANGE if on else PALE, 2.5 if on else 1.5, r=10)
        flame(c, x + 38, y + 74, 40, t + i * 1.3, 1.15 if on else 0.85)
        c.text(x + 118, y + 32, letter + " 类", 24, RED, True)
        c.text(x + 118, y + 62, name, 16, INK, True)
        c.text(x + 90, y + 92, eg, 13, INK if on else MUTE)


def parts(c, k, u, t):
    extinguisher(c, 150, 282, 225, lever=wave01(t, 3) * (k == 1), pin_out=0.25 * wave01(t, 2))
    for (tx, ty), (lx, ly), words in (((195, 88), (258, 62), "压把"), ((125, 97), (62, 66), "保险销"), ((130, 111), (52, 120), "压力表"),
                                      ((206, 190), (262, 150), "喷管"), ((150, 250), (262, 236), "筒体与铭牌")):
        c.line([(lx, ly), (tx, ty)], MUTE, 1.2)
        c.circle(tx, ty, 2.5 + 1.2 * wave01(t, 1), BLUE)
        c.tag(lx, ly, words, BLUE, size=12)
    x, y, r = 470, 176, 88
    c.circle(x, y, r + 8, WHITE, INK, 3)
    for a, b, shade in ((180, 235, RED), (235, 305, GREEN), (305, 360, YELLOW)):
        c.arc(x, y, r, a, b, shade, 18)
    c.text(x - 54, y - 14, "欠压", 12, RED, True)
    c.text(x, y - 52, "正常", 13, GREEN, True)
    c.text(x + 54, y - 14, "超压", 12, ORANGE, True)
    target = {0: 270, 1: 270, 2: 270, 3: 206 if u < 0.5 else 334}.get(k, 270)
    if k == 3:
        target = 270 + (206 - 270) * ease(u * 5) if u < 0.55 else 206 + (334 - 206) * ease((u - 0.55) * 5)
    a = math.radians(target + 4 * math.sin(t * 4))
    c.line([(x, y), (x + 66 * math.cos(a), y + 66 * math.sin(a))], INK, 4)
    c.circle(x, y, 7, INK)
    c.text(x, y + 34, "压力表", 17, INK, True)
    c.text(x, y + 60, "指针在绿区才可用", 13, GREEN)


STEPS = (("提", "提起灭火器"), ("拔", "拔掉保险销"), ("握", "握住喷管前端"), ("压", "压下压把"))


def steps(c, k, u, t):
    live = k - 1
    for i, (word, long) in enumerate(STEPS):
        x, on, done = 22 + i * 151, i == live, i < live or k == 5
        c.box(x, 46, 143, 240, mix(WHITE, YELLOW, 0.22) if on else WHITE, ORANGE if on else GREEN if done else PALE, 3 if on else 1.5, r=10)
        c.circle(x + 26, 72, 17, ORANGE if on else GREEN if done else MUTE)
        c.text(x + 26, 71, word, 20, WHITE, True)
        c.text(x + 92, 72, long, 13, INK, on)
        v = ease(wave01(t, 2.4)) if on else (0.5 + 0.04 * math.sin(t * 3 + i) if done or k == 0 else 0.4)
        cx = x + 62
        if i == 0:
            extinguisher(c, cx, 268 - 46 * v, 118)
            c.line([(cx + 8, 130), (cx + 14, 268 - 46 * v - 98)], SKIN, 9)
            c.arrow(x + 122, 250, x + 122, 206 - 20 * v, ORANGE)
        elif i == 1:
            extinguisher(c, cx + 14, 272, 118, pin_out=v)
            c.circle(cx + 14 - 17 - 35 * v, 272 - 97, 8, SKIN)
            c.arrow(cx - 6, 140, cx - 30 - 8 * v, 140, ORANGE)
        elif i == 2:
            tip = (cx + 62, 168 + 14 * math.sin(t * 2) * (1 if on else 0.2))
            extinguisher(c, cx - 12, 272, 118, pin=False, hose=tip)
            c.circle(tip[0] - 8, tip[1] + 2, 9, SKIN, INK, 1)
        else:
            tip = extinguisher(c, cx - 14, 272, 118, lever=v, pin=False, hose=(cx + 44, 200))
            if v > 0.3:
                spray(c, tip, (cx + 74, 246), t, 9)
            c.arrow(cx + 2, 128, cx + 2, 144 + 12 * v, ORANGE)


def aim(c, k, u, t):
    c.box(20, 262, 600, 5, MUTE, r=2)
    for i in range(3):
        x = 20 + ((t * 60 + i * 60) % 150)
        c.arrow(x, 62 + i * 20, x + 34, 62 + i * 20, (120, 170, 220), 2.5, 7)
    c.tag(110, 132, "上风方向", (70, 130, 190), size=12)
    sweep = math.sin(t * 2.2)
    near = 40 * ease(u) if k == 3 else (40 if k > 3 else 0)
    power = {0: 1, 1: 1, 2: 1 - 0.25 * u, 3: 0.75 - 0.5 * u, 4: 0.25 - 0.25 * ease(u * 1.6)}.get(k, 1)
    figure(c, 196 + near, 262, 130, BLUE, arms=((34, 18), (20, 34)), legs=((-14, 0), (12, 0)))
    tip = extinguisher(c, 228 + near, 262, 82, lever=1, pin=False, hose=(282 + near, 196 + 5 * sweep))
    flame(c, 478, 262, 88, t, power)
    flame(c, 512, 262, 62, t + 2, power)
    flame(c, 446, 262, 58, t + 1, power)
    if k >= 2:
        spray(c, tip, (478 + 40 * sweep, 254), t, 12)
        c.arrow(478, 280, 478 + 44 * sweep, 280, ORANGE, 3)
    if k in (1, 2):
        c.line([(232, 276), (430, 276)], GREEN, 2)
        c.tag(331, 276, "约 3 米", GREEN, size=12)
    if k == 2:
        c.circle(478, 250, 26 + 5 * wave01(t, 0.8), None, BLUE, 3)
        c.tag(545, 206, "对准火焰根部", RED, size=12)
    if k == 4 and u > 0.5:
        for i in range(5):
            p = (t * 0.4 + i / 5) % 1
            c.circle(470 + 14 * math.sin(i * 3 + t), 256 - 90 * p, 6 + 12 * p, mix((190, 196, 205), PAPER, p))
        c.tag(478, 120, "确认不复燃", GREEN)


def special(c, k, u, t):
    c.line([(320, 52), (320, 286)], PALE, 2)
    left, right = k in (0, 1), k in (2, 3)
    c.tag(165, 60, "二氧化碳灭火器", BLUE if left else MUTE)
    c.tag(480, 60, "油锅起火", ORANGE if right else MUTE)
    c.box(34, 120, 66, 140, (120, 130, 145), INK, 2)
    for i in range(4):
        c.box(42, 132 + i * 28, 50, 16, (70, 80, 95), r=3)
        c.circle(84, 140 + i * 28, 3, GREEN if (int(t * 3) + i) % 3 else RED)
    flame(c, 66, 122, 34, t, 0.8 if left else 0.6)
    tip = extinguisher(c, 250, 276, 128, lever=1, pin=False, hose=(206, 176))
    spray(c, tip, (92, 132), t, 14, (205, 228, 245))
    for i in range(6):
        a = i * math.pi / 3 + t
        c.line([(206, 176), (206 + 14 * math.cos(a), 176 + 14 * math.sin(a))], (120, 180, 230), 1.5)
    c.text(150, 98, "防冻伤 · 防窒息", 14, BLUE, k == 1)
    c.poly([(400, 220), (560, 220), (540, 256), (420, 256)], INK)
    c.line([(560, 224), (612, 214)], INK, 7)
    c.box(384, 262, 192, 8, MUTE)
    lid = ease(u * 1.4) if k == 3 else 0
    flame(c, 480, 220, 70, t, 1 - 0.95 * ease((lid - 0.6) * 2.5))
    c.box(396 + 70 * (1 - lid), 208 - 100 * (1 - lid), 168, 10, (120, 130, 145), INK, 1.5)
    c.circle(480 + 70 * (1 - lid), 203 - 100 * (1 - lid), 6, INK)
    if k == 2:
        for i in range(5):
            c.circle(372 + i * 5, 110 + ((t * 70 + i * 17) % 60), 4, BLUE)
        c.text(372, 96, "水", 15, BLUE, True)
        c.cross(378, 138, 22 + 3 * wave01(t, 0.8))


def escape(c, k, u, t):
    c.box(20, 262, 600, 5, MUTE, r=2)
    c.box(520, 122, 78, 140, GREEN, r=4)
    c.box(530, 134, 58, 128, WHITE, r=2)
    c.tag(559, 104, "安全出口", GREEN)
    flame(c, 52, 262, 84, t)
    flame(c, 100, 262, 56, t + 1)
    for i in range(16):
        p = (i / 16 + t * 0.05) % 1
        c.circle(60 + 440 * p, 62 + 12 * math.sin(i * 2 + t), 22, mix((150, 155, 165), PAPER, p * 0.8))
    if k == 0:
        figure(c, 300, 262, 130, BLUE, arms=((16, -6), (-16, 24)))
        c.box(316, 148, 9, 18, INK, r=2)
        for i in range(3):
            c.arc(326, 146, 10 + 10 * ((t * 1.5 + i / 3) % 1) * 3, -60, 40, RED, 2)
        c.text(400, 150, "119", 44, RED, True)
        c.text(400, 190, "地址 · 燃烧物 · 被困人员", 13)
    else:
        for i in range(3):
            x = 190 + ((t * 60 + i * 110) % 330)
            s = math.sin(t * 9 + i * 2)
            figure(c, x, 262, 96, (BLUE, GREEN, ORANGE)[i], arms=((26, -4), (4, 30)), legs=((18 * s, -3), (-18 * s, -3)), lean=26)
        if k == 2:
            c.box(236, 104, 84, 62, PALE, INK, 2)
            c.line([(278, 106), (278, 164)], INK, 2)
            c.text(278, 92, "电梯", 14, INK, True)
            c.cross(278, 136, 26 + 3 * wave01(t, 0.8))
        else:
            c.tag(340, 128, "低姿 · 湿巾掩口鼻 · 不回头取物", BLUE)


def upkeep(c, k, u, t):
    checklist(c, ("每月检查一次，记录在检查卡上", "压力指针在绿区", "铅封、保险销完好，喷管不破裂", "放在明显、便于取用处，不被遮挡", "干粉 10 年、水基 6 年、二氧化碳 12 年报废"),
              {0: -1 + int(min(1.99, u * 2)), 1: 1 + int(min(1.99, u * 2)), 2: 3, 3: 4}[k], t, x=190, step=42, y=80)
    extinguisher(c, 96, 272 + 2 * math.sin(t * 2), 150)
    c.arc(96, 190, 84, t * 90 % 360, t * 90 % 360 + 60, GREEN, 4)


def summary(c, k, u, t):
    c.text(W / 2, 70, "四字口诀", 18, INK, True)
    for i, (word, long) in enumerate(STEPS):
        y = 130 - 10 * abs(math.sin(t * 2 - i * 0.7))
        c.circle(140 + i * 120, y, 34, RED)
        c.text(140 + i * 120, y - 1, word, 36, WHITE, True)
        c.text(140 + i * 120, 186, long, 13)
    c.tag(W / 2, 226, "站上风 · 约三米 · 对准根部 · 左右扫射", ORANGE, size=16)
    c.tag(W / 2, 264, "火势失控  立即撤离  拨打 119", BLUE if k == 0 else RED, size=16)


LESSON = {
    "id": "fire-extinguisher", "title": "消防安全：灭火器的使用", "titleEn": "Fire safety: using a fire extinguisher",
    "seconds": 200, "speed": 258, "bits": "58k", "color": (178, 34, 38), "accent": (250, 160, 60), "poster": 8.0,
    "scenes": [
        {"name": "开始", "draw": opening, "lines": [
            "欢迎学习消防安全课程：灭火器的使用。",
            "火灾初起的几分钟最关键，用对灭火器，就能把小火扑灭在萌芽。"]},
        {"name": "火灾的分类", "draw": classes, "lines": [
            "按燃烧的东西不同，火灾分为六类。",
            ("A 类是固体火灾，B 类是液体火灾，C 类是气体火灾。", "A类是固体火灾，B类是液体火灾，C类是气体火灾。"),
            ("D 类是金属火灾，E 类是带电火灾，F 类是烹饪油脂火灾。", "D类是金属火灾，E类是带电火灾，F类是烹饪油脂火灾。"),
            ("常见的 ABC 干粉灭火器，能扑救 A、B、C 类和带电设备的初起火灾。", "常见的ABC干粉灭火器，能扑救A,B,C类和带电设备的初起火灾。")]},
        {"name": "认识灭火器", "draw": parts, "lines": [
            "灭火器由筒体、压把、保险销、喷管和压力表组成。",
            "保险销防止误压，不拔掉它，压把压不下去。",
            "使用前先看压力表，指针在绿色区域，表示压力正常。",
            "指针在红色区域是压力不足，在黄色区域是压力过高，都要送检。"]},
        {"name": "四个步骤：提拔握压", "draw": steps, "lines": [
            "使用灭火器有四个步骤：提、拔、握、压。",
            "第一步，提：提起灭火器，快步赶到火场。",
            "第二步，拔：拔掉保险销。",
            "第三步，握：一手握住喷管前端，对准火源。",
            "第四步，压：另一手用力压下压把，喷出灭火剂。",
            "记住这四个字：提、拔、握、压。"]},
        {"name": "喷射要领", "draw": aim, "lines": [
            "在室外，要站在上风方向，背对安全出口或退路。",
            "与火焰保持大约三米的距离。",
            "喷嘴对准火焰的根部，左右扫射，不要对着火苗上部喷。",
            "边喷边向前推进，小型灭火器通常只能喷十几秒。",
            "火灭以后，继续观察，确认不会复燃再离开。"]},
        {"name": "特别注意", "draw": special, "lines": [
            "贵重电器和精密仪器着火，适合用二氧化碳灭火器，不留残迹。",
            "使用时不要直接握金属喷筒，防止冻伤；狭小空间要防止窒息。",
            "油锅起火，千万不能泼水，否则热油会飞溅。",
            "正确做法是：关掉火源，用锅盖盖住油锅，隔绝空气。"]},
        {"name": "报警与撤离", "draw": escape, "lines": [
            ("发现火灾，拨打 119，说清地址、燃烧物和有无人员被困。", "发现火灾，拨打幺幺九，说清地址，燃烧物，和有无人员被困。"),
            "如果火势已经失控，不要恋战，低姿弯腰，沿疏散通道撤离。",
            "火灾时不能乘坐电梯，也不要返回火场取财物。"]},
        {"name": "检查与保养", "draw": upkeep, "lines": [
            "灭火器至少每月检查一次，看压力指针是否在绿区。",
            "看铅封和保险销是否完好，喷管有没有破裂。",
            "灭火器要放在明显、便于取用的地方，不能锁起来或者被遮挡。",
            ("干粉灭火器满 10 年、水基型满 6 年、二氧化碳满 12 年，应当报废。", "干粉灭火器满十年，水基型满六年，二氧化碳满十二年，应当报废。")]},
        {"name": "小结", "draw": summary, "lines": [
            "总结：提、拔、握、压，站上风，对准根部，左右扫射。",
            "生命第一，灭不了就撤。本课结束，谢谢学习。"]},
    ],
}
