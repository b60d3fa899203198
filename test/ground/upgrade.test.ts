/**
 * The release after the first, started on what the first left behind in the middle of its work: real
 * process, real wire, real commands. What it left is in test/support/oldDatabase.ts.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newest } from '../../detector/index.ts';
import { openCheckpoint } from '../../ledger/checkpoint.ts';
import { signerFrom } from '../../ledger/note.ts';
import { append, leafHash } from '../../ledger/tree.ts';
import type { Answered, Resumed } from '../../sdk/wire.ts';
import { createPolicies } from '../../server/classes/policies.ts';
import { createTickets } from '../../server/gateway/tickets.ts';
import { readLine } from '../../server/judge/line.ts';
import { testDir } from '../support/config.ts';
import { hasPostgres } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { type OldDatabase, type OldSession, pageOf, restoreOldDatabase } from '../support/oldDatabase.ts';
import { evidence, leaves, type Row, sealedSpans } from '../support/oldRows.ts';
import { roam } from '../support/roamer.ts';
import { type ServerProcess, startServer } from '../support/server.ts';
import { code, connectWire, type Page, value, type Wire } from '../support/wire.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const oldCommit = new URL('../fixtures/recorded/old-database/commit.sql', import.meta.url);

interface Head {
  readonly person: string;
  readonly epoch: number;
  readonly ordinal: number;
  readonly wakeAt: number | null;
}

describe.skipIf(!hasPostgres())('the release after the first, on its database', () => {
  let old: OldDatabase;
  let server: ServerProcess;
  let dir: Awaited<ReturnType<typeof testDir>>;
  let env: Record<string, string>;
  let headsThen: ReadonlyMap<string, Head>;
  let evidenceThen: Row[];
  let policiesThen: Row[];

  beforeAll(async () => {
    [old, dir] = await Promise.all([restoreOldDatabase(), testDir()]);
    [headsThen, evidenceThen, policiesThen] = [await heads(), await evidence(old.db), await policies()];
    const { SECRET_KEY, LEDGER_KEY } = old.secrets;
    env = { DATABASE_URL: old.url, DATA_DIR: dir.dir, DEMO: '0', SECRET_KEY, LEDGER_KEY };
    server = await startServer(env);
  }, 60_000);
  afterAll(async () => {
    await server?.kill();
    await old?.drop();
    await dir?.remove();
  });

  async function heads(): Promise<ReadonlyMap<string, Head>> {
    const { rows } = await old.db.query<Head>(
      'select person_key as person, epoch, ordinal, wake_ms as "wakeAt" from heads',
    );
    return new Map(rows.map((head) => [head.person, head]));
  }
  async function policies(): Promise<Row[]> {
    const { rows } = await old.db.query<Row & unknown[]>({
      text: 'select hash, body::text from policies order by 1',
      rowMode: 'array',
    });
    return rows;
  }
  const sessionOf = (name: string): OldSession => old.expected.sessions.find((one) => one.name === name)!;
  const totalsOf = (person: string) => old.expected.totals.find((one) => one.person === person)!;

  async function resume({ session, ...rest }: OldSession): Promise<{ wire: Wire; page: Page; resumed: Resumed }> {
    const page = pageOf({ session, ...rest });
    const wire = await connectWire(server.url);
    const message = { version: 1, session, proof: page.proof(wire.id) };
    const resumed = value(await wire.call<Resumed>('resume', message));
    page.nonce = resumed.nonce;
    return { wire, page, resumed };
  }

  /** The page played on while no server was there; this tells of its `nth` stretch of so many ms since. */
  function playedOn({ offset, position }: OldSession, nth: number, ms: number) {
    const [from, media] = [offset + nth * ms, position + nth * ms];
    return {
      span: [from, from + ms] as [number, number],
      runs: [[media, media + ms - 1, from, from + ms] as [number, number, number, number]],
      player: ['playing', media + ms - 1, 100] as ['playing', number, number],
      page: [ms, ms, 0] as [number, number, number],
      frames: [Math.round(ms / 17), Math.round(ms / 40)] as [number, number],
      clocks: [ms, Math.round(ms / 100), Math.round(ms / 100)] as [number, number, number],
    };
  }

  async function answerRightly(wire: Wire, prompt: string, place: string): Promise<Answered> {
    return value(await wire.call<Answered>('answer', { prompt, choice: place }));
  }

  it('a page that was playing goes on with its session and key; the question of then releases what was held', async () => {
    const session = sessionOf('patient: held, a question pending');
    const { heldMs } = totalsOf(session.person);
    const question = old.expected.pending.find(({ person }) => person === session.person)!;
    const { wire, page, resumed } = await resume(session);
    expect(resumed).toMatchObject({ seq: session.seq, totals: { heldMs, creditedMs: 0 } });
    expect(resumed.challenge?.prompt).toBe(question.prompt);

    await page.beat(wire, playedOn(session, 0, 2_000));
    const answered = await answerRightly(wire, question.prompt, question.rightChoice);
    expect(answered).toMatchObject({ outcome: 'taken', counted: false, totals: { heldMs: 0 } });
    expect(answered.totals.creditedMs).toBeGreaterThan(heldMs);
    for (let nth = 1; nth <= 3; nth += 1) await page.beat(wire, playedOn(session, nth, 2_000));
    await wire.close();
  });

  it('whoever was away for more than a night finds the session closed, and what was held stays held', async () => {
    const session = sessionOf('held under the standard policy');
    const { rows } = await old.db.query('select 1 from sessions where id = $1', [session.session]);
    expect(rows).toHaveLength(1);
    const overdue = [...headsThen.values()].filter(({ wakeAt }) => wakeAt !== null && wakeAt < Date.now());
    // The recording is of one day: on that very day its pages are still waited for.
    const isNight = Date.now() - old.expected.lastEventAt > 12 * 3_600_000;
    await eventually(
      heads,
      (now) => expect(overdue.filter(({ person, ordinal }) => now.get(person)?.ordinal === ordinal)).toEqual([]),
      25_000,
    );
    const page = pageOf(session);
    const wire = await connectWire(server.url);
    const reply = await wire.call('resume', { version: 1, session: page.session, proof: page.proof(wire.id) });
    if (isNight) expect(code(reply)).toBe('sessionClosed');
    else expect(reply).toMatchObject({ ok: true });
    await wire.close();
    const { heldMs } = totalsOf(session.person);
    const held = await old.db.query<{ ms: number }>(
      `select sum(ms)::bigint as ms from spans where person_key = $1 and fate = 'held'`,
      [session.person],
    );
    expect(held.rows[0]?.ms).toBe(heldMs);
  });

  it('whoever opens the lesson anew is asked anew, and the right answer releases what the first release held', async () => {
    const { platform: platformId, trainee: traineeId, ...session } = sessionOf('held, a question pending');
    const { heldMs } = totalsOf(session.person);
    const tickets = createTickets({ master: old.master, platformKey: async () => null, now: Date.now });
    const ticket = tickets.mint({ platformId, traineeId, classId: session.class, lessonId: session.lesson });
    const page = await roam(server.url, ticket, 'another-device', async (prompt) => {
      const { rows } = await old.db.query<{ place: string; readAt: number }>(
        `select array_position(p.choice_ids, q.answer_id)::text as place, p.issued_ms + 2000 as "readAt"
           from prompts p join questions q on q.id = p.question_id where p.id = $1`,
        [prompt],
      );
      const [{ place, readAt }] = rows as [{ place: string; readAt: number }];
      // An answer sooner than anybody reads proves nothing.
      await eventually(Date.now, (now) => expect(now).toBeGreaterThan(readAt));
      return place;
    });
    const { rows } = await old.db.query<{ ids: number[] }>(
      `select array_agg(id) as ids from spans where person_key = $1 and fate = 'held'`,
      [session.person],
    );
    expect(rows[0]?.ids.length).toBeGreaterThan(0);
    await eventually(
      async () => {
        await page.beat();
        return page.proofs;
      },
      (proofs) => expect(proofs).toBe(1),
      40_000,
    );
    expect(page.faults).toEqual([]);
    const released = await old.db.query<{ fate: string; ms: number }>(
      'select fate, sum(ms)::bigint as ms from spans where person_key = $1 and id = any($2) group by fate',
      [session.person, rows[0]?.ids],
    );
    expect(released.rows).toEqual([{ fate: 'credited', ms: heldMs }]);
  }, 60_000);

  it('each person’s first new event is the move to the version of today, and what was denied then is final', async () => {
    const { rows } = await old.db.query<{ person: string; ordinal: number; line: string; detector: number }>(
      `select e.person_key as person, e.ordinal, e.line, h.detector
         from events e join heads h using (person_key) order by e.person_key, e.ordinal`,
    );
    const moved = new Set<string>();
    for (const { person, ordinal, line, detector } of rows) {
      if (ordinal !== (headsThen.get(person)?.ordinal ?? 0) + 1) continue;
      moved.add(person);
      expect(readLine(line)).toMatchObject({ kind: 'upgraded', from: 1, to: newest });
      expect(detector).toBe(newest);
    }
    expect(moved.size).toBeGreaterThanOrEqual(10);
    const still = await old.db.query<{ person: string }>(
      `select distinct person_key as person from spans
        where fate = 'denied' and open and person_key = any($1) and (person_key, id) in
          (select person_key, id from spans where to_ms <= $2)`,
      [[...moved], old.expected.lastEventAt],
    );
    expect(still.rows).toEqual([]);
  });

  it('every sealed span, every leaf, all evidence and every policy of then is byte for byte what it was', async () => {
    const { sealedSpans: spans, leaves: sealed } = old.expected;
    const ours = new Set(spans.rows.map(([person, id]) => `${person}/${id}`));
    expect((await sealedSpans(old.db)).filter(([person, id]) => ours.has(`${person}/${id}`))).toEqual(spans.rows);
    const nowSealed = await leaves(old.db);
    expect(nowSealed.slice(0, sealed.rows.length)).toEqual(sealed.rows);
    const known = (rows: Row[], of: Row[]) => {
      const keys = new Set(of.map(([person, ordinal]) => `${person}/${ordinal}`));
      return rows.filter(([person, ordinal]) => keys.has(`${person}/${ordinal}`));
    };
    expect(known(await evidence(old.db), evidenceThen)).toEqual(evidenceThen);
    const hashes = policiesThen.map(([hash]) => hash);
    expect((await policies()).filter(([hash]) => hashes.includes(hash ?? null))).toEqual(policiesThen);
    for (const hash of hashes) {
      expect(await createPolicies(old.db).load(hash ?? '')).toMatchObject({ schema: 4 });
    }
  });

  it('the tree of then still opens, and has only been appended to', async () => {
    const [then] = old.expected.checkpoints;
    const signer = signerFrom(then!.origin, old.ledgerSeed);
    expect(openCheckpoint(then!.checkpoint, signer)).toMatchObject({ size: then!.size });
    await eventually(
      async () => (await leaves(old.db)).length,
      (count) => expect(count).toBeGreaterThan(then!.size),
    );
    for (const { origin, size, root, checkpoint } of await trees()) {
      const opened = openCheckpoint(checkpoint, signerFrom(origin, old.ledgerSeed));
      expect(opened).toMatchObject({ size, root });
      const data = (await leaves(old.db))
        .filter((leaf) => leaf[0] === origin)
        .map((leaf) => Buffer.from(leaf[2] ?? ''));
      expect(append(0, [], data.slice(0, size).map(leafHash)).root).toEqual(root);
      if (origin !== then!.origin) continue;
      expect(append(0, [], data.slice(0, then!.size).map(leafHash)).root.toString('hex')).toBe(then!.root);
    }
  });
  async function trees() {
    const { rows } = await old.db.query<{ origin: string; size: number; root: Buffer; checkpoint: string }>(
      'select origin, size, root, checkpoint from ledger_heads order by 1',
    );
    return rows;
  }

  it('alerts of then are shown', async () => {
    const monitor = old.secrets.people.find(({ role }) => role === 'monitor')!;
    const login = await fetch(`${server.url}/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: monitor.username, password: monitor.password }),
    });
    const { token } = (await login.json()) as { token: string };
    const shown = await fetch(`${server.url}/v1/alerts?limit=200`, { headers: { authorization: `Bearer ${token}` } });
    const { alerts } = (await shown.json()) as { alerts: { code: string; rule: string }[] };
    const counts: Record<string, number> = {};
    for (const { code: of, rule } of alerts) counts[`${of}.${rule}`] = (counts[`${of}.${rule}`] ?? 0) + 1;
    for (const [name, count] of Object.entries(old.expected.alerts)) {
      expect(counts[name] ?? 0, name).toBeGreaterThanOrEqual(count);
    }
  });

  it('a process of the first release that still runs writes nothing, and is told why', async () => {
    const [{ person, ordinal, epoch }] = [...(await heads()).values()] as [Head];
    const line = '{"kind":"tick"}';
    const rows = [
      [{ person, epoch0: epoch, epoch1: epoch, ordinal0: ordinal, ordinal1: ordinal + 1, chain: '00', holder: null }],
      [{ person, ordinal: ordinal + 1, session: null, seq: null, mac: null, at: 1, line }],
      [],
    ].map((table) => JSON.stringify(table));
    const before = [await heads(), await evidence(old.db)];
    const client = new pg.Client({ connectionString: old.url });
    await client.connect();
    const text = await readFile(oldCommit, 'utf8');
    try {
      await expect(client.query(text, rows)).rejects.toThrow('restart this server with that release');
      expect([await heads(), await evidence(old.db)]).toEqual(before);
      // The statement itself is good: it would have stored this.
      await client.query(`begin; set local zhenxue.release = '2'`);
      expect((await client.query(text, rows)).rows).toEqual([{ person_key: person }]);
      await client.query('rollback');
    } finally {
      await client.end();
    }
  });

  it('stopped again, npm run verify and npm run replay find nothing wrong', async () => {
    await server.stop();
    for (const program of ['verify', 'replay']) {
      const ran = promisify(execFile)(process.execPath, ['--import', 'tsx', `programs/${program}.ts`], {
        cwd: root,
        env: { ...process.env, ...env },
      });
      await expect(ran, program).resolves.toBeDefined();
    }
  }, 60_000);
});
