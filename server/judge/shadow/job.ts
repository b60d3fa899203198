/**
 * Policies in the shadow: folds each person's new events under the live policies and under the one
 * that is tried, and counts what differs. Guarantees: nothing of live judging is touched or waited
 * for; one process at a time runs it; each event counts once, whatever is killed when.
 */
import type { AnyEvent } from '../../../detector/index.ts';
import { type Db, transaction } from '../../db/pool.ts';
import type { Log } from '../../log.ts';
import { repeated } from '../../repeated.ts';
import { foldBeside } from '../beside.ts';
import type { LoadPolicyBody } from '../contract.ts';
import { readLine } from '../line.ts';
import { createShelf } from '../shelf.ts';
import { readLines, readPolicies } from '../store.ts';
import { createCounting } from './count.ts';
import {
  forgetFolds,
  readBehind,
  readFolded,
  readInQuestion,
  type Shadow,
  type Shadows,
  takeShadowLock,
  writeFolded,
} from './store.ts';

const EVERY_MS = 60_000;
/** Of each minute at most so long: trainees come first. What is left waits for the next one. */
const WORK_MS = 15_000;

export interface ShadowDeps {
  readonly db: Db;
  readonly log: Log;
  readonly loadPolicyBody: LoadPolicyBody;
  /** As they stand now, server time. */
  readonly shadows: () => Promise<Shadows>;
}

export interface ShadowRun {
  /** Persons whose new events were folded. */
  readonly folded: number;
  /** Persons who could not be folded: a newer release has them, or their evidence is broken. */
  readonly failed: number;
}

export interface ShadowJob {
  /** One round; `null`: another process is at it. */
  run(): Promise<ShadowRun | null>;
  start(): void;
  /** Resolves when a round that runs has ended. */
  stop(): Promise<void>;
}

export function createShadowJob({ db, log, loadPolicyBody, shadows }: ShadowDeps): ShadowJob {
  const shelf = createShelf(loadPolicyBody);
  /** Where the next round goes on, by shadow: whoever comes late in the alphabet has a turn too. */
  const places = new Map<string, string>();
  let stopping = false;

  async function foldPerson(shadow: Shadow, person: string, to: number): Promise<void> {
    const classes = await readInQuestion(db, shadow, person);
    const before = await readFolded(db, shadow, person);
    await shelf.need([shadow.policyHash]);
    const beside = {
      policyFor: shelf.policyFor,
      hash: shadow.policyHash,
      body: await loadPolicyBody(shadow.policyHash),
      inQuestion: (session: string) => classes.has(session),
    };
    const counting = createCounting((session) => classes.get(session));
    // A state that was read back still needs the policies of sessions opened before.
    await shelf.need(await readPolicies(db, person));
    let { sides, ordinal } = before;
    while (ordinal < to) {
      const lines = await readLines(db, person, ordinal, to);
      if (lines.length === 0) throw new Error('the evidence of a person ends before its head');
      for (const line of lines) {
        const event: AnyEvent = readLine(line);
        const next = foldBeside(sides, event, beside);
        counting.add('live', next.live, event.at);
        counting.add('shadow', next.other, event.at);
        sides = next.sides;
      }
      ordinal += lines.length;
    }
    await writeFolded(db, shadow, person, before, { ordinal, sides }, counting.counts());
  }

  /** Goes through whoever is behind, once around, until its time is over. */
  async function foldAll(shadow: Shadow, until: number, sum: { folded: number; failed: number }): Promise<void> {
    const start = places.get(shadow.id) ?? '';
    let after = start;
    let around = start === '';
    for (;;) {
      const page = await readBehind(db, shadow, after);
      for (const { person, to } of page) {
        if (stopping || performance.now() > until || (around && start !== '' && person > start)) return;
        try {
          await foldPerson(shadow, person, to);
          sum.folded += 1;
        } catch (error) {
          sum.failed += 1;
          log.debug({ err: error, shadow: shadow.id }, 'a person was not folded under a shadow policy');
        }
        after = person;
        places.set(shadow.id, after);
      }
      if (page.length > 0) continue;
      places.set(shadow.id, '');
      if (around) return;
      around = true;
      after = '';
    }
  }

  function run(): Promise<ShadowRun | null> {
    return transaction(db, async (lock) => {
      if (!(await takeShadowLock(lock))) return null;
      const { inForce, over } = await shadows();
      await forgetFolds(db, over);
      const sum = { folded: 0, failed: 0 };
      const until = performance.now() + WORK_MS;
      for (const [nth, shadow] of inForce.entries()) {
        const left = until - performance.now();
        await foldAll(shadow, performance.now() + left / (inForce.length - nth), sum);
      }
      if (sum.failed > 0) log.warn(sum, 'some persons were not folded under a shadow policy');
      return sum;
    });
  }

  const regularly = repeated(run, EVERY_MS, (error) => log.warn({ err: error }, 'shadow policies were not folded'));

  return {
    run,
    start: regularly.start,
    stop() {
      stopping = true;
      return regularly.stop();
    },
  };
}
