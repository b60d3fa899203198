import { describe, expect, test, vi } from 'vitest';
import { LedgerDoubt, type Outcome } from '../../server/ledger/batch.ts';
import { createSequencer } from '../../server/ledger/sequencer.ts';

const quiet = () => ({ error: vi.fn(), warn: vi.fn(), debug: vi.fn() });
const idle: Outcome = { kind: 'idle', size: 0 };
const HOUR = 3_600_000;

/** A seal that takes what `script` says, then is idle. */
function scripted(...script: (Outcome | Error)[]) {
  return vi.fn(async (): Promise<Outcome> => {
    const next = script.shift() ?? idle;
    if (next instanceof Error) throw next;
    return next;
  });
}

describe('the loop', () => {
  test('goes on at once while batches are full, then rests', async () => {
    const full: Outcome = { kind: 'appended', leaves: 2, doubted: 0, size: 2, full: true };
    const seal = scripted(full, { ...full, size: 4 }, { ...full, leaves: 1, size: 5, full: false });
    const sequencer = createSequencer({ seal, log: quiet() });
    sequencer.start({ wakeMs: HOUR });
    await vi.waitFor(() =>
      expect(sequencer.status()).toMatchObject({ state: 'resting', doubt: null, leaves: 5, batches: 3 }),
    );
    expect(seal).toHaveBeenCalledTimes(3);
    await sequencer.stop();
    expect(sequencer.status().state).toBe('ended');
  });

  test('wakes when poked, and by itself', async () => {
    const seal = scripted();
    const sequencer = createSequencer({ seal, log: quiet() });
    sequencer.start({ wakeMs: HOUR });
    await vi.waitFor(() => expect(seal).toHaveBeenCalledTimes(1));
    await vi.waitFor(() => expect(sequencer.status().state).toBe('resting'));
    for (let i = 0; i < 1000; i += 1) sequencer.poke();
    await vi.waitFor(() => expect(seal).toHaveBeenCalledTimes(2));
    await sequencer.stop();
    const alone = createSequencer({ seal: scripted(), log: quiet() });
    alone.start({ wakeMs: 1 });
    await alone.stop();
    const often = scripted();
    const patient = createSequencer({ seal: often, log: quiet() });
    patient.start({ wakeMs: 1 });
    await vi.waitFor(() => expect(often.mock.calls.length).toBeGreaterThan(3));
    await patient.stop();
  });

  test('a poke during a batch is not lost', async () => {
    let finish: (outcome: Outcome) => void = () => undefined;
    const seal = vi.fn(() => new Promise<Outcome>((resolve) => (finish = resolve)));
    const sequencer = createSequencer({ seal, log: quiet() });
    sequencer.start({ wakeMs: HOUR });
    await vi.waitFor(() => expect(seal).toHaveBeenCalledTimes(1));
    sequencer.poke();
    finish(idle);
    await vi.waitFor(() => expect(seal).toHaveBeenCalledTimes(2));
    const stopped = sequencer.stop();
    finish(idle);
    await vi.waitFor(() => expect(seal).toHaveBeenCalledTimes(3));
    finish(idle);
    await stopped;
  });

  test('a passing fault is tried again, by the clock and not by pokes', async () => {
    const log = quiet();
    const seal = scripted(new Error('connection lost'));
    const sequencer = createSequencer({ seal, log });
    sequencer.poke();
    sequencer.start({ wakeMs: HOUR });
    await vi.waitFor(() => expect(sequencer.status().state).toBe('failing'));
    for (let i = 0; i < 1000; i += 1) sequencer.poke();
    await Promise.resolve();
    expect(seal).toHaveBeenCalledTimes(1);
    expect(log.warn).toHaveBeenCalledTimes(1);
    await sequencer.stop();
    expect(seal).toHaveBeenCalledTimes(2);
    expect(sequencer.status().state).toBe('ended');
  });

  test('a doubt stops it for good, loudly', async () => {
    const log = quiet();
    const seal = scripted(new LedgerDoubt('the roots differ'));
    const sequencer = createSequencer({ seal, log });
    sequencer.start({ wakeMs: 1 });
    await vi.waitFor(() => expect(sequencer.status()).toMatchObject({ state: 'stopped', doubt: 'the roots differ' }));
    sequencer.poke();
    sequencer.start();
    await sequencer.stop();
    expect(sequencer.status().state).toBe('stopped');
    expect(seal).toHaveBeenCalledTimes(1);
    expect(log.error).toHaveBeenCalledTimes(1);
    expect(sequencer.status()).toMatchObject({ wrongKey: false, succeededAt: null });
  });

  test('leaves set aside are told loudly and stop nothing', async () => {
    const log = quiet();
    const seal = scripted({ kind: 'appended', leaves: 0, doubted: 3, size: 0, full: true });
    const sequencer = createSequencer({ seal, log });
    sequencer.start({ wakeMs: HOUR });
    await vi.waitFor(() => expect(sequencer.status()).toMatchObject({ state: 'resting', doubt: null, leaves: 0 }));
    expect(seal).toHaveBeenCalledTimes(2);
    expect(log.error).toHaveBeenCalledTimes(1);
    await sequencer.stop();
  });

  test('stop drains what is pending', async () => {
    const full: Outcome = { kind: 'appended', leaves: 1, doubted: 0, size: 1, full: true };
    const seal = scripted(idle, full, full, { ...full, full: false });
    const sequencer = createSequencer({ seal, log: quiet() });
    sequencer.start({ wakeMs: HOUR });
    await vi.waitFor(() => expect(sequencer.status().state).toBe('resting'));
    await sequencer.stop();
    expect(sequencer.status()).toMatchObject({ state: 'ended', doubt: null, leaves: 3, batches: 3 });
  });
});
