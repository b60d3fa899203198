/**
 * A page that goes from server to server. Like the SDK it keeps each beat until it is acknowledged,
 * resumes with the session's key, sends again what is not stored, and answers what it is asked.
 */
import type { Ack, Answered, Challenge, Opened, Reply, Resumed, SealedBeat } from '../../sdk/wire.ts';
import { startPlaying } from './playing.ts';
import { connectWire, createPage, type Page, value, type Wire } from './wire.ts';

/** What an honest page may hear when servers come and go: it goes on, and sends again; or its question was another's. */
const passing: ReadonlySet<string> = new Set([
  'commitFailed',
  'newerRelease',
  'draining',
  'unavailable',
  'beatGap',
  'promptUnknown',
]);

export interface Roamer {
  readonly page: Page;
  /** Beats that were acknowledged. */
  readonly acked: ReadonlySet<number>;
  /** Whatever an honest page must never hear. */
  readonly faults: readonly string[];
  /** How often each passing refusal was heard. */
  readonly heard: ReadonlyMap<string, number>;
  /** Answers that proved presence. */
  readonly proofs: number;
  /** Connects there and resumes. False: nobody there, or it sends its trainees away. */
  goTo(base: string): Promise<boolean>;
  /** One beat about the time since the last, with all that still waits before it. */
  beat(): Promise<void>;
  /** Sends one more beat, and is gone before it is acknowledged. */
  cut(): void;
  /** All acknowledged. */
  settled(): boolean;
}

/** @param rightChoice the place on the screen of a prompt's right choice */
export async function roam(
  base: string,
  ticket: string,
  device: string,
  rightChoice: (prompt: string) => Promise<string>,
): Promise<Roamer> {
  let wire: Wire | null = await connectWire(base);
  const page = createPage(value(await wire.call<Opened>('open', { version: 1, ticket, device })));
  const playing = startPlaying();
  const acked = new Set<number>();
  const faults: string[] = [];
  const heard = new Map<string, number>();
  const answered = new Set<string>();
  let waiting: { readonly seq: number; readonly sealed: SealedBeat }[] = [];
  let proofs = 0;

  /** The value; `null` when it was refused, or when the connection broke. */
  async function ask<T>(name: string, message: unknown): Promise<T | null> {
    if (wire === null) return null;
    const reply = await wire.call<T>(name, message).catch((): Reply<T> | null => null);
    if (reply?.ok === true) return reply.value;
    if (reply === null) wire = null;
    else if (passing.has(reply.error.code)) heard.set(reply.error.code, (heard.get(reply.error.code) ?? 0) + 1);
    else faults.push(`${name}: ${reply.error.code}`);
    return null;
  }

  function seal(): SealedBeat {
    // Far more often than the server asks for: not because of the interval, and never twice with the same hand.
    const sealed = page.seal({ ...playing.claim(page.seq), cause: 'playing', input: [1 + (page.seq % 5), 0, 0, 0] });
    waiting.push({ seq: page.seq, sealed });
    return sealed;
  }

  async function flush(): Promise<void> {
    for (const { seq, sealed } of [...waiting]) {
      const ack = await ask<Ack>('beat', sealed);
      if (ack === null) {
        waiting = waiting.map((one) => ({ ...one, sealed: { ...one.sealed, queued: true } }));
        return;
      }
      acked.add(seq);
      waiting = waiting.filter((one) => one.seq !== seq);
      page.nonce = ack.nonce;
    }
  }

  async function answer({ prompt }: Challenge): Promise<void> {
    if (answered.has(prompt)) return;
    answered.add(prompt);
    const choice = await rightChoice(prompt);
    const reply = await ask<Answered>('answer', { prompt, choice });
    if (reply?.outcome === 'taken') proofs += 1;
    // Not heard, so not known: it is asked again where it still waits.
    if (reply === null) answered.delete(prompt);
  }

  return {
    ...{ page, acked, faults, heard },
    get proofs() {
      return proofs;
    },
    async goTo(to) {
      wire?.ws.terminate();
      wire = await connectWire(to).catch(() => null);
      if (wire === null) return false;
      const message = { version: 1, session: page.session, proof: page.proof(wire.id) };
      const resumed = await ask<Resumed>('resume', message);
      if (resumed === null) return false;
      for (const { seq } of waiting) if (seq <= resumed.seq) acked.add(seq);
      waiting = waiting.filter(({ seq }) => seq > resumed.seq);
      page.nonce = resumed.nonce;
      if (resumed.challenge !== null) await answer(resumed.challenge as Challenge);
      return true;
    },
    async beat() {
      seal();
      await flush();
      for (const { name, arg } of wire?.events.splice(0) ?? [])
        if (name === 'challenge') await answer(arg as Challenge);
    },
    cut() {
      const sealed = seal();
      wire?.call('beat', sealed).catch(() => undefined);
      wire?.ws.terminate();
      wire = null;
      waiting = waiting.map((one) => ({ ...one, sealed: { ...one.sealed, queued: true } }));
    },
    settled: () => waiting.length === 0,
  };
}
