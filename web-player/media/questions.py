"""Questions of both lessons. First the single choices, about a lesson as a whole: in each row the first choice is
the right one; ORDER says under which letter it is shown. Then those that are hard to guess, each about a stretch of
its lesson in seconds, a little more than the narration of it: they are asked once it was watched."""

FIRE = [
    ("使用灭火器的四个步骤依次是？", "What are the four steps, in order, of using an extinguisher?",
     ("提、拔、握、压", "Lift, pull, hold, press"), ("拔、压、提、握", "Pull, press, lift, hold"), ("压、提、拔、握", "Press, lift, pull, hold"), ("握、压、提、拔", "Hold, press, lift, pull")),
    ("灭火时喷嘴应当对准哪里？", "Where should the nozzle be aimed?",
     ("火焰根部", "The base of the flames"), ("火苗上部", "The top of the flames"), ("浓烟", "The smoke"), ("旁边的墙面", "The wall beside the fire")),
    ("在室外灭火，人应当站在哪里？", "Outdoors, where should you stand?",
     ("上风方向", "Upwind"), ("下风方向", "Downwind"), ("火源正上方的高处", "Above the fire"), ("任何位置都可以", "Anywhere")),
    ("喷射前，人与火焰大约保持多远？", "About how far from the flames should you stay before spraying?",
     ("三米", "3 metres"), ("半米", "Half a metre"), ("十五米", "15 metres"), ("三十米", "30 metres")),
    ("压力表指针在哪个区域，表示压力正常？", "Which zone of the gauge means normal pressure?",
     ("绿色", "Green"), ("红色", "Red"), ("黄色", "Yellow"), ("白色", "White")),
    ("压力表指针在红色区域，说明什么？", "What does the red zone of the gauge mean?",
     ("压力不足，应当送检", "Pressure too low: have it serviced"), ("压力正常", "Pressure is normal"), ("压力过高，可以继续用", "Pressure high, still usable"), ("刚刚出厂", "Fresh from the factory")),
    ("保险销的作用是什么？", "What is the safety pin for?",
     ("防止误压压把", "It prevents pressing the lever by accident"), ("显示压力", "It shows the pressure"), ("连接喷管", "It joins the hose"), ("过滤灭火剂", "It filters the agent")),
    ("汽油着火属于哪一类火灾？", "Which class is a petrol fire?",
     ("B 类（液体）", "Class B (liquid)"), ("A 类（固体）", "Class A (solid)"), ("C 类（气体）", "Class C (gas)"), ("D 类（金属）", "Class D (metal)")),
    ("木材、纸张着火属于哪一类火灾？", "Which class is a wood or paper fire?",
     ("A 类（固体）", "Class A (solid)"), ("B 类（液体）", "Class B (liquid)"), ("D 类（金属）", "Class D (metal)"), ("F 类（烹饪油脂）", "Class F (cooking oil)")),
    ("油锅起火，正确的做法是？", "What is right when oil in a pan catches fire?",
     ("关掉火源，盖上锅盖", "Turn off the heat and put the lid on"), ("泼水", "Throw water on it"), ("端起油锅跑出去", "Carry the pan outside"), ("用嘴吹灭", "Blow it out")),
    ("贵重电器、精密仪器着火，适合用哪种灭火器？", "Which extinguisher suits costly electrical equipment and instruments?",
     ("二氧化碳灭火器", "Carbon dioxide"), ("一桶清水", "A bucket of water"), ("湿拖把", "A wet mop"), ("食用油", "Cooking oil")),
    ("使用二氧化碳灭火器要特别防止什么？", "What must you guard against with a carbon dioxide extinguisher?",
     ("冻伤和窒息", "Frostbite and suffocation"), ("中暑", "Heat stroke"), ("噪声", "Noise"), ("褪色", "Fading")),
    ("发现火灾应当拨打哪个电话？", "Which number do you call for a fire?",
     ("119", "119"), ("114", "114"), ("122", "122"), ("12306", "12306")),
    ("火势已经失控，应当怎么做？", "What should you do when the fire is out of control?",
     ("低姿弯腰，沿疏散通道撤离", "Stay low and leave by the escape route"), ("乘电梯下楼", "Take the lift down"), ("返回取财物", "Go back for belongings"), ("留下继续灭火", "Stay and keep fighting it")),
    ("灭火器至少多久检查一次？", "How often, at least, is an extinguisher checked?",
     ("每月一次", "Monthly"), ("每年一次", "Yearly"), ("每三年一次", "Every three years"), ("不用检查", "Never")),
    ("干粉灭火器满多少年应当报废？", "After how many years is a dry powder extinguisher scrapped?",
     ("10 年", "10 years"), ("3 年", "3 years"), ("20 年", "20 years"), ("30 年", "30 years")),
]

ELECTRIC = [
    ("发现有人触电，第一件事做什么？", "Someone is being shocked: what comes first?",
     ("切断电源", "Cut the power"), ("用手拉开他", "Pull them away by hand"), ("泼水", "Throw water"), ("拍照", "Take a photo")),
    ("来不及断电时，可以用什么挑开电线？", "If the power cannot be cut in time, what may move the wire?",
     ("干燥的木棒、竹竿", "A dry wooden or bamboo pole"), ("铁棍", "An iron bar"), ("湿毛巾", "A wet towel"), ("徒手", "Bare hands")),
    ("为什么不能用手直接拉触电的人？", "Why must you not pull the victim by hand?",
     ("自己也会触电", "You would be shocked too"), ("会弄脏衣服", "It soils the clothes"), ("会吵醒他", "It would wake them"), ("会弄坏电器", "It would damage the appliance")),
    ("判断有没有意识，应当怎么做？", "How do you check for consciousness?",
     ("轻拍双肩，大声呼唤", "Tap the shoulders and call loudly"), ("用力摇晃头部", "Shake the head hard"), ("泼冷水", "Splash cold water"), ("喂水", "Give water")),
    ("观察呼吸（胸部起伏）用多长时间？", "How long do you look for breathing?",
     ("5 到 10 秒", "5 to 10 seconds"), ("1 秒", "1 second"), ("1 分钟", "1 minute"), ("5 分钟", "5 minutes")),
    ("医疗急救电话是？", "Which number is for medical emergencies?",
     ("120", "120"), ("110", "110"), ("119", "119"), ("12345", "12345")),
    ("成人胸外按压的深度是？", "How deep are chest compressions in an adult?",
     ("5 到 6 厘米", "5 to 6 cm"), ("1 到 2 厘米", "1 to 2 cm"), ("3 到 4 厘米", "3 to 4 cm"), ("8 到 10 厘米", "8 to 10 cm")),
    ("胸外按压的频率是每分钟多少次？", "What is the rate of chest compressions per minute?",
     ("100 到 120 次", "100 to 120"), ("40 到 60 次", "40 to 60"), ("60 到 80 次", "60 to 80"), ("150 到 180 次", "150 to 180")),
    ("按压与人工呼吸的比例是？", "What is the ratio of compressions to breaths?",
     ("30 比 2", "30 to 2"), ("2 比 30", "2 to 30"), ("10 比 5", "10 to 5"), ("50 比 1", "50 to 1")),
    ("胸外按压的位置在哪里？", "Where do you press?",
     ("两乳头连线中点", "Midpoint between the nipples"), ("腹部", "The belly"), ("左肩下方", "Below the left shoulder"), ("颈部", "The neck")),
    ("室外高压线落地，应当离开多远？", "How far must you stay from a fallen high-voltage line outdoors?",
     ("8 米以外", "Beyond 8 m"), ("1 米以外", "Beyond 1 m"), ("2 米以外", "Beyond 2 m"), ("半米以外", "Beyond half a metre")),
    ("已在跨步电压危险区内，应当怎样离开？", "How do you leave a step-voltage zone?",
     ("双脚并拢跳离", "Hop away with feet together"), ("大步跑开", "Run with long strides"), ("躺下翻滚", "Lie down and roll"), ("爬行", "Crawl")),
    ("大约多大的电流就可能引起心室颤动？", "About what current may cause ventricular fibrillation?",
     ("50 毫安", "50 mA"), ("0.01 毫安", "0.01 mA"), ("0.1 毫安", "0.1 mA"), ("0.5 毫安", "0.5 mA")),
    ("漏电保护器的试验按钮应当多久按一次？", "How often is the residual-current device's test button pressed?",
     ("每月", "Monthly"), ("每五年", "Every five years"), ("每十年", "Every ten years"), ("从不", "Never")),
    ("AED 放电时，周围的人应当怎样？", "What must people do while the AED gives a shock?",
     ("不接触伤者", "Not touch the victim"), ("按住伤者双手", "Hold the victim's hands"), ("继续按压胸部", "Go on with compressions"), ("给伤者喂水", "Give the victim water")),
    ("电气火灾，首先应当怎么做？", "What comes first in an electrical fire?",
     ("先断电，不用水", "Cut the power; use no water"), ("立即泼水", "Throw water at once"), ("用湿布盖住", "Cover it with a wet cloth"), ("打开所有电器", "Switch on all appliances")),
]

ORDER = {"fire": "bdacadcbcabdbdca", "electric": "cadbbcdadbacdacb"}


def rows(prefix, source):
    out = []
    for n, ((zh, en, right, *wrong), letter) in enumerate(zip(source, ORDER[prefix], strict=True), 1):
        wrong.insert("abcd".index(letter), right)
        choices = [{"id": i, "zh": z, "en": e} for i, (z, e) in zip("abcd", wrong, strict=True)]
        out.append({"id": f"{prefix}-{n:02d}", "zh": zh, "en": en, "choices": choices, "answer": letter})
    return out


def several(about, zh, en, right, wrong):
    return {"form": "multiple", "about": about, "zh": zh, "en": en, "right": right, "wrong": wrong}


def order(about, zh, en, *steps):
    return {"form": "order", "about": about, "zh": zh, "en": en, "steps": steps}


def number(about, zh, en, answer, unit=None, tolerance="0", **variables):
    return {"form": "number", "about": about, "zh": zh, "en": en, "answer": answer, "tolerance": tolerance, "unit": unit, "variables": variables}


def point(about, zh, en, picture, corners):
    return {"form": "point", "about": about, "zh": zh, "en": en, "picture": picture, "region": {"polygon": corners}}


def span(start, end, step=1):
    return {"from": start, "to": end, "step": step}


def box(left, top, right, bottom):
    return [[left, top], [right, top], [right, bottom], [left, bottom]]


FIRE_HARD = [
    several((12, 30), "下列哪些着火属于 B 类（液体）火灾？", "Which of these are class B (liquid) fires?",
            (("汽油", "Petrol"), ("煤油", "Kerosene"), ("酒精", "Alcohol")), (("木材", "Wood"), ("天然气", "Natural gas"), ("镁", "Magnesium"))),
    number((12, 30), "{n} 个班组各做一套火灾分类卡片，课程讲到的每一类一张，共需多少张？", "{n} teams each make a set of cards, one for each class of fire in the lesson: how many cards in all?",
           "6 × n", ("张", "cards"), n=span(12, 49)),
    several((27, 38), "常见的 ABC 干粉灭火器能扑救哪些初起火灾？", "Which fires in their first minutes does a common ABC powder extinguisher put out?",
            (("A 类（固体）", "Class A (solid)"), ("B 类（液体）", "Class B (liquid)"), ("C 类（气体）", "Class C (gas)"), ("带电设备", "Live equipment")), (("D 类（金属）", "Class D (metal)"),)),
    several((37, 45), "灭火器由哪些部分组成？", "What does an extinguisher consist of?",
            (("筒体", "Cylinder"), ("压把", "Lever"), ("保险销", "Safety pin"), ("喷管", "Hose"), ("压力表", "Gauge")), (("电池", "Battery"), ("滤芯", "Filter"))),
    point((37, 48), "请在图中指出灭火器的压把。", "Point at the lever of the extinguisher.", "fire-extinguisher.jpg", box(0.34, 0.22, 0.445, 0.31)),
    several((47, 62), "压力表指针在哪些区域时，灭火器须送检？", "In which zones of the gauge must an extinguisher be serviced?",
            (("红色区域", "Red"), ("黄色区域", "Yellow")), (("绿色区域", "Green"), ("蓝色区域", "Blue"), ("白色区域", "White"))),
    order((62, 90), "把使用灭火器的步骤按先后排好。", "Put the steps of using an extinguisher in order.",
          ("提起灭火器", "Lift the extinguisher"), ("拔掉保险销", "Pull the safety pin"), ("握住喷管前端", "Hold the end of the hose"), ("压下压把", "Press the lever")),
    number((90, 103), "某人在距火焰 {d} 米处，要到课程所讲的大约距离处喷射，还应靠近多少米？", "Somebody stands {d} m from the flames. How many metres closer is the distance for spraying given in the lesson?",
           "d - 3", ("米", "m"), d=span(18, 48)),
    several((90, 112), "喷射时哪些做法正确？", "What is right while spraying?",
            (("站在上风方向", "Stand upwind"), ("背对安全出口或退路", "Keep the way out behind you"), ("左右扫射", "Sweep from side to side")),
            (("对着火苗上部喷", "Aim at the top of the flames"), ("站在下风方向", "Stand downwind"), ("只喷一点，不移动", "Spray one spot and stand still"))),
    point((99, 112), "喷嘴应当对准哪里？请在图中指出。", "Where should the nozzle be aimed? Point at it.", "fire-extinguisher.jpg", box(0.62, 0.5, 0.755, 0.63)),
    several((130, 143), "油锅起火，哪些做法正确？", "What is right when oil in a pan catches fire?",
            (("关掉火源", "Turn off the heat"), ("用锅盖盖住油锅", "Cover the pan with its lid")), (("泼水", "Throw water"), ("端起油锅跑出去", "Carry the pan outside"), ("用嘴吹灭", "Blow it out"))),
    number((143, 151), "发现火灾，应当拨打的电话号码是？", "Which number do you dial for a fire?", "119"),
    several((143, 151), "报火警时，要说清哪些情况？", "What do you tell when you report a fire?",
            (("地址", "The address"), ("燃烧物", "What is burning"), ("有无人员被困", "Whether anybody is trapped")), (("灭火器的品牌", "The make of the extinguisher"), ("值班人员的姓名", "Who is on duty"))),
    number((162, 170), "车间有 {n} 支灭火器，按课程要求的最少次数检查，一年共检查多少支次？", "A workshop has {n} extinguishers, each checked as often as the lesson says at least: how many checks a year?",
           "n × 12", ("次", "checks"), n=span(11, 48)),
    number((179, 189), "{y} 年出厂的干粉灭火器，满课程所讲的年限，应当在哪一年报废？", "A dry powder extinguisher was made in {y}. In which year does the lesson have it scrapped?",
           "y + 10", ("年", "year"), y=span(2012, 2029)),
    number((179, 189), "{y} 年出厂的二氧化碳灭火器，满课程所讲的年限，应当在哪一年报废？", "A carbon dioxide extinguisher was made in {y}. In which year does the lesson have it scrapped?",
           "y + 12", ("年", "year"), y=span(2012, 2029)),
]

ELECTRIC_HARD = [
    order((14, 29), "按电流从小到大，排列人体的反应。", "Order the body's reactions from the smallest current to the largest.",
          ("没有感觉", "Nothing is felt"), ("感到发麻", "A tingling"), ("难以自己摆脱", "Hard to let go"), ("可能心室颤动", "The heart may fibrillate")),
    number((21, 29), "可能引起心室颤动的大约电流，其 {n} 倍是多少毫安？", "How many milliamperes are {n} times the current that may cause ventricular fibrillation?",
           "50 × n", ("毫安", "mA"), n=span(3, 19, 2)),
    number((27, 37), "一般场所的安全电压，常用多少伏？", "Which safe voltage is common in ordinary places?", "36", ("伏", "V")),
    number((27, 37), "潮湿狭小的金属容器内，按课程所讲的安全电压用灯，电流 {i} 安，功率是多少瓦？", "In a damp, narrow metal vessel a lamp takes {i} A at the safe voltage of the lesson: how many watts?",
           "12 × i", ("瓦", "W"), i=span(11, 19)),
    several((36, 60), "预防触电，应当养成哪些习惯？", "Which habits prevent electric shock?",
            (("不用湿手碰开关", "No wet hands on switches"), ("不超负荷用电", "No overload"), ("不私拉乱接电线", "No makeshift wiring"), ("每月按漏电保护器试验按钮", "Test the residual-current device monthly")),
            (("用铜丝代替保险丝", "Copper wire for a fuse"), ("带电检修", "Repair under voltage"))),
    several((53, 60), "检修之前要做哪些事？", "What is done before a repair?",
            (("断电", "Cut the power"), ("验电", "Test for voltage"), ("挂禁止合闸的警示牌", "Hang up the warning sign")), (("打开全部电器", "Switch everything on"), ("把手套淋湿", "Wet the gloves"))),
    several((68, 77), "来不及断电时，可以用哪些东西挑开电线？", "If the power cannot be cut in time, what may move the wire?",
            (("干燥的木棒", "A dry wooden pole"), ("干燥的竹竿", "A dry bamboo pole")), (("铁棍", "An iron bar"), ("湿毛巾", "A wet towel"), ("徒手", "Bare hands"))),
    number((87, 96), "室外有 {n} 处高压线落地，各以课程所讲的离开距离为半径拉圆，半径之和是多少米？", "Outdoors {n} high-voltage lines are down, each circled at the distance of the lesson: what is the sum of the radii in metres?",
           "8 × n", ("米", "m"), n=span(12, 49)),
    order((101, 125), "脱离电源以后，按先后排好。", "The victim is away from the current. Put what follows in order.",
          ("轻拍双肩，判断意识", "Tap the shoulders, check for consciousness"), ("观察胸部有没有起伏", "Look whether the chest moves"), ("拨打 120，请人取 AED", "Call 120 and send for an AED"), ("没有呼吸的，做心肺复苏", "No breath: start resuscitation")),
    number((112, 119), "医疗急救的电话号码是？", "Which number do you dial for a medical emergency?", "120"),
    several((125, 149), "胸外按压的要点有哪些？", "What matters in chest compressions?",
            (("伤者仰卧在坚硬的平面上", "The victim lies on a hard surface"), ("位置在两乳头连线的中点", "At the midpoint between the nipples"), ("手臂伸直", "Arms straight"), ("让胸廓充分回弹", "Let the chest rise again")),
            (("按压腹部", "Press the belly"), ("每分钟 60 次以下", "Fewer than 60 a minute"))),
    number((148, 160), "按照课程所讲的比例，按压 {n} 次应当吹气多少次？", "At the ratio of the lesson, how many breaths go with {n} compressions?", "n ÷ 15", ("次", "breaths"), n=span(330, 900, 30)),
    number((148, 160), "做 {n} 个周期，每个周期按课程所讲的次数按压，共按压多少次？", "In {n} cycles, each with the compressions of the lesson, how many compressions are done?", "30 × n", ("次", "compressions"), n=span(11, 29, 2)),
    several((159, 177), "AED 与送医，哪些做法正确？", "What is right about the AED and after?",
            (("开机并听语音操作", "Switch on and follow the voice"), ("放电时不接触伤者", "Touch nobody during the shock"), ("醒来也要送医院观察", "To hospital even when awake")),
            (("放电时扶住伤者", "Hold the victim during the shock"), ("醒来就不必送医", "No hospital once awake"))),
    number((166, 174), "急救持续 {m} 分钟，按课程所讲的间隔换人，一共分成多少段按压？", "First aid lasts {m} minutes and people take turns as the lesson says: how many turns are there?", "m ÷ 2", ("段", "turns"), m=span(22, 98, 2)),
]


def hard(prefix, source):
    return [item(f"{prefix}-h{n:02d}", row) for n, row in enumerate(source, 1)]


def item(name, row):
    """As the class file has it."""
    head = {"id": name, "form": row["form"], "about": [1000 * s for s in row["about"]], "zh": row["zh"], "en": row["en"]}
    words = lambda pairs: [{"id": i, "zh": z, "en": e} for i, (z, e) in zip("abcdefghij", pairs)]
    if row["form"] == "multiple":
        # Right and wrong in turn, so that their letters say nothing.
        right, wrong = list(row["right"]), list(row["wrong"])
        mixed = [p for k in range(max(len(right), len(wrong))) for p in [*wrong[k:k + 1], *right[k:k + 1]]]
        choices = words(mixed)
        return {**head, "choices": choices, "answers": [c["id"] for c in choices if (c["zh"], c["en"]) in right]}
    if row["form"] == "order":
        return {**head, "choices": words(row["steps"])}
    if row["form"] == "point":
        return {**head, "picture": row["picture"], "region": row["region"]}
    more = {"variables": row["variables"]} if row["variables"] else {}
    unit = {"unit": {"zh": row["unit"][0], "en": row["unit"][1] or row["unit"][0]}} if row["unit"] else {}
    return {**head, **more, "answer": row["answer"], "tolerance": row["tolerance"], **unit}


QUESTIONS = {
    "fire-extinguisher": rows("fire", FIRE) + hard("fire", FIRE_HARD),
    "electric-safety": rows("electric", ELECTRIC) + hard("electric", ELECTRIC_HARD),
}
