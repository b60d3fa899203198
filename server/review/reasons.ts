/** Words for every reason of a span: what the trainee, the platform and the reviewer are told. */
import type { Reason } from '../../detector/index.ts';
import type { Words } from '../../sdk/wire.ts';

export const reasonWords: Readonly<Record<Reason, Words>> = {
  'presence.awaiting': {
    zh: '待确认：下一次在场证明后计入',
    en: 'Held until the next presence proof',
  },
  'presence.proven': { zh: '前后均有在场证明，已计入', en: 'Between two presence proofs: credited' },
  'presence.lapsed': { zh: '两次在场证明间隔过长', en: 'The presence proofs lie too far apart' },
  'presence.none': { zh: '没有在场证明', en: 'No presence proof' },
  'presence.failed': { zh: '随堂问题连续答错', en: 'Several wrong answers in a row' },
  'offline.awaiting': { zh: '断网期间学习，待在场证明后计入', en: 'Learned without a connection; held until a proof' },
  'offline.overCap': { zh: '断网学习超过允许时长', en: 'More without a connection than is allowed' },
  'coverage.seen': {
    zh: '该段内容已学过（已计入或待确认），不重复计入',
    en: 'Already seen (credited or held): a part counts once',
  },
  'coverage.slow': {
    zh: '低速播放，超出内容时长的部分不计入',
    en: 'Slower than normal: only the media’s own length counts',
  },
  'coverage.beyondLesson': { zh: '超出课程时长', en: 'Beyond the lesson’s length' },
  'coverage.fragmented': { zh: '播放过于零碎', en: 'Played in too many fragments' },
  'clock.exceeded': { zh: '申报时长超过服务器实际时间', en: 'More was claimed than the server’s clock allows' },
  'concurrentLogin.leaseLost': { zh: '已在另一台设备上学习', en: 'Another device had taken over' },
  'multiPagePlayback.leaseLost': { zh: '已在另一个页面上学习', en: 'Another page had taken over' },
  'backgroundPlayback.hidden': { zh: '页面不可见时不计入学时', en: 'The page was hidden' },
  'backgroundPlayback.spoofedVisibility': { zh: '页面谎称可见', en: 'The page claimed to be visible and was not' },
  'backgroundPlayback.unfocused': { zh: '页面未获得焦点', en: 'The page was not focused' },
  'courseBrushing.playbackRate': { zh: '倍速播放不计入学时', en: 'Played faster than allowed' },
  'courseBrushing.fasterThanClock': { zh: '播放快于实际时间', en: 'The media ran faster than time' },
  'courseBrushing.forgedBeats': { zh: '心跳并非来自真实播放器', en: 'The beats do not come from a real player' },
};

/** Words for a stored reason; an older row's unknown reason stands for itself. */
export function wordsOfReason(reason: string): Words {
  return Object.hasOwn(reasonWords, reason) ? reasonWords[reason as Reason] : { zh: reason, en: reason };
}
