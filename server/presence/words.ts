/**
 * What a trainee is told, zh-CN first. Guarantees: every reason and every kind of notice has
 * words (a new one does not compile without); each says what happened and, where there is
 * something to do, what to do. A reason from a newer detector falls back to the kind alone.
 */
import type { Reason, Verdict } from '../../detector/index.ts';
import type { Words } from '../../sdk/wire.ts';

export type NoticeKind = Extract<Verdict, { verdict: 'notice' }>['kind'];

const kinds: Readonly<Record<NoticeKind, Words>> = {
  held: { zh: '这段学习时间待确认', en: 'This study time is held' },
  released: { zh: '待确认的学习时间已计入学时', en: 'The held time is credited' },
  denied: { zh: '这段学习时间未计入学时', en: 'This study time is not credited' },
  takenOver: { zh: '本页面已停止计入学时', en: 'This page no longer earns study time' },
  promptMissed: { zh: '您没有按时回答问题', en: 'You did not answer in time' },
  closed: { zh: '本次学习已结束', en: 'This session has ended' },
};

const reasons: Readonly<Record<Reason | 'session.silent', Words>> = {
  'presence.awaiting': {
    zh: '请及时答对随堂问题，待确认的时间才会计入',
    en: 'answer the questions correctly and in time; only then is the held time credited',
  },
  'presence.proven': { zh: '您已证明本人在学', en: 'you have shown that you are here' },
  'presence.lapsed': {
    zh: '两次在场证明相隔过久；请继续学习并按时回答问题',
    en: 'the proofs of presence lie too far apart; go on and answer the questions in time',
  },
  'presence.none': {
    zh: '这段时间没有在场证明；请继续学习并按时回答问题',
    en: 'no proof of presence covers it; go on and answer the questions in time',
  },
  'presence.failed': {
    zh: '随堂问题连续答错；请认真观看，答对下一题后重新开始计时',
    en: 'Several wrong answers in a row; watch on, and time counts again from the next right one',
  },
  'offline.awaiting': {
    zh: '这段时间在断网期间产生，请及时答对随堂问题后计入',
    en: 'it was recorded while offline; answer the questions correctly and in time to have it credited',
  },
  'offline.overCap': {
    zh: '断网时间超过可计入的上限；请在联网状态下重新学习这一段',
    en: 'more time was spent offline than can count; study this part again while connected',
  },
  'coverage.seen': {
    zh: '该段内容已学过（已计入或待确认），不重复计入',
    en: 'this part was watched before (credited or held); watching it again adds nothing',
  },
  'coverage.slow': {
    zh: '慢速播放时，超出内容时长的部分不计入',
    en: 'at slow speed, time beyond the length of the content does not count',
  },
  'coverage.beyondLesson': { zh: '超出课程时长的部分不计入', en: 'time beyond the lesson’s length does not count' },
  'coverage.fragmented': {
    zh: '跳跃播放过于零碎；请从头连续观看',
    en: 'the lesson was played in too many pieces; watch it through',
  },
  'clock.exceeded': {
    zh: '上报的时间多于实际经过的时间',
    en: 'more time was reported than has passed',
  },
  'concurrentLogin.leaseLost': {
    zh: '您已在另一台设备上开始学习；同一时间只在一处计入学时',
    en: 'you have started studying on another device; time counts in one place at a time',
  },
  'multiPagePlayback.leaseLost': {
    zh: '您已在另一个页面开始学习；同一时间只在一处计入学时',
    en: 'you have started studying on another page; time counts in one place at a time',
  },
  'backgroundPlayback.hidden': {
    zh: '课程页面不在前台；请回到课程页面观看',
    en: 'the lesson was in the background; return to its page to go on',
  },
  'backgroundPlayback.spoofedVisibility': {
    zh: '浏览器报告的页面状态前后矛盾；请关闭修改网页的插件或脚本后再学习',
    en: 'the browser contradicts itself about the page; turn off extensions or scripts that alter it',
  },
  'backgroundPlayback.unfocused': {
    zh: '课程窗口未处于活动状态；请点击课程窗口后继续',
    en: 'the lesson’s window was not active; click it to go on',
  },
  'courseBrushing.playbackRate': {
    zh: '首次学习不支持倍速播放；请恢复正常速度并重看这一段',
    en: 'a first viewing cannot be sped up; return to normal speed and watch this part again',
  },
  'courseBrushing.fasterThanClock': {
    zh: '播放进度快于实际时间；请以正常速度重看这一段',
    en: 'the lesson advanced faster than time; watch this part again at normal speed',
  },
  'courseBrushing.forgedBeats': {
    zh: '播放记录不像真实播放器产生的；请用常规浏览器重新学习这一段',
    en: 'the record does not look like a real player’s; study this part again in an ordinary browser',
  },
  'session.silent': {
    zh: '长时间没有收到本页面的消息；请重新打开课程',
    en: 'nothing was heard from this page for long; open the lesson again',
  },
};

/** What a notice of this kind and reason says. */
export function wordsFor(kind: NoticeKind, reason: string): Words {
  const what = kinds[kind];
  const why: Words | undefined = Object.hasOwn(reasons, reason) ? reasons[reason as keyof typeof reasons] : undefined;
  return why === undefined ? what : { zh: `${what.zh}：${why.zh}。`, en: `${what.en}: ${why.en}.` };
}
