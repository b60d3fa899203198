/**
 * The judge: the shell around `detector.step`.
 *
 * Guarantees
 * - Acknowledged means durable: a promise resolves after its event is committed.
 * - State advances only after commit. A failed commit drops the touched states, rejects what
 *   waited on them, and the next draft folds the evidence again.
 * - A person is judged by one batch at a time, in order; persons are independent.
 * - Fencing: a commit compares and swaps (epoch, ordinal). Losing to another process means
 *   reloading and judging again on top of what it wrote, never writing beside it.
 *
 * Group commit: while one batch is on its way to Postgres, drafts collect for the next, so
 * a quiet server answers at once and a busy one writes hundreds of beats per statement.
 */
import pg from 'pg';
import { DETECTOR_VERSION, type Policy, type State, wakeAt } from '../../detector/index.ts';
import type { Db } from '../db/pool.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { type Judged, judgePerson } from './batch.ts';
import type { Committed, Draft, Inserts, Judge, LoadPolicy, NewSession, Outlets, Sealing } from './contract.ts';
import { loadPerson, needPolicies } from './load.ts';
import { createPerson, type Person, type Waiting } from './person.ts';
import { commit, readOverdue, writeSnapshot } from './store.ts';

/** Drafts in one statement: beyond this the statement grows slower than it saves. */
const BATCH = 400;
/** Batches on their way at once: one is judged while the other is written. */
const IN_FLIGHT = 2;
/** Sweep period for ticks; a prompt or a lapse may be this late. */
const SWEEP_MS = 250;
/** A tick that nobody in memory has asked for within this belongs to whoever finds it. */
const ORPHAN_MS = 3_000;
const ORPHANS = 50;
/** An untouched person leaves memory after this. */
const IDLE_MS = 60_000;
/** Events after which a long sitting is snapshotted, so that a restart folds no more than this. */
const SNAPSHOT_EVENTS = 1_000;
/** A person fenced so often in a row is contested: the sender hears of it. */
const MOST_FENCED = 5;

export interface JudgeDeps {
  readonly db: Db;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly sealing: Sealing;
  readonly loadPolicy: LoadPolicy;
  readonly outlets: Outlets;
  readonly inserts: Inserts;
  readonly now?: () => number;
}

/** SQLSTATE classes 22 and 23: a value or a constraint, not the server or the connection. */
function speaksOfARow(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? '');
}

export function createJudge({
  db,
  log,
  metrics,
  sealing,
  loadPolicy,
  outlets,
  inserts,
  now = Date.now,
}: JudgeDeps): Judge & {
  /** Starts ticks; `drain` ends them. */
  start(): void;
} {
  const persons = new Map<string, Person>();
  const policies = new Map<string, Policy>();
  const ready = new Set<Person>();
  const loading = { db, sealing, loadPolicy, policies };
  const batchSize = metrics.histogram('commit_events', 'Events in one commit.', [1, 4, 16, 64, 128, 256, 400]);
  const commitSeconds = metrics.histogram(
    'commit_seconds',
    'Seconds one commit took.',
    [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
  );
  const fencedTotal = metrics.counter('commits_fenced_total', 'Persons whose commit lost to another process.');
  const failedTotal = metrics.counter('commits_failed_total', 'Batches that could not be stored.');
  metrics.gauge('persons_in_memory', 'Trainees whose state is cached.', () => persons.size);
  let inFlight = 0;
  let draining = false;
  let scheduled = false;
  let sweeper: NodeJS.Timeout | null = null;
  let orphansAt = 0;
  let idle: (() => void)[] = [];

  function personOf(key: string): Person {
    let person = persons.get(key);
    if (person === undefined) {
      person = createPerson(key, now());
      persons.set(key, person);
    }
    return person;
  }

  function enqueue(key: string, draft: Waiting['draft']): Promise<Committed> {
    if (draining) return Promise.reject(new AppError('draining'));
    return new Promise((resolve, reject) => {
      const person = personOf(key);
      person.touchedAt = now();
      person.queue.push({ draft, resolve, reject });
      offer(person);
    });
  }

  /** Puts a person with waiting drafts in line, once it is loaded and not being committed. */
  function offer(person: Person): void {
    if (person.busy || person.queue.length === 0) return;
    if (person.loaded === null) {
      person.busy = true;
      void prepare(person);
      return;
    }
    ready.add(person);
    if (scheduled) return;
    scheduled = true;
    // After the I/O of this turn, so that every message already read from the sockets joins the batch.
    setImmediate(pump);
  }

  async function prepare(person: Person): Promise<void> {
    try {
      const opening = person.queue.flatMap(({ draft }) => (draft.kind === 'opened' ? [draft.session.policyHash] : []));
      await needPolicies(loading, opening);
      person.loaded = await loadPerson(loading, person.key);
    } catch (error) {
      log.error({ err: error }, 'a person could not be loaded');
      refuse(person.queue);
      person.queue = [];
    }
    person.busy = false;
    offer(person);
    settleIdle();
  }

  function pump(): void {
    scheduled = false;
    while (inFlight < IN_FLIGHT && ready.size > 0) void write(judgeSome());
  }

  /** Judges the next batch. A draft whose policy is not in memory yet waits for it. */
  function judgeSome(): Judged[] {
    const batch: Judged[] = [];
    let size = 0;
    for (const person of ready) {
      if (size >= BATCH) break;
      ready.delete(person);
      if (person.loaded === null) continue;
      const missing = person.queue.some(
        ({ draft }) => draft.kind === 'opened' && !policies.has(draft.session.policyHash),
      );
      person.busy = true;
      if (missing) {
        void prepare(person);
        continue;
      }
      const taken = person.queue;
      person.queue = [];
      try {
        const judging = { now: now(), policies, sealing, wakeAt: wake };
        batch.push(judgePerson(person, person.loaded, taken, judging));
        size += taken.length;
      } catch (error) {
        // A fault of ours, not of the sender: nothing is stored, and the next try starts from the evidence.
        log.error({ err: error }, 'the detector failed');
        person.loaded = null;
        person.busy = false;
        refuse(taken);
      }
    }
    return batch;
  }

  function wake(state: State): number | null {
    const policy = state.policy === null ? undefined : policies.get(state.policy);
    return policy === undefined ? null : wakeAt(policy, state);
  }

  async function write(batch: Judged[]): Promise<void> {
    if (batch.length === 0) return;
    inFlight += 1;
    const started = performance.now();
    try {
      const stored = await store(batch);
      commitSeconds.observe((performance.now() - started) / 1000);
      batchSize.observe(batch.reduce((sum, judged) => sum + judged.events.length, 0));
      for (const judged of batch) {
        if (stored.has(judged.person.key)) accept(judged);
        else yieldTo(judged);
      }
    } catch (error) {
      failedTotal.inc();
      log.error({ err: error, persons: batch.length }, 'a batch was not stored');
      for (const { person, outcomes } of batch) {
        person.loaded = null;
        // What came later was submitted before this rejection is heard: it goes with it.
        refuse([...outcomes.map((outcome) => outcome.waiting), ...person.queue]);
        person.queue = [];
      }
    }
    inFlight -= 1;
    for (const { person } of batch) {
      person.busy = false;
      offer(person);
    }
    if (ready.size > 0 && !scheduled) pump();
    settleIdle();
  }

  /** One statement; when a row in it is unacceptable, each person alone, so that one cannot spoil the others. */
  async function store(batch: readonly Judged[]): Promise<ReadonlySet<string>> {
    try {
      return await commit(db, batch, inserts);
    } catch (error) {
      if (batch.length === 1 || !speaksOfARow(error)) throw error;
      const stored = new Set<string>();
      for (const judged of batch) {
        const alone = await commit(db, [judged], inserts).catch((one: unknown) => {
          log.error({ err: one }, 'a person could not be stored');
          return new Set<string>();
        });
        for (const key of alone) stored.add(key);
      }
      return stored;
    }
  }

  function accept(judged: Judged): void {
    const { person } = judged;
    person.loaded = judged.after;
    const { ordinal } = judged.after.head;
    if (Math.floor(ordinal / SNAPSHOT_EVENTS) > Math.floor(judged.before.ordinal / SNAPSHOT_EVENTS)) snapshot(person);
    person.wakeAt = judged.wakeAt;
    person.fenced = 0;
    for (const { waiting, committed } of judged.outcomes) {
      waiting.resolve(committed);
      for (const verdict of committed.verdicts) {
        if (verdict.verdict === 'notice') outlets.notice(verdict, committed.totals);
        if (verdict.verdict === 'challenge') outlets.challenge(verdict.session, person.key);
      }
    }
    for (const alert of judged.alerts) outlets.alert(alert);
    for (const changed of judged.changes) outlets.session(changed);
    if (judged.leaves.length > 0) outlets.leaves();
  }

  /** Another process wrote first. Its word stands; ours is judged again on top of it. */
  function yieldTo(judged: Judged): void {
    const { person, outcomes } = judged;
    fencedTotal.inc();
    person.loaded = null;
    person.fenced += 1;
    const waiting = [...outcomes.map((outcome) => outcome.waiting), ...person.queue];
    person.queue = [];
    if (person.fenced > MOST_FENCED) {
      person.fenced = 0;
      refuse(waiting);
    } else person.queue = waiting;
  }

  function refuse(waiting: readonly Waiting[]): void {
    for (const one of waiting) one.reject(new AppError('commitFailed'));
  }

  function sweep(): void {
    const time = now();
    for (const person of persons.values()) {
      if (person.busy || person.queue.length > 0) continue;
      if (person.wakeAt !== null && person.wakeAt <= time) tick(person.key, person.loaded?.state.holder ?? '');
      else if (time - person.touchedAt > IDLE_MS) evict(person);
    }
    if (time - orphansAt >= ORPHAN_MS) {
      orphansAt = time;
      readOverdue(db, time - ORPHAN_MS, ORPHANS).then(
        (overdue) => {
          for (const { personKey, session } of overdue) if (!persons.has(personKey)) tick(personKey, session);
        },
        (error: unknown) => log.warn({ err: error }, 'overdue ticks could not be read'),
      );
    }
  }

  function tick(key: string, session: string): void {
    // Nobody waits for a tick: why it was refused is logged where it was, and the next sweep asks again.
    enqueue(key, { kind: 'tick', session }).catch(() => undefined);
  }

  function evict(person: Person): void {
    persons.delete(person.key);
    snapshot(person);
  }

  /** A cache: losing the race or the write costs time at the next load, nothing else. */
  function snapshot(person: Person): void {
    const state = person.loaded?.state;
    if (state === undefined || state.ordinal === 0) return;
    writeSnapshot(db, person.key, DETECTOR_VERSION, state).catch((error: unknown) => {
      log.warn({ err: error }, 'a snapshot was not written');
    });
  }

  function settleIdle(): void {
    if (idle.length === 0 || inFlight > 0) return;
    for (const person of persons.values()) if (person.busy || person.queue.length > 0) return;
    for (const resolve of idle) resolve();
    idle = [];
  }

  return {
    open: (session: NewSession) => enqueue(session.personKey, { kind: 'opened', session }),
    submit: (personKey: string, draft: Draft) => enqueue(personKey, draft),
    release(personKey) {
      const person = persons.get(personKey);
      if (person !== undefined) person.touchedAt = Math.min(person.touchedAt, now() - IDLE_MS / 2);
    },
    start() {
      sweeper ??= setInterval(sweep, SWEEP_MS);
    },
    async drain() {
      draining = true;
      if (sweeper !== null) clearInterval(sweeper);
      sweeper = null;
      await new Promise<void>((resolve) => {
        idle.push(resolve);
        settleIdle();
      });
    },
  };
}
