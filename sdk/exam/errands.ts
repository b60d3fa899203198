/**
 * What waits to be told to the server, one at a time: answers first, then the rest, each in the order in which it came.
 *
 * States: idle (nothing waits) ⇄ asking → napping (no line, or the server asked to wait) → asking · stopped.
 *
 * Guarantees: nothing counts as told before the server said so; without a line it is asked again, ever less often,
 * until it is told or the sitting is over; a newer errand of the same name takes the place of one that still waits.
 */
import type { Words } from '../wire.ts';
import type { Line, Reply } from './line.ts';

export interface Errand {
  readonly name: string;
  /** Before all that is not. It is given up only when the server refuses it for good. */
  readonly urgent: boolean;
  readonly path: string;
  readonly body: object;
  told?(value: unknown): void;
  refused?(code: string, words: Words): void;
}

export interface ErrandsDeps {
  readonly ask: Line['ask'];
  /** Each reply that is a value, before its errand is told. */
  readonly heard: (reply: Extract<Reply<unknown>, { kind: 'value' }>) => void;
  readonly onLine: (up: boolean) => void;
  /** The sitting is over for this page. */
  readonly onOver: (code: string, words: Words) => void;
  /** Resolves after so long, or when woken. */
  readonly nap: Nap;
}

export interface Errands {
  put(errand: Errand): void;
  /** What still waits, the urgent first; one that is on its way among it. */
  waiting(): readonly Errand[];
  stop(): void;
}

export interface Nap {
  (ms: number): Promise<void>;
  wake(): void;
}

/** After these nothing more is taken from this page. */
const OVER = ['sittingTakenOver', 'sittingTimeUp', 'sittingHandedIn', 'sittingKey'];
const FIRST_NAP_MS = 1_000;
/** A restart takes seconds: nobody waits much longer than the line does. */
const LONGEST_NAP_MS = 15_000;
/** Facts that the server is asked too often for: it has had enough of them. */
const TRIES_MAX = 5;

export function createErrands({ ask, heard, onLine, onOver, nap }: ErrandsDeps): Errands {
  let list: Errand[] = [];
  let busy = false;
  let stopped = false;

  const first = (): Errand | undefined => list.find(({ urgent }) => urgent) ?? list[0];
  const drop = (errand: Errand): void => {
    list = list.filter((one) => one !== errand);
  };

  async function run(): Promise<void> {
    if (busy) return;
    busy = true;
    let lost = 0;
    let tries = 0;
    for (let errand = first(); errand && !stopped; errand = first()) {
      const reply = await ask(errand.path, errand.body);
      if (stopped) break;
      if (reply.kind === 'unheard') {
        onLine(false);
        await nap(Math.min(LONGEST_NAP_MS, FIRST_NAP_MS * 2 ** lost++));
        continue;
      }
      lost = 0;
      onLine(true);
      if (reply.kind === 'value') {
        drop(errand);
        heard(reply);
        errand.told?.(reply.value);
      } else if (OVER.includes(reply.code)) {
        stopped = true;
        onOver(reply.code, reply.words);
      } else if (reply.retryAfterMs !== null && (errand.urgent || ++tries < TRIES_MAX)) {
        await nap(reply.retryAfterMs);
        continue;
      } else {
        drop(errand);
        errand.refused?.(reply.code, reply.words);
      }
      tries = 0;
    }
    busy = false;
  }

  return {
    put(errand) {
      if (stopped) return;
      // One that is on its way keeps its place and is dropped when it is told: the newer one then still waits.
      list = [...list.filter(({ name }) => name !== errand.name), errand];
      void run();
    },
    waiting: () => [...list].sort((a, b) => Number(b.urgent) - Number(a.urgent)),
    stop() {
      stopped = true;
      nap.wake();
    },
  };
}

export function createNap(): Nap {
  const woken = new Set<() => void>();
  const nap = (ms: number) =>
    new Promise<void>((done) => {
      const end = () => {
        clearTimeout(timer);
        woken.delete(end);
        done();
      };
      const timer = setTimeout(end, ms);
      woken.add(end);
    });
  return Object.assign(nap, {
    wake() {
      for (const end of [...woken]) end();
    },
  });
}
