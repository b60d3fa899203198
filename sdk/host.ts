/**
 * Gives a keeper its place: a Worker of its own, out of reach of the page's scripts; else the page.
 *
 * States: trying (a Worker was made and has not spoken) → in a Worker | trying the next way | in the page.
 *
 * Guarantees: the keeper is told to connect in whatever place it gets; after `stop` nothing is heard of it any
 * more, and the key is gone.
 */
import { type Ask, createKeeper, type Ears, type Keeper, type Say } from './keeper.ts';
import { later, listen, NativeWorker, postTo, read, repeat } from './natives.ts';
import { workerScripts } from './place.ts';
import { TICK_MS } from './ticker.ts';

export interface Host {
  readonly ask: Ask;
  stop(): void;
}

/** By its name the script knows that it runs as our Worker. */
const NAME = 'zhenxue';
/** Some blockers hand out a Worker that never speaks. Counted in page ticks, so that a page asleep waits no shorter. */
const SILENT_TICKS = 40;

/** What crosses between page and Worker: whom it is for, and with what. */
type Call = [name: string, ...given: unknown[]];
const pass = (to: object, [name, ...given]: Call): void =>
  (to as Record<string, (...given: unknown[]) => void>)[name]?.(...given);

/** In a Worker of ours: be the keeper. It ticks, too: 0 says that it runs. */
export function serve(): void {
  const { document, name, postMessage } = globalThis as typeof globalThis & { readonly name?: string };
  if (document || name !== NAME) return;
  const say: Say = (...said) => postMessage(said);
  const keeper = createKeeper('worker', say);
  globalThis.onmessage = ({ data }: MessageEvent<Call>) => pass(keeper, data);
  let ticks = 0;
  say('tick', ticks);
  repeat(TICK_MS, () => say('tick', ++ticks));
}

export function startHost(endpoint: string, ears: Ears): Host {
  let worker: Worker | null = null;
  let keeper: Keeper | null = null;
  let silent = 0;
  const ways = workerScripts();
  /** Until the Worker has spoken. */
  let stopWaiting: (() => void) | null = repeat(TICK_MS, () => {
    if (++silent > SILENT_TICKS) next();
  });
  function settle(): void {
    stopWaiting?.();
    stopWaiting = null;
  }
  const ask: Ask = (...asked) => {
    if (keeper) pass(keeper, asked);
    else if (worker) postTo(worker, asked);
  };

  function next(): void {
    worker?.terminate();
    worker = null;
    silent = 0;
    const way = ways.shift();
    try {
      if (way) hire(new NativeWorker(way[0], { type: way[1], name: NAME }));
      else {
        settle();
        keeper = createKeeper('page', (...said) => pass(ears, said));
        later(0, ears.alone);
      }
      ask('connect', endpoint);
    } catch {
      next();
    }
  }

  function hire(made: Worker): void {
    listen(made, ['message'], (event) => {
      if (made !== worker) return;
      settle();
      pass(ears, read.data(event as MessageEvent) as Call);
    });
    made.onerror = (event) => {
      // A policy that forbids such Workers says so here. It is no error of the page's.
      event.preventDefault();
      if (made === worker && stopWaiting) next();
    };
    worker = made;
  }
  next();

  return {
    ask,
    stop() {
      settle();
      worker?.terminate();
      worker = null;
      keeper?.stop();
      keeper = null;
    },
  };
}
