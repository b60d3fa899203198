/**
 * Ready: every part says `ok`. Guarantees: the answer comes within `READY_TIMEOUT_MS`, whatever
 * hangs; of a part that is not ready, one word is told and no more, for anyone may ask.
 */

/** `ok`, or in one word why nobody should be sent here. */
export type Check = () => string | Promise<string>;

/** Checks by the name of their part, the one that explains the others first. */
export type Parts = Readonly<Record<string, Check>>;

export interface Readiness {
  /** The first part that is not ready. */
  readonly cause: string | null;
  readonly parts: Readonly<Record<string, string>>;
}

/** Longer than a busy pool takes, shorter than a balancer's patience. */
const READY_TIMEOUT_MS = 2000;

export async function readinessOf(parts: Parts): Promise<Readiness> {
  const names = Object.keys(parts);
  const words = await Promise.all(names.map((name) => wordOf(parts[name] ?? (() => 'ok'))));
  return {
    cause: names.find((_, at) => words[at] !== 'ok') ?? null,
    parts: Object.fromEntries(names.map((name, at) => [name, words[at] ?? 'failed'])),
  };
}

async function wordOf(check: Check): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('slow'), READY_TIMEOUT_MS);
  });
  const asked = (async () => check())().catch(() => 'failed');
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}
