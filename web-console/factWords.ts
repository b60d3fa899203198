/**
 * An alert's facts in words, zh-CN first, then English. Guarantees: every fact that a version of the detector
 * gives has a label and its unit; one that is not known here is shown as it is.
 */
import type { Sign, Words } from '../sdk/wire.ts';
import type { Facts } from '../server/alerts/alert.ts';
import { duration, timeOrDay } from './shared/format.ts';
import { weakSigns } from './weakSigns.ts';
import type { Language } from './words.ts';

const DAY_MS = 86_400_000;

type Value = Facts[string];
/** How a value is read: `parts` is a list of `rule points`; `length`, `position` and `span` are milliseconds (a span in days), `instant` is milliseconds since the epoch. */
type Unit =
  | 'count'
  | 'length'
  | 'position'
  | 'span'
  | 'millis'
  | 'share'
  | 'rate'
  | 'instant'
  | 'yesNo'
  | 'signs'
  | 'coded'
  | 'parts';

const labels: Readonly<Record<string, readonly [zh: string, en: string, unit: Unit]>> = {
  misses: ['连续未答题', 'Questions missed in a row', 'count'],
  wrong: ['答错题数', 'Wrong answers', 'count'],
  of: ['最近答题数', 'Of the last answers', 'count'],
  lapsedMs: ['因逾期未计入', 'Lapsed', 'length'],
  maxGapMs: ['在场证明最长间隔', 'Longest gap allowed between proofs', 'length'],
  hiddenMs: ['页面不可见时播放', 'Played while hidden', 'length'],
  times: ['切换次数', 'Times it was hidden', 'count'],
  unfocusedMs: ['未获焦点时播放', 'Played without focus', 'length'],
  unseenMs: ['画面不可见时播放', 'Played out of view', 'length'],
  percent: ['画面可见百分比', 'Picture in view (%)', 'count'],
  hindrance: ['不可见的原因', 'Out of view because', 'coded'],
  missingMs: ['没有对应内容的播放', 'Played without the media for it', 'length'],
  unpaidMs: ['因此未计入', 'Not counted for it', 'length'],
  deliveredBy: ['视频由谁下发', 'Media delivered by', 'coded'],
  detached: ['播放器不在页面中', 'Player not in the page', 'yesNo'],
  source: ['播放源', 'Source', 'coded'],
  replacedMs: ['播放其他内容', 'Other media played', 'length'],
  mediaMs: ['所播内容时长', 'Length of what played', 'length'],
  lessonMs: ['本课时长', 'Length of the lesson', 'length'],
  quietMs: ['无人操作时长', 'Without any touch', 'length'],
  fastMs: ['倍速播放', 'Played too fast', 'length'],
  overlapMs: ['同时播放', 'Played at the same time', 'length'],
  jumps: ['跳转次数', 'Jumps', 'count'],
  backgroundMs: ['后台播放', 'Played in the background', 'length'],
  contradictions: ['与“页面可见”矛盾', 'Contradicts a visible page', 'coded'],
  points: ['弱迹象合计', 'Weak signs, together', 'count'],
  parts: ['各弱迹象及其分值', 'Weak signs, with their points', 'parts'],
  signs: ['页面异常', 'Signs of tampering', 'signs'],
  rate: ['播放速度', 'Playback rate', 'rate'],
  measured: ['由播放进度测得', 'Measured from progress', 'yesNo'],
  from: ['跳转自', 'Jumped from', 'position'],
  to: ['跳转至', 'Jumped to', 'position'],
  share: ['跳过未学内容占全课', 'Unseen share skipped', 'share'],
  aheadMs: ['超出实际时间', 'Ahead of real time', 'length'],
  dateMs: ['浏览器时钟经过', 'Passed by the browser’s clock', 'length'],
  elapsedMs: ['实际经过', 'Really passed', 'length'],
  why: ['判断依据', 'Ground', 'coded'],
  weight: ['整秒起止的累计权重', 'Weight of positions on whole seconds', 'count'],
  stretches: ['整秒起止的连续片段', 'Stretches in a row on whole seconds', 'count'],
  residualSdMs: ['进度偏差（标准差）', 'Deviation of progress (SD)', 'millis'],
  code: ['拒绝原因', 'Refused because', 'coded'],
  refused: ['被拒心跳数', 'Beats refused', 'count'],
  takenOverAt: ['被接管时间', 'Taken over at', 'instant'],
  beats: ['连续异常心跳数', 'Such beats in a row', 'count'],
  events: ['脚本产生的操作数', 'Scripted input events', 'count'],
  unsaidMs: ['自称未播放时的播放', 'Played while said to stand still', 'length'],
  says: ['自称状态', 'Said to be', 'coded'],
  labelledMs: ['自称断网补报的播放', 'Played and said to have waited', 'length'],
  alertMs: ['阈值', 'Threshold', 'length'],
  rareMs: ['心跳稀少时的播放', 'Played with rare beats', 'length'],
  intervalMs: ['心跳间隔', 'Between beats', 'millis'],
  intervals: ['心跳间隔数', 'Intervals looked at', 'count'],
  spreadMs: ['间隔波动（标准差）', 'Spread of intervals (SD)', 'millis'],
  minIntervalMs: ['要求的最短间隔', 'Shortest interval asked for', 'millis'],
  maxIntervalMs: ['要求的最长间隔', 'Longest interval asked for', 'millis'],
  gapMs: ['每次跳过', 'Skipped each time', 'millis'],
  pauses: ['相同的暂停数', 'Pauses of one length', 'count'],
  pauseMs: ['暂停时长', 'Length of the pause', 'millis'],
  endShare: ['停止时的进度', 'Left at', 'share'],
  lessonsInRow: ['连续课程数', 'Lessons in a row', 'count'],
  switches: ['设备切换次数', 'Changes of device', 'count'],
  takeovers: ['页面接管次数', 'Takeovers', 'count'],
  inMs: ['发生于', 'Within', 'length'],
  avoided: ['未作答的提问', 'Questions without an answer', 'count'],
  silences: ['连续失联的提问', 'Questions met by silence', 'count'],
  silentMs: ['失联时长', 'Silent for', 'length'],
  scriptedEvents: ['答题前脚本操作数', 'Scripted events before the answer', 'count'],
  latencyMs: ['答题用时', 'Time to answer', 'millis'],
  readMs: ['读题至少所需', 'Least time to read it', 'millis'],
  // ── of patterns over many people; `…Min` and `…Max` are the thresholds ──
  people: ['涉及人数', 'People', 'count'],
  peopleMin: ['人数阈值', 'People, threshold', 'count'],
  devices: ['设备数', 'Devices', 'count'],
  addresses: ['网络地址数', 'Addresses', 'count'],
  lessons: ['课程数', 'Lessons', 'count'],
  atOnce: ['同时使用人数', 'People at once', 'count'],
  atOnceMin: ['同时使用人数阈值', 'People at once, threshold', 'count'],
  how: ['方式', 'How', 'coded'],
  together: ['同步次数', 'Times together', 'count'],
  togetherMin: ['同步次数阈值', 'Times together, threshold', 'count'],
  sameShare: ['同步比例', 'Share together', 'share'],
  withinMs: ['时间差', 'Within', 'length'],
  windowMs: ['统计时段', 'Period looked at', 'span'],
  answers: ['答题数', 'Answers', 'count'],
  answersMin: ['答题数阈值', 'Answers, threshold', 'count'],
  latencyMeanMs: ['平均答题用时', 'Mean time to answer', 'millis'],
  latencySdMs: ['答题用时标准差', 'Time to answer (SD)', 'millis'],
  latencySdMinMs: ['答题用时标准差阈值', 'Time to answer (SD), threshold', 'millis'],
  sameWrong: ['相同错答数', 'Same wrong answers', 'count'],
  wrongTogether: ['共同答错题数', 'Questions both answered wrong', 'count'],
  expectedShare: ['随机相同的预期比例', 'Same by chance, expected share', 'share'],
  chanceLog10: ['巧合概率（以十为底的对数）', 'Chance of it (log10)', 'count'],
  chanceMaxLog10: ['巧合概率阈值（以十为底的对数）', 'Chance, threshold (log10)', 'count'],
  // ── of exams ──
  exam: ['考试', 'Exam', 'coded'],
  sitting: ['场次', 'Sitting', 'coded'],
  tookMs: ['实际用时', 'Time taken', 'millis'],
  examScore: ['成绩', 'Score', 'count'],
  gapMeanMs: ['平均答题间隔', 'Mean time between answers', 'millis'],
  spread: ['间隔离散系数', 'Spread of the gaps', 'count'],
  spreadMax: ['间隔离散系数阈值', 'Spread of the gaps, threshold', 'count'],
  attempts: ['考试次数', 'Attempts', 'count'],
  attemptsMin: ['考试次数阈值', 'Attempts, threshold', 'count'],
  cycledItems: ['轮换选项的题数', 'Items with a new choice each time', 'count'],
  metItems: ['多次遇到的题数', 'Items met again', 'count'],
  itemsMin: ['题数阈值', 'Items, threshold', 'count'],
  seenItems: ['看过的题数', 'Items seen', 'count'],
  bankItems: ['题库题数', 'Items in the bank', 'count'],
  seenShareMin: ['看题比例阈值', 'Share of the bank seen, threshold', 'share'],
  passShare: ['通过率', 'Share that passed', 'share'],
  passShareMin: ['通过率阈值', 'Share that passed, threshold', 'share'],
  easyShare: ['易题答对比例', 'Easy items answered rightly', 'share'],
  hardShare: ['难题答对比例', 'Hard items answered rightly', 'share'],
  mismatches: ['人脸为他人的次数', 'Faces of another person', 'count'],
  failures: ['未通过活体检查的次数', 'Checks without a live face', 'count'],
  unshown: ['改为答题的人脸检查', 'Checks turned into questions', 'count'],
  checks: ['最近人脸检查次数', 'Of the last face checks', 'count'],
  reasons: ['未通过的原因', 'Refused because', 'coded'],
  passes: ['通过的人脸检查', 'Face checks passed', 'count'],
  limit: ['次数阈值', 'Times, threshold', 'count'],
  distance: ['人脸距离', 'Distance of faces', 'count'],
  distanceMax: ['人脸距离阈值', 'Distance of faces, threshold', 'count'],
  passDistance: ['视为本人的距离上限', 'Distance of one person, at most', 'count'],
  mismatchDistance: ['视为他人的距离下限', 'Distance of another person, at least', 'count'],
  stopped: ['考试已按规定中止', 'Stopped by the exam’s terms', 'yesNo'],
  itemsInStep: ['同步作答题数', 'Items answered in step', 'count'],
  itemsOfBoth: ['双方均作答题数', 'Items both answered', 'count'],
  laterMs: ['先后相差', 'One after the other by', 'millis'],
  addressPeople: ['同一地址考生数', 'Candidates of the address', 'count'],
  addressPeopleMax: ['同一地址考生数上限', 'Candidates of the address, at most', 'count'],
  sittingDevices: ['考试所用设备数', 'Devices of the sitting', 'count'],
  lessonDevices: ['学习所用设备数', 'Devices of the lessons', 'count'],
  lessonNetworks: ['学习所用网络数', 'Networks of the lessons', 'count'],
  likeShare: ['在学习设备或网络上考试的比例', 'Share that sat where they learnt', 'share'],
  likeShareMin: ['该比例阈值', 'Share that sat where they learnt, threshold', 'share'],
  leaves: ['离开页面后作答题数', 'Answered after leaving the page', 'count'],
  leavesRight: ['其中答对题数', 'Of them, right', 'count'],
  awayMinMs: ['离开时长阈值', 'Away, threshold', 'millis'],
  otherShare: ['未离开时的答对比例', 'Right without leaving', 'share'],
  tampering: ['改动之处', 'What was changed', 'coded'],
  earlyAnswers: ['未及读题即答对', 'Right before it could be read', 'count'],
  rightAnswers: ['答对题数', 'Right answers', 'count'],
  earlyShareMin: ['未及读题比例阈值', 'Share before reading, threshold', 'share'],
  charactersPerSecond: ['阅读速度上限（字/秒）', 'Fastest reading (characters/s)', 'count'],
  samePaths: ['相同指针轨迹数', 'Same pointer paths', 'count'],
  samePathsMin: ['相同指针轨迹数阈值', 'Same pointer paths, threshold', 'count'],
  marked: ['标记为使用辅助技术的人数', 'Marked as using assistive technology', 'count'],
  markedShareMin: ['标记比例阈值', 'Share marked, threshold', 'share'],
  byPointer: ['其中以鼠标作答的人数', 'Of them, answering with a pointer', 'count'],
  platformPeople: ['平台人数', 'People of the platform', 'count'],
  platformMarked: ['平台被标记人数', 'Of them, marked', 'count'],
  measure: ['指标', 'Measure', 'coded'],
  value: ['本班或本机构', 'Here', 'count'],
  middle: ['同类中位数', 'Median of all', 'count'],
  score: ['偏离程度', 'Robust score', 'count'],
  scoreMin: ['偏离程度阈值', 'Robust score, threshold', 'count'],
  compared: ['比较对象数', 'Compared', 'count'],
};

/** Codes that stand as values; what is not listed stands for itself. */
const codes: Readonly<Record<string, Words>> = {
  paper: { zh: '试卷', en: 'the paper' },
  answers: { zh: '作答', en: 'the answers' },
  answeredAfter: { zh: '交卷后仍有作答', en: 'answers after the hand-in' },
  score: { zh: '成绩', en: 'the score' },
  practice: { zh: '实操评分', en: 'the practice mark' },
  correction: { zh: '更正不完整', en: 'a correction that names nothing' },
  missing: { zh: '成绩缺失', en: 'the result is missing' },
  otherPerson: { zh: '与登记的人脸不符', en: 'not the enrolled face' },
  timesDisagree: { zh: '拍摄时间自相矛盾', en: 'times of frames that cannot be' },
  poseNotFollowed: { zh: '未按提示做动作', en: 'the actions were not followed' },
  flat: { zh: '平面图像，没有立体感', en: 'flat, like a picture' },
  framesRepeat: { zh: '画面重复', en: 'frames repeat' },
  flashOther: { zh: '肤色未随屏幕颜色变化', en: 'the light is not this page’s' },
  notOnePerson: { zh: '前后不是同一个人', en: 'not one person throughout' },
  nearEnrolment: { zh: '与登记照片几乎相同', en: 'the enrolment picture itself' },
  nearEarlier: { zh: '与以往检查的画面几乎相同', en: 'a picture of an earlier check' },
  impossibleRuns: { zh: '播放片段自相矛盾', en: 'runs that cannot be' },
  roundPositions: { zh: '播放位置总在整秒', en: 'positions always on whole seconds' },
  residuals: { zh: '播放进度忽快忽慢', en: 'progress too uneven for a player' },
  frames: { zh: '画面帧停止', en: 'frames stopped' },
  timers: { zh: '页面定时器被降频', en: 'page timers were throttled' },
  visibilityRecord: { zh: '浏览器可见性记录', en: 'the browser’s visibility record' },
  detached: { zh: '不在页面中', en: 'not in the page' },
  notDrawn: { zh: '未显示', en: 'not displayed' },
  transparent: { zh: '透明', en: 'transparent' },
  clipped: { zh: '滚动或裁切到视野之外', en: 'scrolled or cut out of view' },
  tiny: { zh: '过小', en: 'tiny' },
  covered: { zh: '被遮挡', en: 'covered' },
  none: { zh: '无', en: 'none' },
  file: { zh: '文件', en: 'a file' },
  blob: { zh: '网页生成的内容或分段流', en: 'made by the page, or a stream in pieces' },
  stream: { zh: '实时流（摄像头或画布）', en: 'a live stream (camera or canvas)' },
  server: { zh: '本系统', en: 'this system' },
  platform: { zh: '培训平台', en: 'the platform' },
  pageScripts: { zh: '页面脚本被改动', en: 'altered page scripts' },
  beatMac: { zh: '心跳校验码不符', en: 'wrong authentication code' },
  beatMalformed: { zh: '心跳格式不符', en: 'malformed beat' },
  beatReplayed: { zh: '心跳重放', en: 'replayed beat' },
  beatNonce: { zh: '心跳随机数不符', en: 'wrong nonce' },
  deviceOpened: { zh: '同一设备上同秒打开', en: 'opened in the same second on one device' },
  addressOpened: { zh: '同一网络地址上同秒打开', en: 'opened in the same second at one address' },
  deviceLength: { zh: '同一设备上时长相同', en: 'equally long on one device' },
  constantLatency: { zh: '每次答题用时不变', en: 'each answer took the same time' },
  copiedLatency: { zh: '逐题用时与他人相同', en: 'answer after answer took another’s time' },
  oneDevice: { zh: '在同一设备上先后数分钟内作答', en: 'answered on one device within minutes' },
  copiedPath: { zh: '指针轨迹逐像素相同', en: 'pointer paths alike to the pixel' },
  wholePlatform: { zh: '整个平台大多被标记', en: 'most of the platform is marked' },
  markedWithPointer: { zh: '被标记者多以鼠标作答', en: 'those marked answer with a mouse' },
  answerLatency: { zh: '答题用时中位数（毫秒）', en: 'median time to answer (ms)' },
  rightShare: { zh: '答对比例', en: 'share of right answers' },
  alertsEachAnswer: { zh: '每次答题的疑点数', en: 'alerts for each answer' },
};

/** The bits of the wire's `Sign`. */
const signs: { readonly [K in keyof typeof Sign]: readonly [bit: (typeof Sign)[K], words: Words] } = {
  ownVisibility: [1, { zh: '页面可见性被改写', en: 'visibility overridden' }],
  visibilityMismatch: [2, { zh: '页面可见性前后不一', en: 'visibility contradicts itself' }],
  canarySwallowed: [4, { zh: '事件被拦截', en: 'events swallowed' }],
  ownMedia: [8, { zh: '播放器属性被改写', en: 'player properties overridden' }],
  webdriver: [16, { zh: '自动化浏览器', en: 'automated browser' }],
  offScreen: [32, { zh: '窗口在屏幕之外', en: 'window off screen' }],
  proxiedEvent: [64, { zh: '事件被代理', en: 'events proxied' }],
  automation: [128, { zh: '自动化工具', en: 'automation tool' }],
  noRecord: [256, { zh: '浏览器可见性记录缺失', en: 'visibility record missing' }],
};

export interface FactInWords {
  readonly name: string;
  readonly label: string;
  readonly value: string;
}

/** @example factsOf({ aheadMs: 83_000 }, 'en') // [{ name: 'aheadMs', label: 'Ahead of real time', value: '1:23' }] */
export function factsOf(facts: Facts, language: Language): FactInWords[] {
  return Object.entries(facts).map(([name, value]) => {
    const known = Object.hasOwn(labels, name) ? labels[name] : undefined;
    if (known === undefined) return { name, label: name, value: String(value) };
    const [zh, en, unit] = known;
    return { name, label: language === 'en' ? en : zh, value: inUnit(value, unit, language) };
  });
}

function inUnit(value: Value, unit: Unit, language: Language): string {
  const pick = (words: Words): string => (language === 'en' ? words.en : words.zh);
  const list = (each: readonly string[]): string => each.join(language === 'en' ? ', ' : '、');
  if (typeof value === 'boolean') return pick(value ? { zh: '是', en: 'yes' } : { zh: '否', en: 'no' });
  if (typeof value === 'string') {
    if (unit === 'parts') return list(value.split(', ').map((part) => pick(wordsOfPart(part))));
    if (unit !== 'coded') return value;
    return list(value.split(' ').map((code) => pick(wordsOfCode(code))));
  }
  switch (unit) {
    case 'length':
    case 'position':
      return clock(value, pick({ zh: '秒', en: 's' }));
    case 'span':
      return value % DAY_MS === 0
        ? pick({ zh: `${value / DAY_MS} 天`, en: `${value / DAY_MS} d` })
        : clock(value, pick({ zh: '秒', en: 's' }));
    case 'millis':
      return pick({ zh: `${value} 毫秒`, en: `${value} ms` });
    case 'share':
      return `${Math.round(value * 100)}%`;
    case 'rate':
      return pick({ zh: `${value} 倍`, en: `${value}×` });
    case 'instant':
      return timeOrDay(new Date(value).toISOString());
    case 'signs':
      return list(signsIn(value).map(pick)) || String(value);
    case 'count':
    case 'yesNo':
    case 'coded':
    case 'parts':
      return String(value);
    default:
      return unit satisfies never;
  }
}

function wordsOfCode(code: string): Words {
  return (Object.hasOwn(codes, code) ? codes[code] : undefined) ?? { zh: code, en: code };
}

/** `rule points` */
function wordsOfPart(part: string): Words {
  const [rule = '', points = ''] = part.split(' ');
  const words = Object.hasOwn(weakSigns, rule) ? weakSigns[rule as keyof typeof weakSigns] : undefined;
  return { zh: `${words?.zh ?? rule} ${points}`.trim(), en: `${words?.en ?? rule} ${points}`.trim() };
}

function signsIn(bits: number): Words[] {
  return Object.values(signs).flatMap(([bit, words]) => ((bits & bit) !== 0 ? [words] : []));
}

/** Minutes without a leading zero; under a second, in tenths: a fact is never shown as nothing. */
function clock(ms: number, second: string): string {
  if (ms < 0) return `−${clock(-ms, second)}`;
  if (ms > 0 && ms < 1000) return `${Math.max(1, Math.floor(ms / 100)) / 10} ${second}`;
  return duration(ms / 1000).replace(/^0(?=\d:)/, '');
}
