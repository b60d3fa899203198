"""Questions of both lessons. In each row the first choice is the right one; ORDER says under which letter it is shown."""

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


QUESTIONS = {"fire-extinguisher": rows("fire", FIRE), "electric-safety": rows("electric", ELECTRIC)}
