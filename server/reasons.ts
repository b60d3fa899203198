/**
 * Words for every reason of a span or a notice, zh-CN first: one table for trainees, platforms and
 * reviewers. A new reason does not compile without words. Spans are kept for ever, so the reasons
 * of earlier detector versions keep their words here.
 */
import type { EndReason, Reason } from '../detector/index.ts';
import type { Words } from '../sdk/wire.ts';

/** What version 1 called `disconnected`. */
type Reason1 = 'offline.awaiting' | 'offline.overCap';

export type KnownReason = Reason | Reason1 | EndReason;

export interface ReasonWords {
  readonly why: Words;
  /** What the trainee can do about it; absent: nothing. */
  readonly todo?: Words;
}

const answerInTime: Words = {
  zh: '请及时答对随堂问题',
  en: 'answer the questions correctly and in time',
};
const goOn: Words = {
  zh: '请继续学习并按时回答问题',
  en: 'go on and answer the questions in time',
};

const disconnectedAwaiting: ReasonWords = {
  why: { zh: '断网期间学习，下一次在场证明后计入', en: 'Learned without a connection; counts after a presence proof' },
  todo: answerInTime,
};
const disconnectedOverCap: ReasonWords = {
  why: { zh: '断网学习超过可计入的时长', en: 'More time without a connection than can count' },
  todo: { zh: '请在联网状态下重新学习这一段', en: 'study this part again while connected' },
};

export const reasonWords: Readonly<Record<KnownReason, ReasonWords>> = {
  'presence.awaiting': {
    why: { zh: '下一次在场证明后计入', en: 'Counts after the next presence proof' },
    todo: answerInTime,
  },
  'presence.proven': { why: { zh: '前后均有在场证明', en: 'It lies between two presence proofs' } },
  'presence.lapsed': {
    why: { zh: '两次在场证明相隔过久', en: 'The presence proofs lie too far apart' },
    todo: goOn,
  },
  'presence.none': { why: { zh: '没有在场证明', en: 'No presence proof covers it' }, todo: goOn },
  'presence.missed': {
    why: { zh: '漏答随堂问题后继续播放的时间不计入', en: 'Play that goes on after a missed question does not count' },
    todo: { zh: '请答对下一道问题', en: 'answer the next question correctly' },
  },
  'presence.failed': {
    why: { zh: '随堂问题连续答错', en: 'Several wrong answers in a row' },
    todo: {
      zh: '请认真观看，答对下一题后重新开始计时',
      en: 'watch on, and time counts again from the next right one',
    },
  },
  'disconnected.awaiting': disconnectedAwaiting,
  'disconnected.overCap': disconnectedOverCap,
  'offline.awaiting': disconnectedAwaiting,
  'offline.overCap': disconnectedOverCap,
  'coverage.seen': {
    why: {
      zh: '该段内容已学过（已计入或待确认），不重复计入',
      en: 'This part was watched before (credited or held) and counts once',
    },
  },
  'coverage.slow': {
    why: {
      zh: '播放慢于正常速度（含卡顿）时，超出内容时长的部分不计入',
      en: 'Where play is slower than normal speed (stalls too), time beyond the length of the content does not count',
    },
  },
  'coverage.beyondLesson': {
    why: { zh: '超出课程时长的部分不计入', en: 'Time beyond the lesson’s length does not count' },
  },
  'coverage.fragmented': {
    why: { zh: '跳跃播放过于零碎', en: 'The lesson was played in too many pieces' },
    todo: { zh: '请从头连续观看', en: 'watch it through' },
  },
  'clock.exceeded': {
    why: { zh: '上报的时间多于实际经过的时间', en: 'More time was reported than has passed' },
  },
  'session.exam': { why: { zh: '考试不计学时', en: 'An exam earns no study time' } },
  'session.dayCap': {
    why: { zh: '今日学时已达上限', en: 'Today’s study time has reached its limit' },
    todo: { zh: '请明天再继续学习', en: 'go on tomorrow' },
  },
  'session.studyCap': {
    why: {
      zh: '连续学习时间过长，暂不计入',
      en: 'Study went on for too long without a break and does not count for now',
    },
    todo: { zh: '请休息片刻后再继续', en: 'take a short break, then go on' },
  },
  'concurrentLogin.leaseLost': {
    why: { zh: '已在另一台设备上开始学习', en: 'Study went on on another device' },
    todo: { zh: '同一时间只在一处计入学时', en: 'time counts in one place at a time' },
  },
  'multiPagePlayback.leaseLost': {
    why: { zh: '已在另一个页面开始学习', en: 'Study went on on another page' },
    todo: { zh: '同一时间只在一处计入学时', en: 'time counts in one place at a time' },
  },
  'backgroundPlayback.hidden': {
    why: { zh: '课程页面不在前台', en: 'The lesson was in the background' },
    todo: { zh: '请回到课程页面观看', en: 'return to its page to go on' },
  },
  'backgroundPlayback.spoofedVisibility': {
    why: { zh: '浏览器报告的页面状态前后矛盾', en: 'The browser contradicts itself about the page' },
    todo: {
      zh: '请关闭修改网页的插件或脚本后再学习',
      en: 'turn off extensions or scripts that alter it',
    },
  },
  'backgroundPlayback.unfocused': {
    why: { zh: '课程窗口未处于活动状态', en: 'The lesson’s window was not active' },
    todo: { zh: '请点击课程窗口后继续', en: 'click it to go on' },
  },
  'backgroundPlayback.outOfView': {
    why: { zh: '页面上看不到课程画面', en: 'The lesson’s picture could not be seen on the page' },
    todo: { zh: '请将视频画面移回可见位置', en: 'bring the video back into view' },
  },
  'courseBrushing.mediaReplaced': {
    why: {
      zh: '播放的不是本课的视频（如广告或其他内容），或本课时长登记有误',
      en: 'What played was not this lesson’s video (an advertisement, or something else), or the lesson’s length is filed wrongly',
    },
    todo: { zh: '本课视频播放时恢复计时', en: 'time counts while the lesson’s own video plays' },
  },
  'courseBrushing.mediaMissing': {
    why: { zh: '播放器不在页面中，或没有播放内容', en: 'The player was not in the page, or played nothing' },
    todo: { zh: '请重新打开课程页面观看', en: 'open the lesson’s page again' },
  },
  'courseBrushing.playbackRate': {
    why: { zh: '首次学习不支持倍速播放', en: 'A first viewing cannot be sped up' },
    todo: {
      zh: '请恢复正常速度并重看这一段',
      en: 'return to normal speed and watch this part again',
    },
  },
  'courseBrushing.fasterThanClock': {
    why: { zh: '播放进度快于实际时间', en: 'The lesson advanced faster than time' },
    todo: { zh: '请以正常速度重看这一段', en: 'watch this part again at normal speed' },
  },
  'courseBrushing.forgedBeats': {
    why: { zh: '播放记录不像真实播放器产生的', en: 'The record does not look like a real player’s' },
    todo: {
      zh: '请用常规浏览器重新学习这一段',
      en: 'study this part again in an ordinary browser',
    },
  },
  'courseBrushing.undelivered': {
    why: {
      zh: '所报播放的内容没有向本人下发过',
      en: 'What was reported as played was never delivered to this trainee',
    },
    todo: { zh: '请在课程页面正常播放这一段', en: 'play this part on the lesson’s own page' },
  },
  'idleAttendance.syntheticInput': {
    why: { zh: '键鼠操作由脚本产生', en: 'Input on the page was made by a script' },
    todo: {
      zh: '请关闭模拟操作的插件或脚本后再学习',
      en: 'turn off extensions or scripts that act for you',
    },
  },
  'session.silent': {
    why: { zh: '长时间没有收到本页面的消息', en: 'Nothing was heard from this page for long' },
    todo: { zh: '请重新打开课程', en: 'open the lesson again' },
  },
  'session.faceRefused': {
    why: { zh: '多次人脸验证未通过，本次学习已结束', en: 'Several face checks did not pass; this session has ended' },
    todo: {
      zh: '请本人重新打开课程；如有误判，请联系培训机构人工核实',
      en: 'open the lesson again yourself; if this is wrong, ask your institution to have a person look at it',
    },
  },
};

/** `undefined`: a newer release stored it. */
export function findReason(reason: string): ReasonWords | undefined {
  return Object.hasOwn(reasonWords, reason) ? reasonWords[reason as KnownReason] : undefined;
}

/** Why, in words; a reason that is not known here stands for itself. */
export function wordsOfReason(reason: string): Words {
  return findReason(reason)?.why ?? { zh: reason, en: reason };
}
