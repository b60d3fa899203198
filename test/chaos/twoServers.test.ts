/**
 * Two real servers on one database, and trainees who are thrown from one to the other while their beats
 * are on the way; one of them killed; and one that is older than the other.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoPolicy as demoPolicy1 } from '../../detector/frozen/1.mjs';
import { demoPolicy, newest, type Policy } from '../../detector/index.ts';
import { replay } from '../../programs/replay.ts';
import { createIdentity } from '../../server/classes/identity.ts';
import { createPolicies } from '../../server/classes/policies.ts';
import { readConfig } from '../../server/config.ts';
import { transaction } from '../../server/db/pool.ts';
import { createTickets } from '../../server/gateway/tickets.ts';
import { readLine } from '../../server/judge/line.ts';
import { auditLedger } from '../../server/ledger/audit.ts';
import { freezeView } from '../../server/ledger/store.ts';
import { alone, ONE_OF_FOUR } from '../support/alone.ts';
import { type Catalogue, seedCatalogue } from '../support/catalogue.ts';
import { testDir, testEnv } from '../support/config.ts';
import { hasPostgres, type TestDb, testDb } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { hasRedis, type Redis, startRedis } from '../support/redis.ts';
import { type Roamer, roam } from '../support/roamer.ts';
import { type ServerProcess, startServer } from '../support/server.ts';

const TRAINEES = 20;
/** Of these, each with a second device on the other server. */
const CONTESTED = 4;
const MOVES = 4;
const BEATS_A_STAY = 4;

/** Questions come every second, and may be answered at once: a test has seconds where a class has hours. */
const quick: Policy = alone(
  {
    ...demoPolicy,
    name: 'quick',
    presence: {
      ...demoPolicy.presence,
      minDueMs: 500,
      maxDueMs: 1_000,
      minReturnMs: 500,
      maxReturnMs: 1_000,
      mostPerHour: 10_000,
    },
    proofs: { question: { windowMs: 30_000, lateMs: 0, minLatencyMs: 0 } },
  },
  ONE_OF_FOUR,
);
const old = demoPolicy1 as { readonly presence: object };
const quick1 = {
  ...old,
  name: 'quick',
  presence: { ...old.presence, minPromptMs: 500, maxPromptMs: 1_000, minLatencyMs: 0 },
} as unknown as Policy;

describe.skipIf(!hasPostgres())('two servers on one database', () => {
  let database: TestDb;
  let catalogue: Catalogue;
  let dir: Awaited<ReturnType<typeof testDir>>;
  let servers: ServerProcess[];
  let roamers: Roamer[];
  let redis: Redis | null;

  beforeEach(async () => {
    redis = null;
    database = await testDb(6);
    dir = await testDir();
    servers = [];
    roamers = [];
  });
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.kill()));
    await redis?.stop();
    await database?.drop();
    await dir?.remove();
  });

  const env = () => ({
    ...testEnv(),
    DATA_DIR: dir.dir,
    DATABASE_URL: database.url,
    PORT: undefined,
    REDIS_URL: redis?.url,
  });
  const { secrets } = readConfig(testEnv());
  const tickets = createTickets({ master: secrets.master, platformKey: async () => null, now: Date.now });

  async function seed(trainees: number, policy: Policy): Promise<void> {
    catalogue = await seedCatalogue(database.db, { trainees, policy });
    const name = createIdentity(secrets.master).seal('学员', 'name');
    await database.db.query('update trainees set name_sealed = $1', [name]);
  }

  async function serve(version?: number): Promise<ServerProcess> {
    const given = Object.entries(env()).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const server = await startServer(Object.fromEntries(given), version);
    servers.push(server);
    return server;
  }

  async function open(at: ServerProcess, trainee: number, device = `device-${trainee}`): Promise<Roamer> {
    const { platformId, classId, lessons, trainees } = catalogue;
    const ticket = tickets.mint({ platformId, classId, traineeId: trainees[trainee]!.id, lessonId: lessons[0]!.id });
    const roamer = await roam(at.url, ticket, device, rightChoice);
    roamers.push(roamer);
    return roamer;
  }

  async function rightChoice(prompt: string): Promise<string> {
    const { rows } = await database.db.query<{ choice: string }>(
      `select array_position(p.choice_ids, q.answer_id)::text as choice
         from prompts p join questions q on q.id = p.question_id where p.id = $1`,
      [prompt],
    );
    return rows[0]?.choice ?? '';
  }

  /** To the first of these servers that takes it; servers may be dying, or hand over. */
  async function settleAt(roamer: Roamer, ...wanted: readonly ServerProcess[]): Promise<void> {
    for (let tries = 0; tries < 50; tries += 1) {
      if (await roamer.goTo(wanted[tries % wanted.length]!.url)) return;
    }
    throw new Error('no server takes this page');
  }

  /** From server to server, cut off in the middle of a beat each time. */
  async function wander(roamer: Roamer, first: number, moves = MOVES): Promise<void> {
    for (let move = first; move < first + moves; move += 1) {
      for (let n = 0; n < BEATS_A_STAY; n += 1) await roamer.beat();
      roamer.cut();
      const [here, there] = [servers[move % 2]!, servers[(move + 1) % 2]!];
      await settleAt(roamer, there, here);
    }
    for (let tries = 0; tries < 50 && !roamer.settled(); tries += 1) {
      await roamer.beat();
      if (!roamer.settled()) await settleAt(roamer, ...servers);
    }
  }

  /** All play on where they are until this is so. */
  async function playOn<T>(read: () => T | Promise<T>, check: (value: T) => unknown): Promise<void> {
    await eventually(
      async () => {
        await Promise.all(roamers.map((roamer) => roamer.beat()));
        return read();
      },
      check,
      15_000,
    );
  }

  const proofs = () => roamers.reduce((sum, roamer) => sum + roamer.proofs, 0);

  /** What must be true of any such day, whatever was killed when. */
  async function expectAllWell(): Promise<void> {
    expect(roamers.flatMap(({ faults }) => faults)).toEqual([]);
    for (const { page, acked } of roamers) {
      const { rows } = await database.db.query<{ seq: number; mac: string }>(
        'select seq, mac from events where session_id = $1 and seq is not null order by ordinal',
        [page.session],
      );
      // One after another without a gap, none twice, and all that was acknowledged among them.
      expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, i) => i + 1));
      expect([...acked].filter((seq) => seq > rows.length)).toEqual([]);
      expect(rows.at(-1)).toEqual({ seq: page.seq, mac: page.mac });
    }
    // In one unmoving view, as the command reads: the servers go on, and time alone makes evidence.
    const { differences } = await transaction(database.db, async (q) => {
      await freezeView(q);
      return replay({ db: q, loadPolicyBody: createPolicies(q).body });
    });
    expect(differences).toEqual([]);
    expect((await auditLedger(database.db, secrets.ledgerSeed)).problems).toEqual([]);
    const overlaps = await database.db.query(
      `select a.person_key, a.id, b.id from spans a join spans b
         on a.person_key = b.person_key and a.id < b.id and a.from_ms < b.to_ms and b.from_ms < a.to_ms
        where a.fate <> 'denied' and b.fate <> 'denied'`,
    );
    expect(overlaps.rows).toEqual([]);
    const failed = servers.flatMap((server) =>
      server
        .output()
        .split('\n')
        .filter((line) => /"level":"(error|fatal)"/.test(line)),
    );
    expect(failed).toEqual([]);
  }

  const alerts = async () =>
    (
      await database.db.query<{ person: string; rule: string }>(
        'select distinct person_key as person, rule from alerts order by 1, 2',
      )
    ).rows;

  const ways = hasRedis ? ['by themselves', 'with a Redis between them'] : ['by themselves'];
  it.each(ways)(
    '%s: nothing acknowledged is lost or doubled, and nobody is accused of what they did',
    async (way) => {
      if (way !== ways[0]) redis = await startRedis();
      await seed(TRAINEES, quick);
      const [one, other] = await Promise.all([serve(), serve()]);
      const contested = catalogue.trainees.slice(0, CONTESTED).map(({ personKey }) => personKey);
      await Promise.all(catalogue.trainees.map((_, i) => open(i % 2 === 0 ? one : other, i)));
      const firsts = roamers.map((roamer, i) => [roamer, i % 2] as const);
      const seconds = await Promise.all(
        contested.map(async (_, i) => [await open(i % 2 === 0 ? other : one, i, `second-${i}`), (i + 1) % 2] as const),
      );

      const wandering = Promise.all([...firsts, ...seconds].map(([roamer, at]) => wander(roamer, at)));
      const beats = () => roamers.reduce((sum, { acked }) => sum + acked.size, 0);
      await eventually(
        beats,
        (sum) => expect(sum).toBeGreaterThan((roamers.length * MOVES * BEATS_A_STAY) / 2),
        40_000,
      );
      await other.kill();
      await wandering;
      await playOn(proofs, (sum) => expect(sum).toBeGreaterThan(TRAINEES));

      await expectAllWell();
      expect((await alerts()).filter(({ person }) => !contested.includes(person))).toEqual([]);
      expect((await alerts()).filter(({ rule }) => rule !== 'secondDevice')).toEqual([]);
    },
    90_000,
  );

  describe('one older than the other', () => {
    const versions = async () =>
      (
        await database.db.query<{ person: string; detector: number }>(
          'select person_key as person, detector from heads where ordinal > 0 order by 1',
        )
      ).rows.map(({ detector }) => detector);
    const kindsOf = async (person: string) =>
      (
        await database.db.query<{ line: string }>('select line from events where person_key = $1 order by ordinal', [
          person,
        ])
      ).rows.map(({ line }) => readLine(line).kind);

    it('persons go both ways at the old version, move on when it is gone, and are handed over when it is back', async () => {
      const some = 6;
      await seed(some + 1, quick1);
      const older = await serve(1);
      const newer = await serve();
      await Promise.all(catalogue.trainees.slice(0, some).map((_, i) => open(i % 2 === 0 ? older : newer, i)));
      await Promise.all(roamers.map((roamer, i) => wander(roamer, i % 2, 4)));
      await playOn(proofs, (sum) => expect(sum).toBeGreaterThan(0));
      expect(await versions()).toEqual(Array(some).fill(1));

      // The release goes out: the old one ends as a deployment ends it.
      await older.stop();
      await Promise.all(roamers.map((roamer) => settleAt(roamer, newer)));
      await playOn(versions, (all) => expect(all).toEqual(Array(some).fill(newest)));
      for (const { personKey } of catalogue.trainees.slice(0, some)) {
        expect((await kindsOf(personKey)).filter((kind) => kind === 'upgraded')).toHaveLength(1);
      }

      // And is back: it may not judge them, and says where they belong; the newer one goes on with them.
      const back = await serve(1);
      servers = [newer, back];
      for (const roamer of roamers) await settleAt(roamer, back);
      await Promise.all(
        roamers.map(async (roamer) => {
          await roamer.beat();
          expect(roamer.heard.get('newerRelease')).toBe(1);
          expect(await roamer.goTo(back.url)).toBe(false);
          await settleAt(roamer, back, newer);
          await roamer.beat();
          expect(roamer.settled()).toBe(true);
        }),
      );
      // Whoever comes new to it starts at the version that all living processes know, and goes both ways.
      await eventually(
        () => newer.output(),
        (log) => expect(log.match(/detector version in force/g)).toHaveLength(2),
        15_000,
      );
      const late = await open(back, some);
      await wander(late, 1, 3);
      expect(await versions()).toEqual([...Array(some).fill(newest), 1]);
      await expectAllWell();
      expect(await alerts()).toEqual([]);
    }, 90_000);
  });
});
