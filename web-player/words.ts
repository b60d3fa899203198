/**
 * Every word the lesson page says, zh-CN first, then English.
 *
 * Guarantees: both catalogues carry the same keys (the type says so) and the same
 * `{placeholders}` (a test says so). No other file of the page holds words for people.
 */
export const languages = ['zh-CN', 'en'] as const;
export type Language = (typeof languages)[number];

const zh = {
  platform: '匠学职业技能在线',
  platformTag: '线上职业技能培训',
  pageTitle: '{lesson} - {platform}',
  pagePromptTitle: '【请答题】{lesson}',
  skip: '跳到课程视频',
  otherLanguage: 'English',
  trainee: '学员：{name}',
  course: '课程学习',
  loading: '正在打开课程…',

  // Connection
  stateConnecting: '正在连接学习服务…',
  stateConnectingLong: '尚未连上学习服务，正在重试：连上之前观看的时间不计入',
  stateWatching: '已连接，学习时间实时上报',
  stateDisconnected: '网络已断开：学习记录暂存在本机，恢复后自动补报',
  stateTakenOver: '学时计入已转到其他页面',
  stateClosed: '本次学习已结束',
  stateFailed: '暂时无法计入学时',
  takenOverTitle: '您已在另一页面或设备上开始学习',
  takenOverBody: '同一时间只有一个页面计入学时。本页仍可观看，但不再计入；要改回本页，请点击“在此继续学习”。',
  retake: '在此继续学习',
  closedBody: '本页长时间没有学习活动，计时已停止。点击按钮即可重新开始计入。',
  failedTitle: '暂时无法计入学时',
  failedBody: '视频可以继续观看，但现在看的时间可能不计入。请重新连接；若仍不行，请回到培训平台重新进入课程。',
  reconnect: '重新连接',

  // Tally
  tallyTitle: '本课学时',
  credited: '已计入',
  held: '待确认',
  denied: '未计入',
  creditedOf: '本课时长 {total}，已计入 {percent}%',
  creditedDone: '本课学时已全部计入',
  heldNone: '暂无待确认的时间',
  heldRelease: '弹出随堂问题后请及时答对，超时未答将不再计入',
  heldReleaseNow: '请及时答对当前随堂问题，超时未答将不再计入',
  deniedNone: '没有未计入的时间',
  deniedSee: '原因见“学时明细”',

  // Face checks
  faceTitle: '人脸确认（自愿）',
  faceNone: '同意并登记后，部分随堂问题可改为面对摄像头确认。不使用也没有任何影响：照常答题，学时同样计入。',
  faceNoneAct: '了解并选择',
  faceConsented: '您已同意，尚未登记。登记前照常答题，学时同样计入。',
  faceConsentedAct: '继续登记',
  faceEnrolled: '已启用。每次确认时都可以改为答题，学时同样计入；随时可以撤回。',
  faceEnrolledAct: '管理或撤回',

  // Catalogue
  catalogueTitle: '课程目录',
  lessonNow: '正在学习',
  lessonDone: '已完成',
  lessonLength: '时长 {total}',

  // Record
  recordTitle: '学时明细',
  recordEmpty: '开始学习后，学时的每次变化及原因会列在这里。',
  recordEarlier: '另有 {time} 未计入产生于本次打开之前，原因见您的个人学时记录。',
  kindHeld: '待确认',
  kindReleased: '已计入',
  kindDenied: '未计入',
  kindTakenOver: '已转移',
  kindPromptMissed: '未答题',
  kindPromptWithdrawn: '已撤回',
  kindClosed: '已结束',
  recordTimes: '{count} 次',

  // How hours are counted
  rulesTitle: '学时怎样计入',
  rule1: '正常速度（1 倍）完整观看，播放过的内容计入一次。',
  rule2: '切到其他标签页或最小化窗口时，视频在后台播放的时间不计入。',
  rule3: '学习中会不定时出现随堂问题。最近几题合并评定，通过后此前待确认的时间计入学时；长时间未通过，则不再计入。',
  rule4: '同一时间只能在一个页面或设备上计入学时。',
  rule5: '断网时可以继续看，恢复后自动补报；补报的时间有上限。',

  // Prompt
  promptTitle: '随堂问题',
  promptWhy: '请及时答对，待确认的时间才会计入。视频不会暂停。',
  promptLeft: '剩余 {seconds} 秒',
  promptClosing: '即将截止',
  promptReplaced: '上一题已由本题代替，请回答本题。',
  promptSubmit: '提交答案',
  promptSending: '正在提交…',
  promptPick: '请先选择一个答案',
  promptPickSome: '请先选择答案',
  promptType: '请先填写数字',
  promptHintMultiple: '可多选，须选出全部正确答案。',
  promptHintOrder: '请用“上移”“下移”排好先后顺序。',
  promptHintNumber: '请填写数字。',
  promptHintPoint: '请点击图中的位置；也可用方向键移动十字，按住 Shift 微调。',
  promptPoint: '请先在图中指出位置',
  promptImageFailed: '题目图片未能显示。请换用较新的浏览器，或请培训平台协助。',
  pointNow: '横向 {across}%，纵向 {down}%',
  orderUp: '上移',
  orderDown: '下移',
  orderUpOf: '上移：{step}',
  orderDownOf: '下移：{step}',
  orderNow: '{step}：现为第 {place} 项',
  promptDisconnected: '网络已断开，恢复连接后再提交即可。',
  promptFailed: '未能提交，请再试一次。',
  promptAnnounce: '随堂问题，请在 {seconds} 秒内回答：{question}',
  promptHurry: '随堂问题还剩 {seconds} 秒',
  outcomeTaken: '已收到您的作答',
  outcomeTakenNext: '本题与随后几题合并评定，不逐题告知对错。通过后，待确认的时间会一并计入，并在“学时明细”中说明。',
  outcomeExpired: '作答时间已过',
  outcomeExpiredNext: '稍后会出现另一道问题，请及时答对，待确认的时间才会计入。',
  outcomeWithdrawn: '本题已撤回',
  outcomeWithdrawnNext: '无需再回答本题。如有需要，稍后会出现另一道问题。',
  outcomeSaid: '{title}。{next}',
  outcomeClose: '知道了',

  // When the page cannot open
  launchMissingTitle: '缺少课程入口',
  launchMissingBody: '请从培训平台的课程页面点击“开始学习”进入，不要直接打开此网址。',
  launchRefusedTitle: '课程链接无效或已过期',
  launchRefusedBody: '请回到培训平台，重新点击“开始学习”获取新的链接。',
  launchUnreachableTitle: '连接不上学习服务',
  launchUnreachableBody: '可能是网络不通或服务正在维护。已计入的学时不受影响，请稍后重试。',
  exam: '考试',
  examTerms: '共 {items} 题，{minutes} 分钟，{passMark} 分及格，可考 {attempts} 次',
  examMissingTitle: '缺少考试入口',
  examMissingBody: '请从培训平台的考试页面点击“进入考试”，不要直接打开此网址。',
  examRefusedTitle: '考试链接无效或已过期',
  examRefusedBody: '请回到培训平台，重新点击“进入考试”获取新的链接。',
  mediaTitle: '视频加载失败',
  mediaBody: '请检查网络后重新加载。已计入的学时不受影响。',
  mediaRetry: '重新加载视频',
  retry: '重试',
  errorCode: '代码：{code}',
} as const;

export type Key = keyof typeof zh;

const en: Readonly<Record<Key, string>> = {
  platform: 'Jiangxue Vocational Skills',
  platformTag: 'Online vocational training',
  pageTitle: '{lesson} - {platform}',
  pagePromptTitle: '[Question] {lesson}',
  skip: 'Skip to the lesson video',
  otherLanguage: '中文',
  trainee: 'Trainee: {name}',
  course: 'Course',
  loading: 'Opening the lesson…',

  stateConnecting: 'Connecting to the study service…',
  stateConnectingLong: 'Not connected yet, trying again: time watched until then is not counted',
  stateWatching: 'Connected; study time is reported live',
  stateDisconnected: 'Disconnected: your record is kept on this device and sent when the network returns',
  stateTakenOver: 'Hours are now counted on another page',
  stateClosed: 'This study session has ended',
  stateFailed: 'Hours cannot be counted right now',
  takenOverTitle: 'You started studying on another page or device',
  takenOverBody:
    'Only one page counts hours at a time. You can keep watching here, but nothing is counted; press the button to count here again.',
  retake: 'Continue studying here',
  closedBody: 'Nothing happened on this page for a long time, so counting stopped. Press the button to start again.',
  failedTitle: 'Hours cannot be counted right now',
  failedBody:
    'You can keep watching, but the time may not be credited. Reconnect; if that fails, enter the lesson again from your platform.',
  reconnect: 'Reconnect',

  tallyTitle: 'Hours for this lesson',
  credited: 'Credited',
  held: 'Held',
  denied: 'Not credited',
  creditedOf: 'Lesson length {total}, {percent}% credited',
  creditedDone: 'The whole lesson is credited',
  heldNone: 'Nothing is waiting',
  heldRelease: 'A question will come: answer it correctly in time, or this time lapses',
  heldReleaseNow: 'Answer the current question correctly in time, or this time lapses',
  deniedNone: 'Nothing was refused',
  deniedSee: 'Reasons are under “Record of hours”',

  faceTitle: 'Face checks (your choice)',
  faceNone:
    'Once you consent and enrol, some questions become a look into the camera. Leaving it costs nothing: questions come as ever, and your time counts just the same.',
  faceNoneAct: 'Read and choose',
  faceConsented: 'You consented and are not enrolled yet. Until then questions come, and count just the same.',
  faceConsentedAct: 'Go on to enrol',
  faceEnrolled: 'On. You may choose a question each time, which counts just the same, and withdraw at any time.',
  faceEnrolledAct: 'Manage or withdraw',

  catalogueTitle: 'Course contents',
  lessonNow: 'Studying now',
  lessonDone: 'Completed',
  lessonLength: 'Length {total}',

  recordTitle: 'Record of hours',
  recordEmpty: 'Once you start, each change to your hours appears here with its reason.',
  recordEarlier: 'A further {time} was not credited before you opened this page; reasons are in your personal record.',
  kindHeld: 'Held',
  kindReleased: 'Credited',
  kindDenied: 'Not credited',
  kindTakenOver: 'Moved',
  kindPromptMissed: 'Missed',
  kindPromptWithdrawn: 'Withdrawn',
  kindClosed: 'Ended',
  recordTimes: '{count} {count|time|times}',

  rulesTitle: 'How hours are counted',
  rule1: 'Watch at normal speed (1×); each part of the lesson counts once.',
  rule2: 'Time played in a background tab or minimised window is not credited.',
  rule3:
    'Questions appear from time to time. Your recent answers are taken together: once they pass, the time held before them is credited; held too long, it is not.',
  rule4: 'Hours are counted on one page or device at a time.',
  rule5: 'If the network drops you may keep watching; the record is sent later, up to a limit.',

  promptTitle: 'Question',
  promptWhy: 'Held time is credited only by right answers in time. The video will not pause.',
  promptLeft: '{seconds} s left',
  promptClosing: 'Closing now',
  promptReplaced: 'This question takes the place of the one before; please answer this one.',
  promptSubmit: 'Submit answer',
  promptSending: 'Submitting…',
  promptPick: 'Choose an answer first',
  promptPickSome: 'Choose your answers first',
  promptType: 'Type a number first',
  promptHintMultiple: 'Choose every right answer; there may be several.',
  promptHintOrder: 'Put the steps in order with Up and Down.',
  promptHintNumber: 'Type a number.',
  promptHintPoint: 'Click the place in the picture, or move the cross with the arrow keys; hold Shift for small steps.',
  promptPoint: 'Point at a place in the picture first',
  promptImageFailed: 'The image of the question cannot be shown. Use a newer browser, or ask your training platform.',
  pointNow: '{across}% across, {down}% down',
  orderUp: 'Up',
  orderDown: 'Down',
  orderUpOf: 'Move up: {step}',
  orderDownOf: 'Move down: {step}',
  orderNow: '{step}: now number {place}',
  promptDisconnected: 'The network is gone; submit again once the connection is back.',
  promptFailed: 'The answer was not sent. Please try again.',
  promptAnnounce: 'Question, please answer within {seconds} {seconds|second|seconds}: {question}',
  promptHurry: '{seconds} {seconds|second|seconds} left for the question',
  outcomeTaken: 'Your answer was taken',
  outcomeTakenNext:
    'It counts together with your next ones; none is marked by itself. Once they pass, the held time is credited at once, and the record of hours says so.',
  outcomeExpired: 'Time is up',
  outcomeExpiredNext: 'Another question follows shortly; answer it correctly in time, and held time counts.',
  outcomeWithdrawn: 'This question was withdrawn',
  outcomeWithdrawnNext: 'It needs no answer any more. Another one follows if it is needed.',
  outcomeSaid: '{title}. {next}',
  outcomeClose: 'Got it',

  launchMissingTitle: 'No lesson was named',
  launchMissingBody: 'Open the lesson from your training platform with “Start learning”, not by its address.',
  launchRefusedTitle: 'This lesson link is not valid or has expired',
  launchRefusedBody: 'Go back to your training platform and press “Start learning” for a new link.',
  launchUnreachableTitle: 'The study service cannot be reached',
  launchUnreachableBody:
    'The network may be down or the service under maintenance. Hours already credited are safe; try again shortly.',
  exam: 'Exam',
  examTerms:
    '{items} {items|item|items}, {minutes} minutes, pass mark {passMark}, {attempts} {attempts|attempt|attempts}',
  examMissingTitle: 'No exam was named',
  examMissingBody: 'Open the exam from your training platform with “Enter the exam”, not by its address.',
  examRefusedTitle: 'This exam link is not valid or has expired',
  examRefusedBody: 'Go back to your training platform and press “Enter the exam” for a new link.',
  mediaTitle: 'The video could not be loaded',
  mediaBody: 'Check the network and load it again. Hours already credited are safe.',
  mediaRetry: 'Load the video again',
  retry: 'Try again',
  errorCode: 'Code: {code}',
};

export const catalogues: Readonly<Record<Language, Readonly<Record<Key, string>>>> = { 'zh-CN': zh, en };

/** `words` with `{names}` filled in; `{count|alert|alerts}` takes the word that goes with the number. */
export function fill(words: string, values: Readonly<Record<string, string | number>> = {}): string {
  return words.replace(/\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return one === undefined || many === undefined ? String(value) : value === 1 ? one : many;
  });
}
