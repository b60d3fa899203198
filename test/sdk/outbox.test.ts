import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOutbox, type Outbox } from '../../sdk/outbox.ts';
import type { Ack, Reply, SealedBeat, WireError } from '../../sdk/wire.ts';

const totals = { creditedMs: 0, heldMs: 0, deniedMs: 0 };
const seqOf = (beat: SealedBeat): number => (JSON.parse(beat.body) as { seq: number }).seq;
const ok = (seq: number): Reply<Ack> => ({ ok: true, value: { seq, nonce: 'nonce-1234', nextMs: 8000, totals } });
const no = (code: string, retry: boolean): Reply<Ack> => ({ ok: false, error: { code, message: code, retry } });

interface Flight {
  readonly beat: SealedBeat;
  answer(reply: Reply<Ack>): void;
  lose(): void;
}

function world() {
  const flights: Flight[] = [];
  const kept = new Set<number>();
  const refused: WireError[] = [];
  const timers: (() => void)[] = [];
  let lost = 0;
  const outbox: Outbox = createOutbox({
    send: (beat) => new Promise((answer, lose) => flights.push({ beat, answer, lose: () => lose(new Error('lost')) })),
    keep: (beat) => kept.add(beat.seq),
    forget: (upTo) => {
      for (const seq of kept) if (seq <= upTo) kept.delete(seq);
    },
    onAck: () => undefined,
    onRefused: (error) => refused.push(error),
    onLost: () => lost++,
    defer: (_ms, then) => timers.push(then),
    random: () => 0.5,
  });
  let seq = 0;
  const push = (): boolean => {
    seq++;
    return outbox.push({ seq, body: JSON.stringify({ seq }), mac: 'm'.repeat(43), cause: 'interval' });
  };
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };
  return {
    outbox,
    flights,
    kept,
    refused,
    timers,
    push,
    settled,
    lost: () => lost,
    sent: () => flights.map((f) => seqOf(f.beat)),
  };
}

describe('outbox', () => {
  it('sends in order, at most eight unanswered', async () => {
    const w = world();
    w.outbox.lineUp(0);
    for (let n = 0; n < 12; n++) w.push();
    expect(w.sent()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    w.flights[0]!.answer(ok(1));
    await w.settled();
    expect(w.sent()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(w.flights.every((flight) => !flight.beat.queued)).toBe(true);
  });

  it('labels what waited and what is sent again, and nothing else', async () => {
    const w = world();
    w.push();
    w.outbox.lineUp(0);
    w.push();
    expect(w.flights.map((f) => f.beat.queued)).toEqual([true, false]);
    w.outbox.lineDown();
    w.outbox.lineUp(1);
    expect(w.sent()).toEqual([1, 2, 2]);
    expect(w.flights[2]!.beat.queued).toBe(true);
  });

  it('rests after a retryable error and then sends again from the oldest', async () => {
    const w = world();
    w.outbox.lineUp(0);
    w.push();
    w.push();
    w.flights[0]!.answer(no('commitFailed', true));
    w.flights[1]!.answer(no('beatGap', true));
    await w.settled();
    expect(w.lost()).toBe(0);
    expect(w.timers).toHaveLength(1);
    w.timers[0]!();
    expect(w.sent()).toEqual([1, 2, 1, 2]);
  });

  it('connects anew when the server misses a beat', async () => {
    const w = world();
    w.outbox.lineUp(0);
    w.push();
    w.flights[0]!.answer(no('beatGap', true));
    await w.settled();
    expect(w.lost()).toBe(1);
    expect(w.kept.size).toBe(1);
  });

  it('stops at a refusal and keeps nothing secret from the orchestrator', async () => {
    const w = world();
    w.outbox.lineUp(0);
    w.push();
    w.flights[0]!.answer(no('beatMac', false));
    await w.settled();
    expect(w.refused.map((error) => error.code)).toEqual(['beatMac']);
    w.push();
    expect(w.sent()).toEqual([1]);
  });

  it('says when a server lost what it had acknowledged', async () => {
    const w = world();
    w.outbox.lineUp(0);
    for (let n = 0; n < 3; n++) w.push();
    w.flights[1]!.answer(ok(2));
    await w.settled();
    expect(w.outbox.lineUp(1)).toBe(false);
    expect(w.outbox.lineUp(2)).toBe(true);
  });

  it('takes no new beat when full, so that the chain stays whole', () => {
    const w = world();
    for (let n = 0; n < 400; n++) expect(w.push()).toBe(true);
    expect(w.outbox.full()).toBe(true);
    expect(w.push()).toBe(false);
    expect(w.outbox.waiting()).toHaveLength(400);
  });

  it('neither loses nor reorders, whatever the network does', async () => {
    const action = fc.constantFrom('push', 'serve', 'loseReply', 'fail', 'drop', 'rest', 'up');
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 120 }), async (actions) => {
        const w = world();
        // A server that takes only the next beat, and is durable.
        let held = 0;
        const serve = (flight: Flight, reply: boolean): void => {
          const seq = seqOf(flight.beat);
          if (seq > held + 1) {
            flight.answer(no('beatGap', true));
            return;
          }
          held = Math.max(held, seq);
          if (reply) flight.answer(ok(seq));
          else flight.lose();
        };
        let pushed = 0;
        let cursor = 0;
        w.outbox.lineUp(0);
        for (const step of actions) {
          const next = w.flights[cursor];
          if (step === 'push' && w.push()) pushed++;
          else if (step === 'drop') {
            w.outbox.lineDown();
            cursor = w.flights.length;
          } else if (step === 'up') {
            w.outbox.lineDown();
            cursor = w.flights.length;
            expect(w.outbox.lineUp(held)).toBe(true);
          } else if (step === 'rest') w.timers.shift()?.();
          else if (next && step !== 'push') {
            cursor++;
            if (step === 'fail') next.answer(no('commitFailed', true));
            else serve(next, step === 'serve');
          }
          await w.settled();
          // Everything not held by the server is still kept.
          for (let seq = held + 1; seq <= pushed; seq++) expect(w.kept.has(seq)).toBe(true);
        }
        w.outbox.lineDown();
        cursor = w.flights.length;
        w.outbox.lineUp(held);
        for (; cursor < w.flights.length; cursor++) {
          serve(w.flights[cursor]!, true);
          await w.settled();
        }
        expect(held).toBe(pushed);
        expect(w.kept.size).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
