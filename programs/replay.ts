/**
 * `npm run replay [-- --person <key>] [-- --no-mac]`: folds the stored evidence again and compares
 * what it comes to with what was stored. Guarantees: reads only, in one unmoving view, beside a
 * running server; makes no key and no database; exit code 1 on any difference, 2 when it could
 * not be examined. With `--policy` it tries a candidate instead: see programs/replay/candidate.ts.
 *
 * Examined is whoever has any row: a head, an event, a session, a span, a leaf or an alert of a
 * session. See programs/replay/ for what is held against what.
 */
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { newest } from '../detector/index.ts';
import * as alertStore from '../server/alerts/store.ts';
import { createPolicies } from '../server/classes/policies.ts';
import { readForReading } from '../server/config.ts';
import { withStoredDatabase } from '../server/db/open.ts';
import { type Queryable, transaction } from '../server/db/pool.ts';
import { createKeys, type Keys } from '../server/gateway/keys.ts';
import type { LoadPolicyBody } from '../server/judge/contract.ts';
import { createShelf } from '../server/judge/shelf.ts';
import * as judgeStore from '../server/judge/store.ts';
import * as ledgerStore from '../server/ledger/store.ts';
import { changeWords, readCandidate, readWindow, tryPolicy } from './replay/candidate.ts';
import { examine } from './replay/person.ts';
import { runTool, say, UsageError } from './tool.ts';

export interface Difference {
  readonly person: string;
  readonly what: string;
}

export interface Replayed {
  readonly persons: number;
  readonly events: number;
  readonly spans: number;
  readonly leaves: number;
  readonly alerts: number;
  /** Alerts that jobs raised: counted, not examined. */
  readonly jobAlerts: number;
  readonly differences: readonly Difference[];
  /** Persons who differ, also those that are not among `differences` any more. */
  readonly differing: number;
}

export interface ReplayDeps {
  readonly db: Queryable;
  readonly loadPolicyBody: LoadPolicyBody;
  /** Without them MACs are not checked. */
  readonly keys?: Keys | null;
}

/** So many differences are kept; by then nobody reads on. */
const KEPT = 10_000;

/** Examines one person, or everybody. */
export async function replay(deps: ReplayDeps, only: string | null = null): Promise<Replayed> {
  const { db } = deps;
  const examining = { db, keys: deps.keys ?? null, shelf: createShelf(deps.loadPolicyBody) };
  const sum = { persons: 0, events: 0, spans: 0, leaves: 0, alerts: 0, jobAlerts: 0, differing: 0 };
  const differences: Difference[] = [];
  for await (const person of only === null ? everybody(db) : [only]) {
    const found = await examine(examining, person);
    if (!found.known) continue;
    sum.persons += 1;
    for (const key of ['events', 'spans', 'leaves', 'alerts', 'jobAlerts'] as const) sum[key] += found[key];
    if (found.differences.length > 0) sum.differing += 1;
    if (differences.length < KEPT) for (const what of found.differences) differences.push({ person, what });
  }
  const nameless = only === null ? await alertStore.countNameless(db) : 0;
  if (nameless > 0) {
    sum.differing += 1;
    differences.push({ person: '', what: `${nameless} alerts of sessions name no person` });
  }
  return { ...sum, differences };
}

/** Whoever has any row, once. Heads come first; honest rows have no others. */
async function* everybody(db: Queryable): AsyncGenerator<string> {
  // Nobody is called so; but pages begin after it, and rows could be hidden there.
  yield '';
  yield* pages((after) => judgeStore.readPersons(db, after));
  const seen = new Set<string>();
  for (const { readHeadless } of [judgeStore, ledgerStore, alertStore]) {
    for await (const person of pages((after) => readHeadless(db, after))) {
      if (!seen.has(person)) yield person;
      seen.add(person);
    }
  }
}

async function* pages(read: (after: string) => Promise<readonly string[]>): AsyncGenerator<string> {
  for (let page = await read(''); page.length > 0; page = await read(page.at(-1) ?? '')) yield* page;
}

const usage = `用法 Usage：npm run replay -- [选项 options]

由存储的证据重新推算学时，并与存储的结果比较；只读，可在服务运行时使用。
Folds the stored evidence again and compares what it comes to with what was stored; reads only, also beside a running server.

  --person <key>         只核对一人 · one person only (people’s person_key)
  --no-mac               不核对心跳的 MAC · leave the beats’ MACs unchecked (they need SECRET_KEY)
  --database-url <url>   代替 DATABASE_URL · instead of DATABASE_URL
  --help                 显示本说明 · this text

  --policy <file.json>   试行一份策略：若按它判定会有何不同 · tries a policy: what would change under it
  --from --to <ISO>      只换期间内打开的会话（含起、不含止，须带时区）· only sessions opened within, with a zone
  --class <id>           只换该班级的会话 · only sessions of this class

退出码 Exit codes：0 相符 no difference；1 不符 differences；2 用法有误或无法核对 misused, or could not be examined
  --policy：0 已列出 printed；2 策略有误或无法核对 no policy, misused, or could not be examined`;

async function main(args: readonly string[], at: { databaseUrl: string | null }): Promise<number> {
  const options = {
    person: { type: 'string' },
    'no-mac': { type: 'boolean' },
    'database-url': { type: 'string' },
    policy: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    class: { type: 'string' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.policy !== undefined) return tryOut(values.policy, values, at);
  for (const name of ['from', 'to', 'class'] as const) {
    if (values[name] !== undefined) throw new UsageError(`--${name}: only with --policy`);
  }
  const config = readForReading({ DATABASE_URL: values['database-url'] });
  at.databaseUrl = config.databaseUrl;
  const { master } = config.secrets;
  const keys = values['no-mac'] === true || master === null ? null : createKeys(master);
  return withStoredDatabase(config, (db) =>
    transaction(db, async (q) => {
      await ledgerStore.freezeView(q);
      const started = performance.now();
      const found = await replay({ db: q, loadPolicyBody: createPolicies(q).body, keys }, values.person ?? null);
      if (values.person !== undefined && found.persons === 0)
        throw new UsageError(`--person: nobody is stored by that key`);
      for (const { person, what } of found.differences) say(`不符 DIFFERS ${person.slice(0, 8)}… ${what}`);
      if (keys === null) {
        say(
          '注意：未核对心跳的 MAC，改写的心跳可能未被发现 · MACs WERE NOT CHECKED: a rewritten beat may have passed.',
        );
        if (master === null) say('  SECRET_KEY 未设置 · SECRET_KEY is not configured');
      }
      say(report(found, performance.now() - started));
      return found.differing === 0 ? 0 : 1;
    }),
  );
}

interface TryOptions {
  readonly person?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly class?: string | undefined;
  readonly 'database-url'?: string | undefined;
}

/** Ends with 2 where somebody's evidence cannot be folded, having printed what the others' comes to. */
async function tryOut(path: string, options: TryOptions, at: { databaseUrl: string | null }): Promise<number> {
  if (options.person !== undefined) throw new UsageError('--person: not with --policy');
  const candidate = readCandidate(path);
  const window = readWindow(options.from, options.to);
  const config = readForReading({ DATABASE_URL: options['database-url'] });
  at.databaseUrl = config.databaseUrl;
  return withStoredDatabase(config, (db) =>
    transaction(db, async (q) => {
      await ledgerStore.freezeView(q);
      const scope = { ...window, classId: options.class ?? null };
      const tried = await tryPolicy({ db: q, loadPolicyBody: createPolicies(q).body }, candidate, scope);
      for (const line of changeWords(candidate, scope, tried)) say(line);
      return tried.failed.length === 0 ? 0 : 2;
    }),
  );
}

function report(found: Replayed, tookMs: number): string {
  const { persons, events, spans, leaves, alerts, jobAlerts, differing } = found;
  const rate = `${(tookMs / 1000).toFixed(1)} s, ${Math.round(events / Math.max(0.001, tookMs / 1000))} events/s`;
  return `detector ${newest}: ${persons} persons, ${events} events, ${spans} spans, ${leaves} leaves, ${alerts} alerts (${jobAlerts} more of jobs, not examined), ${differing} persons differ; ${rate}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const failed = '无法核对 The evidence could not be examined：';
  const tool = { usage, failed, failedCode: 2, sayFailure: say, work: main } as const;
  process.exitCode = await runTool(tool, process.argv.slice(2));
}
