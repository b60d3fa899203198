/**
 * The catalogue of alerts: every code with its kind and words, and every rule with its words.
 *
 * Guarantees: a code that the detector or a pattern can raise and a rule of any kind that is not here does
 * not compile. It grows: a new act is one line here; codes are never renamed or reused, because
 * stored alerts carry them. The acts are those of the rules (十九条措施 (六) (七) (十一)).
 */
import type { AlertCode as DetectorCode, RuleName as DetectorRule } from '../../detector/index.ts';
import type { Words } from '../../sdk/wire.ts';
import type { ExamRuleName } from '../exams/rules/index.ts';
import type { ExamCode } from '../exams/rules/rule.ts';
import type { PatternCode } from '../patterns/pattern.ts';
import type { PatternName } from '../patterns/rules/index.ts';

export const alertKinds = ['behaviour', 'eligibility', 'institution', 'assessment', 'subsidy', 'integrity'] as const;
export type AlertKind = (typeof alertKinds)[number];

interface Entry {
  readonly kind: AlertKind;
  readonly words: Words;
}
const entry = (kind: AlertKind, zh: string, en: string): Entry => ({ kind, words: { zh, en } });

const entries = {
  concurrentLogin: entry('behaviour', '多终端同时登录', 'Concurrent login'),
  multiPagePlayback: entry('behaviour', '多页面同时播放', 'Playing on several pages'),
  backgroundPlayback: entry('behaviour', '非前台播放', 'Playing in the background'),
  courseBrushing: entry('behaviour', '刷课', 'Course brushing'),
  idleAttendance: entry('behaviour', '挂课', 'Idle attendance'),
  proxyAttendance: entry('behaviour', '替课', 'Attendance by someone else'),
  otherProhibited: entry('behaviour', '其他禁止行为', 'Other prohibited behaviour'),

  eligibilityForgery: entry('eligibility', '伪造报名资格', 'Forged eligibility'),

  offlineHours: entry('institution', '线下学时异常', 'Irregular offline hours'),
  studentTrafficking: entry('institution', '买卖生源', 'Trading in trainees'),
  illegalSubcontracting: entry('institution', '违规转包', 'Illegal subcontracting'),
  headcountPadding: entry('institution', '拼凑人数', 'Padding the headcount'),

  examBrushing: entry('assessment', '刷考', 'Exam brushing'),
  examImpersonation: entry('assessment', '替考', 'Exam taken by someone else'),
  examEasing: entry('assessment', '降低考试难度', 'Exam made easier'),
  paperForgery: entry('assessment', '伪造试卷', 'Forged exam papers'),
  materialFabrication: entry('assessment', '编造虚假资料', 'Fabricated materials'),
  certificateWithoutExam: entry('assessment', '不考试就发证', 'Certificate issued without an exam'),
  certificateTrafficking: entry('assessment', '滥发倒卖证书', 'Certificates handed out or sold'),

  subsidyFraud: entry('subsidy', '造假骗补', 'Subsidy obtained by forgery'),
  subsidyDiversion: entry('subsidy', '违规套补', 'Subsidy drawn against the rules'),
  falseClaim: entry('subsidy', '冒领补贴', 'Subsidy claimed in another’s name'),
  subcontractingProfit: entry('subsidy', '违规转包获利', 'Profit from illegal subcontracting'),
  collusiveFraud: entry('subsidy', '串通骗取资金', 'Funds obtained in collusion with trainees'),

  dataTampering: entry('integrity', '篡改数据', 'Data tampering'),
  learningRecordForgery: entry('integrity', '学习记录造假', 'Forged learning record'),
} satisfies Readonly<Record<DetectorCode | PatternCode | ExamCode, Entry>> & Readonly<Record<string, Entry>>;

export type AlertCode = keyof typeof entries;
export const catalogue: Readonly<Record<AlertCode, Entry>> = entries;
export const alertCodes = Object.keys(catalogue) as readonly AlertCode[];

/** The codes of one kind. */
export const codesOf = (kind: AlertKind): AlertCode[] => alertCodes.filter((code) => catalogue[code].kind === kind);

/** Rules of jobs over stored evidence. Another job adds its rules' names here. */
type JobRule = PatternName | ExamRuleName;
export type RuleName = DetectorRule | JobRule;

export const ruleWords: Readonly<Record<RuleName, Words>> = {
  hidden: { zh: '播放时页面不可见', en: 'The page was hidden while playing' },
  spoofedVisibility: { zh: '页面谎称可见', en: 'The page claimed to be visible and was not' },
  unfocused: { zh: '播放时页面未获得焦点', en: 'The page was not focused while playing' },
  secondDevice: { zh: '在另一台设备上同时学习', en: 'A second device at the same time' },
  secondPage: { zh: '在另一个页面上同时学习', en: 'A second page at the same time' },
  playbackRate: { zh: '倍速播放', en: 'Played faster than allowed' },
  seekAhead: { zh: '拖动跳过未学内容', en: 'Skipped ahead over unseen content' },
  fasterThanClock: { zh: '学习时长超过实际时间', en: 'More was claimed than time went by' },
  clockHook: { zh: '浏览器时钟被改动', en: 'The browser’s clock was altered' },
  forgedBeats: { zh: '心跳并非来自真实播放器', en: 'The beats do not come from a real player' },
  replayedBeats: { zh: '重放或伪造的心跳被拒绝', en: 'Replayed or forged beats were refused' },
  promptMissed: { zh: '未回答随堂问题', en: 'Presence questions went unanswered' },
  promptGuessing: { zh: '随堂问题疑似乱答', en: 'Answers look like guessing' },
  presenceGap: { zh: '长时间无在场证明', en: 'Too long without a presence proof' },
  outOfView: { zh: '播放时看不到课程画面', en: 'The picture could not be seen while playing' },
  mediaReplaced: { zh: '播放的不是本课视频', en: 'Something other than the lesson was played' },
  mediaMissing: { zh: '没有播放器或播放内容', en: 'No player, or nothing in it' },
  automated: { zh: '浏览器由自动化工具驱动', en: 'A tool drives the browser' },
  pageSealed: { zh: '会话密钥在页面脚本可及之处', en: 'The session’s key lies within reach of the page’s scripts' },
  imageRefused: { zh: '页面不显示图片题', en: 'The page shows no questions as images' },
  offScreen: { zh: '窗口在屏幕之外', en: 'The window is off the screen' },
  noRecord: { zh: '浏览器可见性记录被移除', en: 'The browser’s visibility record was taken away' },
  framesAbsent: { zh: '画面可见却没有绘制', en: 'In view, yet nothing is drawn' },
  noHand: { zh: '长时间无人操作', en: 'No hand for very long' },
  syntheticInput: { zh: '键鼠操作由脚本产生', en: 'Input was made by a script' },
  answerWithoutHand: { zh: '答题前无人操作键鼠', en: 'Answers that no hand gave' },
  constantLatency: { zh: '每次答题用时几乎不变', en: 'Each answer took the same time' },
  answeredHidden: { zh: '页面不可见时答题', en: 'Answered while the page was hidden' },
  tooFastToRead: { zh: '未及读题即答对', en: 'Right before the question could be read' },
  faceRefused: { zh: '人脸不是本人或不是真人', en: 'The face was another person’s, or no live one' },
  suspicion: { zh: '多个弱迹象同时出现', en: 'Several weak signs at once' },
  undelivered: { zh: '所报播放的内容没有下发过', en: 'Claimed media that was never delivered' },
  saysPaused: { zh: '自称暂停时仍在播放', en: 'Played while it said that it was paused' },
  lateLabel: { zh: '网络正常却自称断网补报', en: 'Said to have waited for a connection that was up' },
  rareBeats: { zh: '心跳远少于要求', en: 'Beats came far more rarely than asked for' },
  constantCadence: { zh: '心跳间隔如同机器', en: 'Beats kept a pace of their own' },
  stuckSequence: { zh: '记录数值一成不变', en: 'Values that vary in any real page stood still' },
  equalPauses: { zh: '每次暂停时长相同', en: 'All pauses were of one length' },
  fixedEnd: { zh: '每课都停在同一进度', en: 'Lesson after lesson was left at the same place' },
  constantGaps: { zh: '课与课之间的间隔相同', en: 'The time between lessons was always the same' },
  smallSkips: { zh: '多次小段跳过未学内容', en: 'Skipped over unseen content in small steps' },
  deviceSwitching: { zh: '设备切换过于频繁', en: 'Devices took turns faster than a person can' },
  parallelLessons: { zh: '多个页面申报同一段时间', en: 'Several pages claimed the same time' },
  silentAtQuestions: { zh: '每逢提问即失联', en: 'The page fell silent at questions' },
  avoidedQuestions: { zh: '多数提问无人作答', en: 'Most questions got no answer' },
  dayCap: { zh: '当日学时上限', en: 'Limit of study time in a day' },
  studyCap: { zh: '连续学习上限', en: 'Limit of study without a break' },
  oneFace: { zh: '不同学员登记的人脸相近', en: 'One face enrolled under several names' },
  sharedDevice: { zh: '多人使用同一台设备', en: 'One device under many people' },
  lockstep: { zh: '多个账号同步操作', en: 'Several accounts in lockstep' },
  clonedTiming: { zh: '答题用时如出一辙', en: 'Answers timed as by a clock' },
  sharedAnswers: { zh: '多人错答雷同', en: 'The same wrong answers across people' },
  knownBank: { zh: '多人未及读题即答对', en: 'Right answers before anyone could read the question' },
  oneHand: { zh: '一人代多人答题', en: 'One hand answers for many' },
  assistedEverywhere: {
    zh: '大面积标记为使用辅助技术',
    en: 'Nearly everybody is marked as using assistive technology',
  },
  completionBurst: { zh: '少数设备上同一分钟批量完成', en: 'Many finish in the same minute on few devices' },
  examTooFast: { zh: '考试中未及读题即答对', en: 'Right in the exam before the item could be read' },
  examPace: { zh: '答卷用时短于通读试卷', en: 'A paper passed in less time than reading it takes' },
  examEvenGaps: { zh: '考试答题间隔如同机器', en: 'Exam answers at the pace of a clock' },
  examCycling: { zh: '补考中逐次轮换选项', en: 'Choices tried in turn over resits' },
  examHarvest: { zh: '反复进入考试只看题不作答', en: 'Attempts that read the bank and answer little' },
  examManyAttempts: { zh: '短时间内反复考试', en: 'Attempt after attempt within a day' },
  examSharedDevice: { zh: '一台设备接连参加多人的考试', en: 'One device sat for several people in a row' },
  examSameWrong: { zh: '考生间错答雷同', en: 'Candidates share wrong answers beyond chance' },
  examOtherFace: { zh: '考试中人脸多次与本人不符', en: 'Faces in the exam were another person’s' },
  examLockstep: { zh: '考生间逐题同步作答', en: 'Candidates answer item after item in step' },
  examSameAddress: {
    zh: '同一网络地址的考生作答雷同或同步',
    en: 'Candidates of one address share wrong answers, or answer in step',
  },
  examUnlikeLessons: {
    zh: '考试设备与网络均未在学习中出现',
    en: 'Sat on a device and from a network unlike the lessons',
  },
  examLookup: { zh: '多次离开页面后随即答对', en: 'Right again and again just after leaving the page' },
  examNoSpread: { zh: '几乎全员通过且试题没有难易区分', en: 'Nearly all pass, and no item is harder than another' },
  examScoreChanged: { zh: '交卷后成绩或答卷被改动', en: 'Score or answers changed after the hand-in' },
  classOutlier: { zh: '班级或机构数据远离同类', en: 'A class or institution far from all others' },
};

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** Words for a stored code; an older row's unknown code stands for itself. */
export const wordsOfCode = (code: string): Words => own(catalogue, code)?.words ?? { zh: code, en: code };
export const kindOfCode = (code: string): AlertKind | null => own(catalogue, code)?.kind ?? null;
/** Words for a stored rule; an older row's unknown rule stands for itself. */
export const wordsOfRule = (rule: string): Words => own(ruleWords, rule) ?? { zh: rule, en: rule };
