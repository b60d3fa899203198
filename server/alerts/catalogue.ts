/** Words for every alert code and rule. A code without words does not compile. */
import type { AlertCode } from '../../detector/index.ts';
import type { Words } from '../../sdk/wire.ts';

export const codeWords: Readonly<Record<AlertCode, Words>> = {
  concurrentLogin: { zh: '多终端同时登录', en: 'Concurrent login' },
  multiPagePlayback: { zh: '多页面同时播放', en: 'Playing on several pages' },
  backgroundPlayback: { zh: '非前台播放', en: 'Playing in the background' },
  courseBrushing: { zh: '刷课', en: 'Course brushing' },
  idleAttendance: { zh: '挂课', en: 'Idle attendance' },
  proxyAttendance: { zh: '替课', en: 'Attendance by someone else' },
  examBrushing: { zh: '刷考', en: 'Exam brushing' },
  examImpersonation: { zh: '替考', en: 'Exam taken by someone else' },
  offlineHours: { zh: '线下学时异常', en: 'Irregular offline hours' },
  dataTampering: { zh: '篡改数据', en: 'Data tampering' },
  learningRecordForgery: { zh: '学习记录造假', en: 'Forged learning record' },
};

export const rules = [
  'hidden',
  'spoofedVisibility',
  'unfocused',
  'secondDevice',
  'secondPage',
  'playbackRate',
  'seekAhead',
  'fasterThanClock',
  'clockHook',
  'forgedBeats',
  'replayedBeats',
  'promptMissed',
  'promptGuessing',
  'presenceGap',
  'syntheticInput',
] as const;
export type Rule = (typeof rules)[number];

export const ruleWords: Readonly<Record<Rule, Words>> = {
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
  syntheticInput: { zh: '键鼠操作由脚本产生', en: 'Input was made by a script' },
};

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** Words for a stored code; an older row's unknown code stands for itself. */
export const wordsOfCode = (code: string): Words => own(codeWords, code) ?? { zh: code, en: code };
/** Words for a stored rule; an older row's unknown rule stands for itself. */
export const wordsOfRule = (rule: string): Words => own(ruleWords, rule) ?? { zh: rule, en: rule };
