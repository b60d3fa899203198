/**
 * The judge: the shell around the detector's fold.
 *
 * Guarantees
 * - Acknowledged means durable: a promise resolves after its event is committed.
 * - State advances only after commit. A failed commit drops the touched states, rejects what
 *   waited on them, and the next draft folds the evidence again.
 * - A person is judged by one batch at a time, in order; persons are independent.
 * - Fencing: a commit compares and swaps (epoch, ordinal). Losing to another process means
 *   reloading and judging again on top of what it wrote, never writing beside it.
 * - A person whom a newer release has taken over is refused with `newerRelease`.
 *
 * Group commit: while one batch is on its way to Postgres, drafts collect for the next, so
 * a quiet server answers at once and a busy one writes hundreds of beats per statement.
 */
import pg from 'pg';
import { buildOf, type Folded, newest as newestKnown, type Totals } from '../../detector/index.ts';
import type { Db } from '../db/pool.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { type Judged, judgePerson } from './batch.ts';
import type { Committed, Draft, Inserts, Judge, LoadPolicyBody, NewSession, Outlets, Sealing } from './contract.ts';
import { loadPerson, ordinalOf } from './load.ts';
import { createJudgeMetrics } from './metrics.ts';
import { createPerson, type Person, type Waiting } from './person.ts';
import { createShelf } from './shelf.ts';
import { commit, takeOverdue, writeSnapshot } from './store.ts';

/** Drafts in one statement: beyond this the statement grows slower than it saves. */
const BATCH = 400;
/** Batches on their way at once: one is judged while the other is written. */
const IN_FLIGHT = 2;
/** Sweep period for ticks; a deadline may be noticed this late. */
const SWEEP_MS = 250;
/** A tick that no process with a page of the person has asked for within this belongs to whoever finds it. */
const ORPHAN_MS = 3_000;
const ORPHANS = 50;
/** An untouched person leaves memory after this. */
const IDLE_MS = 60_000;
/** Events after which a long sitting is snapshotted, so that a restart folds no more than this. */
const SNAPSHOT_EVENTS = 1_000;
/** Refolding more than this writes a snapshot: whoever is contested must not fold a sitting with every beat. */
const REFOLDED_EVENTS = 64;
/** A person fenced so often in a row is contested: the sender hears of it. */
const MOST_FENCED = 5;

export interface JudgeDeps {
  readonly db: Db;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly sealing: Sealing;
  readonly loadPolicyBody: LoadPolicyBody;
  readonly inserts: Inserts;
  readonly outlets: Outlets;
  /** Server time, ms since the epoch. It must not run backwards. */
  readonly now: () => number;
  /** The detector version that new events are folded by. */
  readonly inForce: () => number;
  /** The newest version that this process folds; default: all it knows. For trying out a rolling upgrade. */
  readonly newest?: number;
}

/** What Postgres says of a value, a constraint, or a row that is final: it will say so again. */
function speaksOfARow(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (/^2[23]/.test(error.code ?? '') || error.code === '55000');
}

/** The page went to another process while its beat was here, and that one was first. */
function isStoredElsewhere(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.constraint === 'events_beat';
}

export interface RunningJudge extends Judge {
  /** Starts ticks; `drain` ends them. */
  start(): void;
}

export function createJudge(deps: JudgeDeps): RunningJudge {
  const { db, log, sealing, inserts, outlets, now } = deps;
  const persons = new Map<string, Person>();
  const ready = new Set<Person>();
  const shelf = createShelf(deps.loadPolicyBody);
  const loading = { db, sealing, shelf, newest: deps.newest ?? newestKnown };
  const metrics = createJudgeMetrics(deps.metrics, () => persons.size);
  let inFlight = 0;
  let draining = false;
  let scheduled = false;
  let sweeper: NodeJS.Timeout | null = null;
  let orphansAt = 0;
  let idle: (() => void)[] = [];

  function enqueue(key: string, draft: Waiting['draft'], admittedAt: number, here: boolean): Promise<Committed> {
    if (draining) return Promise.reject(new AppError('draining'));
    return new Promise((resolve, reject) => {
      let person = persons.get(key);
      if (person === undefined) {
        person = createPerson(key, now());
        persons.set(key, person);
      }
      person.touchedAt = now();
      person.here ||= here;
      person.queue.push({ draft, admittedAt, resolve, reject });
      offer(person);
    });
  }

  /** Puts a person with waiting drafts in line, once it is loaded and not being written. */
  function offer(person: Person): void {
    if (person.queue.length === 0) return;
    switch (person.mode) {
      case 'loading':
      case 'writing':
        return;
      case 'absent':
        void load(person);
        return;
      case 'resting':
      case 'waiting':
        person.mode = 'waiting';
        ready.add(person);
        if (scheduled) return;
        scheduled = true;
        // After the I/O of this turn, so that every message already read from the sockets joins the batch.
        setImmediate(pump);
        return;
      default:
        person.mode satisfies never;
    }
  }

  /** Leads to resting with what the queue needs loaded, or back to absent with the queue refused. */
  async function load(person: Person): Promise<void> {
    person.mode = 'loading';
    try {
      await shelf.need(opening(person));
      if (person.loaded === null) {
        const { loaded, refolded } = await loadPerson(loading, person.key);
        person.loaded = loaded;
        if (refolded > REFOLDED_EVENTS) snapshot(person);
      }
      person.mode = 'resting';
    } catch (error) {
      const handedOver = error instanceof AppError && error.code === 'newerRelease';
      if (!handedOver) log.error({ err: error }, 'a person could not be loaded');
      // Its ticks are the newer release's, too.
      else person.wakeAt = null;
      forget(person);
      refuse(person.queue.splice(0), handedOver ? error : new AppError('commitFailed'));
    }
    offer(person);
    endDrain();
  }

  /** The policies that the queue's new sessions need. */
  function opening({ queue }: Person): string[] {
    return queue.flatMap(({ draft }) => (draft.kind === 'opened' ? [draft.session.policyHash] : []));
  }

  function lacksPolicy({ queue }: Person): boolean {
    return queue.some(({ draft }) => draft.kind === 'opened' && !shelf.has(draft.session.policyHash));
  }

  function forget(person: Person): void {
    person.loaded = null;
    person.mode = 'absent';
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
      if (lacksPolicy(person)) {
        void load(person);
        continue;
      }
      const { loaded } = person;
      if (loaded === null) continue;
      const taken = person.queue;
      person.queue = person.alone > 0 ? taken.splice(1) : [];
      person.mode = 'writing';
      try {
        // Nobody goes back to an older version; who was upgraded while a process was thought dead stays so.
        const version = Math.max(deps.inForce(), loaded.folded.version);
        batch.push(judgePerson(person, loaded, taken, { shelf, sealing, version }));
        size += taken.length;
      } catch (error) {
        // A fault of ours, not of the sender: nothing is stored, and the next try starts from the evidence.
        const handedOver = error instanceof AppError;
        if (!handedOver) log.error({ err: error }, 'the detector failed');
        forget(person);
        refuse(taken, handedOver ? error : new AppError('commitFailed'));
        offer(person);
      }
    }
    return batch;
  }

  async function write(batch: Judged[]): Promise<void> {
    if (batch.length === 0) return;
    inFlight += 1;
    const started = performance.now();
    try {
      const stored = await store(batch);
      metrics.committed(
        batch.reduce((sum, judged) => sum + judged.events.length, 0),
        (performance.now() - started) / 1000,
      );
      for (const judged of batch) {
        if (stored.has(judged.person.key)) accept(judged);
        else if (judged.person.mode === 'writing') yieldTo(judged);
      }
    } catch (error) {
      metrics.failed();
      log.error({ err: error, persons: batch.length }, 'a batch was not stored');
      for (const { person, outcomes } of batch) {
        forget(person);
        // What came later was submitted before this rejection is heard: it goes with it.
        const waiting = [...outcomes.map((outcome) => outcome.waiting), ...person.queue.splice(0)];
        refuse(waiting, new AppError('commitFailed'));
      }
    }
    inFlight -= 1;
    for (const { person } of batch) offer(person);
    if (ready.size > 0 && !scheduled) pump();
    endDrain();
  }

  /** One statement; when a row in it is unacceptable, each person alone, so that one cannot spoil the others. */
  async function store(batch: readonly Judged[]): Promise<ReadonlySet<string>> {
    const stored = new Set<string>();
    try {
      return await commit(db, batch, inserts);
    } catch (error) {
      if (!speaksOfARow(error)) throw error;
      if (batch.length === 1 && batch[0] !== undefined) {
        refuseRow(batch[0], error);
        return stored;
      }
    }
    for (const judged of batch) for (const key of await store([judged])) stored.add(key);
    return stored;
  }

  /** The database will never take this. Among several drafts, each is tried alone, so that only the one at fault is lost. */
  function refuseRow(judged: Judged, error: unknown): void {
    const { person, outcomes } = judged;
    const waiting = outcomes.map((outcome) => outcome.waiting);
    forget(person);
    if (waiting.length > 1) {
      person.alone = waiting.length;
      person.queue.unshift(...waiting);
      return;
    }
    person.alone = Math.max(0, person.alone - 1);
    // Sent again, it is found in the store and acknowledged.
    const elsewhere = isStoredElsewhere(error);
    if (!elsewhere) log.error({ err: error }, 'what the database refuses is answered as final');
    refuse(waiting, new AppError(elsewhere ? 'commitFailed' : 'unstorable'));
  }

  function accept(judged: Judged): void {
    const { person, after } = judged;
    person.mode = 'resting';
    person.loaded = after;
    person.wakeAt = judged.wakeAt;
    person.fenced = 0;
    person.alone = Math.max(0, person.alone - 1);
    const { ordinal } = after.head;
    if (Math.floor(ordinal / SNAPSHOT_EVENTS) > Math.floor(judged.before.ordinal / SNAPSHOT_EVENTS)) snapshot(person);
    for (const { waiting, committed, folded } of judged.outcomes) {
      waiting.resolve(committed);
      for (const verdict of committed.verdicts) {
        if (verdict.verdict === 'notice') outlets.notice(verdict, totalsFor(verdict.session, judged, folded));
        if (verdict.verdict === 'proofAsked') outlets.proofAsked(verdict, person.key);
      }
    }
    for (const alert of judged.alerts) outlets.alert(alert);
    for (const changed of judged.changes) outlets.session(changed);
    if (judged.leaves.length > 0) outlets.leaves();
  }

  /** Another process wrote first. Its word stands; ours is judged again on top of it. */
  function yieldTo({ person, outcomes }: Judged): void {
    metrics.fenced();
    forget(person);
    person.fenced += 1;
    person.queue.unshift(...outcomes.map((outcome) => outcome.waiting));
    if (person.fenced <= MOST_FENCED) return;
    person.fenced = 0;
    refuse(person.queue.splice(0), new AppError('commitFailed'));
  }

  function refuse(waiting: readonly Waiting[], error: AppError): void {
    for (const one of waiting) one.reject(error);
  }

  function sweep(): void {
    const time = now();
    for (const person of persons.values()) {
      if (person.queue.length > 0 || person.mode === 'loading' || person.mode === 'writing') continue;
      // Whoever holds the live page ticks first: others would only be in its way.
      const dueAt = person.wakeAt === null ? Number.POSITIVE_INFINITY : person.wakeAt + (person.here ? 0 : ORPHAN_MS);
      if (dueAt <= time) tick(person.key, holderOf(person));
      else if (time - person.touchedAt > IDLE_MS) evict(person);
    }
    if (time - orphansAt < ORPHAN_MS) return;
    orphansAt = time;
    takeOverdue(db, time - ORPHAN_MS, ORPHAN_MS, ORPHANS, loading.newest).then(
      (overdue) => {
        for (const { personKey, session } of overdue) if (!persons.has(personKey)) tick(personKey, session);
      },
      (error: unknown) => log.warn({ err: error }, 'overdue ticks could not be read'),
    );
  }

  function holderOf({ loaded }: Person): string | null {
    return loaded === null ? null : buildOf(loaded.folded.version).inspect(loaded.folded.state).holder;
  }

  function tick(key: string, session: string | null): void {
    // Nobody waits for a tick: why it was refused is logged where it was, and the next sweep asks again.
    enqueue(key, { kind: 'tick', session }, now(), false).catch(() => undefined);
  }

  function evict(person: Person): void {
    persons.delete(person.key);
    snapshot(person);
  }

  /** A cache: losing the race or the write costs time at the next load, nothing else. */
  function snapshot({ key, loaded }: Person): void {
    if (loaded === null) return;
    const ordinal = ordinalOf(loaded.folded);
    if (ordinal === 0) return;
    writeSnapshot(db, key, ordinal, loaded.folded).catch((error: unknown) => {
      log.warn({ err: error }, 'a snapshot was not written');
    });
  }

  function endDrain(): void {
    if (idle.length === 0 || inFlight > 0) return;
    for (const person of persons.values()) if (person.mode === 'loading' || person.queue.length > 0) return;
    for (const resolve of idle) resolve();
    idle = [];
  }

  return {
    open: (session: NewSession) => enqueue(session.personKey, { kind: 'opened', session }, now(), true),
    submit: (personKey: string, draft: Draft, admittedAt = now()) =>
      enqueue(personKey, draft, admittedAt, draft.kind === 'beat'),
    left(personKey) {
      const person = persons.get(personKey);
      if (person === undefined) return;
      person.here = false;
      person.touchedAt = Math.min(person.touchedAt, now() - IDLE_MS / 2);
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
        endDrain();
      });
    },
  };
}

/** Each page hears of its own lesson. A session that this very batch closed is no longer among the filings that are kept. */
function totalsFor(session: string, { after, changes }: Judged, { version, state }: Folded): Totals {
  const filing = after.filings.get(session) ?? changes.find((change) => change.session === session);
  return buildOf(version).totals(state, filing?.lessonId ?? '');
}
