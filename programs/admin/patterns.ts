/** Runs the patterns over many people once, and says what each found: counts only. */
import { wordsOfRule } from '../../server/alerts/catalogue.ts';
import { raise, suspect } from '../../server/alerts/raise.ts';
import type { Db } from '../../server/db/pool.ts';
import { type Outcome, type RaiseSuspicions, runPatterns } from '../../server/patterns/run.ts';
import { refuse } from '../../server/refused.ts';

/** Screens that are open hear of it when they are loaded next: the server that they listen to is another process. */
const store: RaiseSuspicions = async (q, suspicions) => {
  await raise(q, suspicions.map(suspect));
  return () => undefined;
};

export async function runAndTell(db: Db): Promise<readonly string[]> {
  const ran = await runPatterns({ db, raise: store, now: Date.now });
  if (ran.kind !== 'ran') {
    return refuse('另一个进程正在比对，请稍后再试', 'another process runs the patterns now; try again later');
  }
  return [...ran.outcomes.map(line), `已清理过期记录 · rows past their time deleted：${ran.forgotten}`];
}

function line({ rule, found, raised, seconds, error }: Outcome): string {
  const words = wordsOfRule(rule);
  const said =
    error === null
      ? `发现 found ${found}，新提出 newly raised ${raised}`
      : `未完成 · not run to its end：${error.message}`;
  return `${rule}（${words.zh} · ${words.en}）：${said}（${seconds.toFixed(2)} s）`;
}
