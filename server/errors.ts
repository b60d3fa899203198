/**
 * The one table of errors. A code is stable, never reused, and says what to do next;
 * `retry` tells a machine whether the same request may be sent again.
 */
interface Row {
  readonly status: number;
  readonly zh: string;
  readonly en: string;
  readonly retry: boolean;
}

export const errors = {
  // Requests
  badRequest: {
    status: 400,
    zh: '请求格式不正确，请按接口文档修改',
    en: 'The request is malformed; see the API docs.',
    retry: false,
  },
  unauthenticated: {
    status: 401,
    zh: '请先登录或提供有效凭证',
    en: 'Log in, or send a valid credential.',
    retry: false,
  },
  forbidden: { status: 403, zh: '无权访问', en: 'This credential has no right to that.', retry: false },
  notFound: { status: 404, zh: '未找到', en: 'Not found.', retry: false },
  tooLarge: { status: 413, zh: '内容过大', en: 'The message is too large.', retry: false },
  unsupportedMediaType: {
    status: 415,
    zh: '不支持的内容类型，请使用 application/json',
    en: 'This content type is not supported; send application/json.',
    retry: false,
  },
  rangeUnsatisfiable: { status: 416, zh: '请求的范围超出文件', en: 'The range lies outside the file.', retry: false },
  tooFrequent: { status: 429, zh: '请求过于频繁，请稍后再试', en: 'Too many requests; slow down.', retry: true },
  internal: { status: 500, zh: '服务器内部错误', en: 'Something failed on our side.', retry: true },
  unavailable: {
    status: 503,
    zh: '服务暂不可用，请稍后重试',
    en: 'Not available just now; send it again shortly.',
    retry: true,
  },
  badLogin: { status: 401, zh: '用户名或密码错误', en: 'Wrong username or password.', retry: false },
  // Tickets
  ticketInvalid: { status: 401, zh: '学习凭证无效', en: 'The ticket is not valid; mint a new one.', retry: false },
  ticketExpired: { status: 401, zh: '学习凭证已过期', en: 'The ticket has expired; mint a new one.', retry: false },
  ticketSpent: { status: 409, zh: '学习凭证已被使用', en: 'The ticket has been used; mint a new one.', retry: false },
  ticketScope: {
    status: 403,
    zh: '学习凭证与学员、班级或课程不符',
    en: 'The ticket names a trainee, class or lesson that is not the platform’s.',
    retry: false,
  },
  // Sessions and beats
  versionUnsupported: {
    status: 400,
    zh: 'SDK 版本不受支持，请升级',
    en: 'This wire version is not supported; upgrade the SDK.',
    retry: false,
  },
  sessionUnknown: { status: 404, zh: '学习会话不存在', en: 'No such session; open a new one.', retry: false },
  sessionClosed: { status: 409, zh: '学习会话已结束', en: 'The session is closed; open a new one.', retry: false },
  sessionMissing: { status: 409, zh: '请先打开学习会话', en: 'Open or resume a session first.', retry: false },
  sessionBound: {
    status: 409,
    zh: '此连接已绑定学习会话',
    en: 'This connection already carries a session.',
    retry: false,
  },
  resumeProof: { status: 401, zh: '恢复会话的证明无效', en: 'The resume proof is wrong.', retry: false },
  beatMalformed: { status: 400, zh: '心跳内容不正确', en: 'The beat’s body is malformed.', retry: false },
  beatMac: { status: 401, zh: '心跳校验失败', en: 'The beat’s MAC is wrong.', retry: false },
  beatNonce: {
    status: 409,
    zh: '心跳随机数无效',
    en: 'The beat carries a nonce that was not issued to it.',
    retry: false,
  },
  beatReplayed: {
    status: 409,
    zh: '心跳重复',
    en: 'A different beat with this number was already accepted.',
    retry: false,
  },
  beatGap: {
    status: 409,
    zh: '心跳不连续，请从缺失处重发',
    en: 'Beats are missing before this one; send them first.',
    retry: true,
  },
  dayLimit: {
    status: 429,
    zh: '今日上传的学习数据已达上限，请明天再来继续学习',
    en: 'This trainee has sent as much as a day may hold; come back tomorrow.',
    retry: false,
  },
  // Media
  mediaPass: {
    status: 403,
    zh: '课程视频的通行凭据无效或已过期，请重新打开课程',
    en: 'The media’s pass is wrong or has expired; open the lesson again.',
    retry: false,
  },
  deliveryUnfiled: {
    status: 409,
    zh: '该课程未登记为由平台上报下发，请先在班级文件中登记',
    en: 'The lesson is not filed as delivered by the platform; file it so first.',
    retry: false,
  },
  promptUnknown: { status: 404, zh: '没有待回答的问题', en: 'No such prompt is waiting.', retry: false },
  // Faces
  facePass: {
    status: 403,
    zh: '人脸检查的凭据无效或已过期，请重新打开课程',
    en: 'The pass is wrong, has expired, or is for something else; open the lesson again.',
    retry: false,
  },
  faceNotice: {
    status: 409,
    zh: '人脸信息处理告知已更新，请重新阅读并同意',
    en: 'The notice has another version now; show it and ask again.',
    retry: false,
  },
  faceConsent: {
    status: 409,
    zh: '尚未同意处理人脸信息',
    en: 'Consent to today’s notice comes first.',
    retry: false,
  },
  faceOther: {
    status: 409,
    zh: '与已登记的人脸不一致；如需更换，请先撤回同意，再重新登记',
    en: 'This is not the face that is enrolled; to begin anew, withdraw consent first.',
    retry: false,
  },
  faceFrames: {
    status: 422,
    zh: '照片不可用，请按 details.refusal 修改',
    en: 'The frames cannot be used; details.refusal says why.',
    retry: false,
  },
  faceBusy: {
    status: 503,
    zh: '人脸服务繁忙，请稍后重试',
    en: 'Faces could not be looked at just now; send them again.',
    retry: true,
  },
  // Judge and lease
  commitFailed: { status: 503, zh: '暂未保存，请重发', en: 'Nothing was stored; send it again.', retry: true },
  unstorable: {
    status: 422,
    zh: '此内容无法保存，请勿重发',
    en: 'The database will never take this; do not send it again.',
    retry: false,
  },
  newerRelease: {
    status: 503,
    zh: '该学员的记录已由新版本的服务处理，请重新连接',
    en: 'A newer release has taken over this trainee’s record; connect again.',
    retry: true,
  },
  draining: {
    status: 503,
    zh: '服务正在重启，请稍后重发',
    en: 'The server is draining; reconnect and send again.',
    retry: true,
  },
  // Exams
  examBank: {
    status: 422,
    zh: '考试题库文件有误，什么都没有导入，请按 details.problems 逐项修改',
    en: 'The bank is wrong and nothing was imported; correct each place that details.problems names.',
    retry: false,
  },
  examInvalid: {
    status: 422,
    zh: '考试设置有误，请按 details.problems 修改',
    en: 'The exam cannot be held so; correct what details.problems names.',
    retry: false,
  },
  examNotOpen: { status: 409, zh: '考试尚未开始', en: 'The exam has not opened yet.', retry: false },
  examClosed: { status: 409, zh: '考试已经结束', en: 'The exam is over.', retry: false },
  examAttemptsUsed: { status: 409, zh: '考试次数已用完', en: 'No attempt is left.', retry: false },
  examContentIncomplete: {
    status: 409,
    zh: '课程尚未学完，请学完后再考试',
    en: 'The lessons are not complete; finish them, then sit the exam.',
    retry: false,
  },
  examOfflineShort: {
    status: 409,
    zh: '线下学时尚未达到要求，暂不能考试',
    en: 'Too few classroom hours were attended to sit the exam.',
    retry: false,
  },
  sittingKey: {
    status: 401,
    zh: '考试凭据无效，请重新打开考试',
    en: 'The sitting’s key is wrong; open the exam again.',
    retry: false,
  },
  sittingTakenOver: {
    status: 409,
    zh: '考试已在另一页面或设备上继续',
    en: 'The sitting goes on at another page or device.',
    retry: false,
  },
  sittingTimeUp: {
    status: 409,
    zh: '考试时间已到，系统将自动交卷',
    en: 'Time is up; the server hands in what was saved.',
    retry: false,
  },
  sittingHandedIn: { status: 409, zh: '已经交卷', en: 'The sitting has been handed in.', retry: false },
  sittingItem: {
    status: 422,
    zh: '试卷中没有这道题，或答案与题型不符',
    en: 'The paper has no such item, or the answer is of another form.',
    retry: false,
  },
  sittingAnswers: {
    status: 429,
    zh: '修改答案的次数过多，无法再保存',
    en: 'Answers were changed too often; no more are saved.',
    retry: false,
  },
  resultState: {
    status: 409,
    zh: '该成绩已被更正或尚未产生，请刷新后再试',
    en: 'The result was corrected meanwhile, or there is none yet; read it again.',
    retry: false,
  },
  practiceInvalid: {
    status: 422,
    zh: '实操评分有误，请按 details.problems 修改',
    en: 'The practice cannot be marked so; correct what details.problems names.',
    retry: false,
  },
  practiceState: {
    status: 409,
    zh: '理论尚未交卷、实操次数已用完，或该评分已被更正，请刷新后再试',
    en: 'The theory is not handed in, no attempt is left, or the mark was corrected meanwhile; read it again.',
    retry: false,
  },
  practiceSupervisor: {
    status: 409,
    zh: '本次考试的督导人员不得评分，请由其他考评人员评分',
    en: 'Whoever supervises this exam does not mark it; another examiner does.',
    retry: false,
  },
  outsideKnown: {
    status: 409,
    zh: '这份证书已经导入过，请核对编号',
    en: 'This certificate was imported before; check its number.',
    retry: false,
  },
  outsideInvalid: {
    status: 422,
    zh: '所导入的成绩有误，请按 details.problems 修改',
    en: 'The result cannot be imported so; correct what details.problems names.',
    retry: false,
  },
  drawNobody: {
    status: 409,
    zh: '没有可抽取的督导人员，请先增加人员账号',
    en: 'Nobody may be drawn; add people of the region first.',
    retry: false,
  },
  drawOther: {
    status: 409,
    zh: '您已为本考试抽取过两次，或曾为该机构登记他人回避，请由其他审核员抽取',
    en: 'You drew twice for this exam, or kept others from this institution’s draws; another reviewer draws.',
    retry: false,
  },
  drawState: {
    status: 409,
    zh: '已经抽取、考试已结束，或抽取已被重新进行，请刷新后再试',
    en: 'It was drawn already, the exam is over, or another was drawn meanwhile; read it again.',
    retry: false,
  },
  // Alerts
  alertTransition: {
    status: 409,
    zh: '疑点当前状态不允许此操作，请刷新后再试',
    en: 'The alert’s status does not allow this decision; read it again.',
    retry: false,
  },
  // Policies
  policyInvalid: {
    status: 422,
    zh: '策略内容有误，请按 details.problems 逐项修改',
    en: 'This is no policy; correct each place that details.problems names.',
    retry: false,
  },
  publicationSelf: {
    status: 409,
    zh: '提议人不能发布自己的提议，请由另一人发布',
    en: 'Whoever proposed a policy cannot publish it; ask another person.',
    retry: false,
  },
  publicationState: {
    status: 409,
    zh: '该策略已发布或已撤销，或尚未发布，请刷新后再试',
    en: 'The publication’s status does not allow this; read it again.',
    retry: false,
  },
} as const satisfies Record<string, Row>;

export type ErrorCode = keyof typeof errors;

/** A failure with a row in the table. `details` goes to the caller: nothing personal in it. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  constructor(code: ErrorCode, details: Readonly<Record<string, unknown>> = {}) {
    super(errors[code].en);
    this.name = 'AppError';
    this.code = code;
    this.details = details;
  }
}

/** Throws the error with this code. */
export function fail(code: ErrorCode, details?: Readonly<Record<string, unknown>>): never {
  throw new AppError(code, details);
}
