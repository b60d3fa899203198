/**
 * What a trainee is told, zh-CN first. Guarantees: every kind of notice has words (a new one does
 * not compile without); each says what happened and, where there is something to do, what to do.
 * A reason from a newer detector falls back to the kind alone.
 */
import type { NoticeKind } from '../../detector/index.ts';
import type { Words } from '../../sdk/wire.ts';
import { findReason } from '../reasons.ts';

const kinds: Readonly<Record<NoticeKind, Words>> = {
  held: { zh: '这段学习时间待确认', en: 'This study time is held' },
  released: { zh: '待确认的学习时间已计入学时', en: 'The held time is credited' },
  denied: { zh: '这段学习时间未计入学时', en: 'This study time is not credited' },
  takenOver: { zh: '本页面已停止计入学时', en: 'This page no longer earns study time' },
  promptMissed: { zh: '您没有按时回答问题', en: 'You did not answer in time' },
  promptWithdrawn: { zh: '随堂问题已撤回', en: 'The question was withdrawn' },
  closed: { zh: '本次学习已结束', en: 'This session has ended' },
};

/** Why a question is withdrawn is no reason of a span: nobody is blamed, and nothing was lost. */
const withdrawn: Words = {
  zh: '您当时已暂停学习，不算漏答；继续学习后会再出一题',
  en: 'you had paused, so it does not count as missed; another follows when you go on',
};

/** What a notice of this kind and reason says. */
export function wordsFor(kind: NoticeKind, reason: string): Words {
  const what = kinds[kind];
  const because = kind === 'promptWithdrawn' ? withdrawn : clauseOf(reason);
  return because === null ? what : { zh: `${what.zh}：${because.zh}。`, en: `${what.en}: ${because.en}.` };
}

function clauseOf(reason: string): Words | null {
  const found = findReason(reason);
  if (found === undefined) return null;
  const { why, todo } = found;
  const en = why.en.charAt(0).toLowerCase() + why.en.slice(1);
  return todo === undefined ? { zh: why.zh, en } : { zh: `${why.zh}；${todo.zh}`, en: `${en}; ${todo.en}` };
}
