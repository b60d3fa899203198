/**
 * Weak signs by the rule that sees them, as the fact `parts` of an alert names them. The words are those of the
 * server's catalogue, of which a page takes only types; a test holds the two equal.
 */
import type { Words } from '../sdk/wire.ts';
import type { RuleName } from '../server/alerts/catalogue.ts';

export const weakSigns: Readonly<Partial<Record<RuleName, Words>>> = {
  answerWithoutHand: { zh: '答题前无人操作键鼠', en: 'Answers that no hand gave' },
  automated: { zh: '浏览器由自动化工具驱动', en: 'A tool drives the browser' },
  avoidedQuestions: { zh: '多数提问无人作答', en: 'Most questions got no answer' },
  constantCadence: { zh: '心跳间隔如同机器', en: 'Beats kept a pace of their own' },
  constantGaps: { zh: '课与课之间的间隔相同', en: 'The time between lessons was always the same' },
  constantLatency: { zh: '每次答题用时几乎不变', en: 'Each answer took the same time' },
  deviceSwitching: { zh: '设备切换过于频繁', en: 'Devices took turns faster than a person can' },
  equalPauses: { zh: '每次暂停时长相同', en: 'All pauses were of one length' },
  faceRefused: { zh: '人脸不是本人或不是真人', en: 'The face was another person’s, or no live one' },
  fixedEnd: { zh: '每课都停在同一进度', en: 'Lesson after lesson was left at the same place' },
  framesAbsent: { zh: '画面可见却没有绘制', en: 'In view, yet nothing is drawn' },
  imageRefused: { zh: '页面不显示图片题', en: 'The page shows no questions as images' },
  lateLabel: { zh: '网络正常却自称断网补报', en: 'Said to have waited for a connection that was up' },
  mediaReplaced: { zh: '播放的不是本课视频', en: 'Something other than the lesson was played' },
  noHand: { zh: '长时间无人操作', en: 'No hand for very long' },
  noRecord: { zh: '浏览器可见性记录被移除', en: 'The browser’s visibility record was taken away' },
  offScreen: { zh: '窗口在屏幕之外', en: 'The window is off the screen' },
  pageSealed: { zh: '会话密钥在页面脚本可及之处', en: 'The session’s key lies within reach of the page’s scripts' },
  parallelLessons: { zh: '多个页面申报同一段时间', en: 'Several pages claimed the same time' },
  rareBeats: { zh: '心跳远少于要求', en: 'Beats came far more rarely than asked for' },
  saysPaused: { zh: '自称暂停时仍在播放', en: 'Played while it said that it was paused' },
  silentAtQuestions: { zh: '每逢提问即失联', en: 'The page fell silent at questions' },
  smallSkips: { zh: '多次小段跳过未学内容', en: 'Skipped over unseen content in small steps' },
  stuckSequence: { zh: '记录数值一成不变', en: 'Values that vary in any real page stood still' },
  syntheticInput: { zh: '键鼠操作由脚本产生', en: 'Input was made by a script' },
  tooFastToRead: { zh: '未及读题即答对', en: 'Right before the question could be read' },
  undelivered: { zh: '所报播放的内容没有下发过', en: 'Claimed media that was never delivered' },
};
