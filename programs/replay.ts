/**
 * `npm run replay [-- --person <key>]`: folds the stored evidence again and compares what it
 * comes to with what was stored. Guarantees: reads only; exit code 1 on any difference,
 * 2 when it could not be examined.
 *
 * For each person: the hash chain over the event lines equals the head's, and every span's
 * fate, reason and milliseconds are what the detector says today (laws 7 and 9).
 */
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildOf, newest } from '../detector/index.ts';
import { chainNext, chainStart } from '../ledger/chain.ts';
import { createPolicies } from '../server/classes/policies.ts';
import { readEnvironment } from '../server/config.ts';
import { withDatabase } from '../server/db/open.ts';
import type { Queryable } from '../server/db/pool.ts';
import type { LoadPolicyBody, Sealing } from '../server/judge/contract.ts';
import { createShelf } from '../server/judge/shelf.ts';
import { findHead, readLines, readPersons, readPolicies, readSpans } from '../server/judge/store.ts';
import { differences as differencesOf, refold, refoldStart } from './refold.ts';
import { runTool, say } from './tool.ts';

export interface Difference {
  readonly person: string;
  readonly what: string;
}

export interface Replayed {
  readonly persons: number;
  readonly events: number;
  readonly spans: number;
  readonly differences: readonly Difference[];
}

export interface ReplayDeps {
  readonly db: Queryable;
  readonly sealing: Pick<Sealing, 'chainStart' | 'chainNext'>;
  readonly loadPolicyBody: LoadPolicyBody;
}

/** Replays one person, or everybody. */
export async function replay(
  { db, sealing, loadPolicyBody }: ReplayDeps,
  only: string | null = null,
): Promise<Replayed> {
  const differences: Difference[] = [];
  const shelf = createShelf(loadPolicyBody);
  let persons = 0;
  let events = 0;
  let spanCount = 0;
  for (let after = ''; ; ) {
    const page = only === null ? await readPersons(db, after) : [only];
    if (page.length === 0) break;
    for (const person of page) {
      const head = await findHead(db, person);
      if (head === null) continue;
      await shelf.need(await readPolicies(db, person));

      let folded = refoldStart(sealing);
      let ordinal = 0;
      while (ordinal < head.ordinal) {
        const lines = await readLines(db, person, ordinal, head.ordinal);
        if (lines.length === 0) break;
        folded = refold(folded, lines, shelf.policyFor, sealing);
        ordinal = buildOf(folded.folded.version).inspect(folded.folded.state).ordinal;
      }
      const stored = await readSpans(db, person);
      for (const what of differencesOf(folded, head, stored)) differences.push({ person, what });
      persons += 1;
      events += ordinal;
      spanCount += stored.length;
      after = person;
    }
    if (only !== null) break;
  }
  return { persons, events, spans: spanCount, differences };
}

const usage = `用法 Usage：npm run replay -- [选项 options]

由存储的证据重新推算学时，并与存储的结果比较；只读。
Folds the stored evidence again and compares what it comes to with what was stored; reads only.

  --person <key>         只核对一人 · one person only (people’s person_key)
  --database-url <url>   代替 DATABASE_URL · instead of DATABASE_URL
  --help                 显示本说明 · this text

退出码 Exit codes：0 相符 no difference；1 不符 differences；2 用法有误或无法核对 misused, or could not be examined`;

async function main(args: readonly string[], at: { databaseUrl: string | null }): Promise<number> {
  const options = { person: { type: 'string' }, 'database-url': { type: 'string' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const config = readEnvironment({ DATABASE_URL: values['database-url'] });
  at.databaseUrl = config.databaseUrl;
  return withDatabase(config, undefined, async (db) => {
    const policies = createPolicies(db);
    const found = await replay(
      { db, sealing: { chainNext, chainStart }, loadPolicyBody: policies.body },
      values.person ?? null,
    );
    const { persons, events, spans, differences } = found;
    for (const { person, what } of differences) say(`不符 DIFFERS ${person.slice(0, 8)}… ${what}`);
    say(`detector ${newest}: ${persons} persons, ${events} events, ${spans} spans, ${differences.length} differences`);
    return differences.length === 0 ? 0 : 1;
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const failed = '无法核对 The evidence could not be examined：';
  const tool = { usage, failed, failedCode: 2, sayFailure: say, work: main } as const;
  process.exitCode = await runTool(tool, process.argv.slice(2));
}
