/** The gateway with the real judge on a real database. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Ack, Notice } from '../../sdk/wire.ts';
import type { Judge } from '../../server/judge/contract.ts';
import type { TestDb } from '../support/db.ts';
import { code, connectWire, error, value, type Wire } from '../support/wire.ts';
import { resumeMessage } from './harness.ts';
import { type Judged, judgedDb, judgedGateway } from './judged.ts';

let test: TestDb;
let skewMs = 0;
const now = () => Date.now() + skewMs;
const open: Judged[] = [];
const gateway = async (options?: Parameters<typeof judgedGateway>[2]) => {
  const one = await judgedGateway(test.db, now, options);
  open.push(one);
  return one;
};
beforeEach(async () => {
  skewMs = 0;
  test = await judgedDb();
  return async () => {
    for (const one of open.splice(0)) await one.close();
    await test.drop();
  };
});

const noticesOf = (wire: Wire) => wire.events.filter(({ name }) => name === 'notice').map(({ arg }) => arg as Notice);
const storedSeqs = async (session: string) => {
  const { rows } = await test.db.query<{ seq: number }>(
    'select seq from events where session_id = $1 and seq is not null order by ordinal',
    [session],
  );
  return rows.map(({ seq }) => seq);
};

describe('totals', () => {
  it('are those of the page’s own lesson, whatever the person opens and plays beside it', async () => {
    const g = await gateway();
    const a = await g.open({ lesson: 'l1' });
    let heard: Ack | null = null;
    for (let i = 0; i < 3; i++) {
      skewMs += 10_000;
      heard = await a.page.beat(a.wire);
    }
    expect(heard?.totals.heldMs).toBeGreaterThan(25_000);
    const b = await g.open({ lesson: 'l2' });
    expect(b.opened.totals).toEqual({ creditedMs: 0, heldMs: 0, deniedMs: 0 });
    skewMs += 10_000;
    const ofB = await b.page.beat(b.wire);
    expect(ofB.totals.heldMs).toBeLessThan(11_000);
    await vi.waitFor(() => expect(noticesOf(a.wire).map(({ kind }) => kind)).toContain('takenOver'));
    for (const { totals } of noticesOf(a.wire)) expect(totals.heldMs).toBeGreaterThan(25_000);
    expect(noticesOf(a.wire).at(-1)?.totals).toEqual(heard?.totals);
    for (const { totals } of noticesOf(b.wire)) expect(totals.heldMs).toBeLessThan(11_000);
  });
});

describe('what the database will never take', () => {
  /** Hands on what `count` persons submitted in one go, so that it is one statement; a beat marked so gets a NUL. */
  const poisoned =
    (marker: number, gather: { count: number }) =>
    (judge: Judge): Judge => {
      let waiting: (() => void)[] = [];
      return {
        ...judge,
        submit: (person, draft, at) =>
          new Promise((resolve, reject) => {
            const bad = draft.kind === 'beat' && draft.beat.stalled === marker;
            const sent = bad ? { ...draft, body: draft.body.replace('"seq"', '"\u0000seq"') } : draft;
            waiting.push(() => judge.submit(person, sent, at).then(resolve, reject));
            if (waiting.length < gather.count) return;
            const all = waiting;
            waiting = [];
            for (const go of all) go();
          }),
      };
    };

  it('is answered as final; others of the same statement are stored', async () => {
    const gather = { count: 1 };
    const g = await gateway({ between: poisoned(666, gather) });
    const a = await g.open({ sub: 'ta' });
    const b = await g.open({ sub: 'tb' });
    gather.count = 2;
    skewMs += 10_000;
    const [bad, good] = await Promise.all([
      b.wire.call('beat', b.page.forge({ stalled: 666 })),
      a.wire.call<Ack>('beat', a.page.seal()),
    ]);
    expect(error(bad)).toMatchObject({ code: 'unstorable', retry: false });
    expect(value(good).seq).toBe(1);
    gather.count = 1;
    // Nothing of it stays: the session goes on from what is stored.
    expect((await b.page.beat(b.wire)).seq).toBe(1);
    expect(await storedSeqs(b.page.session)).toEqual([1]);
  });
});

describe('a person on two processes at once', () => {
  it('is acknowledged on both; a page may move between them', async () => {
    const [here, there] = [await gateway(), await gateway()];
    const a = await here.open({ lesson: 'l1' });
    const b = await there.open({ lesson: 'l2' });
    for (let i = 0; i < 5; i++) {
      skewMs += 10_000;
      await Promise.all([a.page.beat(a.wire), b.page.beat(b.wire)]);
    }
    const left = vi.spyOn(here.judge, 'left');
    const moved = await there.resume(a.page);
    for (let i = 0; i < 3; i++) {
      skewMs += 10_000;
      await Promise.all([a.page.beat(moved), b.page.beat(b.wire)]);
    }
    await a.wire.close();
    await vi.waitFor(() => expect(left).toHaveBeenCalledWith('person-a'));
    await moved.close();
    const back = await here.resume(a.page);
    skewMs += 10_000;
    await Promise.all([a.page.beat(back), b.page.beat(b.wire)]);
    expect(await storedSeqs(a.page.session)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await storedSeqs(b.page.session)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('a person whom a newer release has taken over', () => {
  it('is told to come again, sent away, and goes on there with the same bytes', async () => {
    const [old, next] = [await gateway({ version: 1 }), await gateway()];
    const { wire, page } = await old.open({ sub: 'tb' });
    skewMs += 10_000;
    await page.beat(wire);
    const moved = await next.resume(page);
    skewMs += 10_000;
    await page.beat(moved);

    const sealed = page.seal();
    expect(error(await wire.call('beat', sealed))).toMatchObject({ code: 'newerRelease', retry: true });
    await wire.closed;

    // Sent here again by a load balancer: refused without asking the database, and sent away.
    const asked = vi.spyOn(test.db, 'query');
    const again = await connectWire(old.base);
    expect(code(await again.call('resume', resumeMessage(page, again)))).toBe('newerRelease');
    await again.closed;
    expect(asked).not.toHaveBeenCalled();
    asked.mockRestore();
    await expect(old.open({ sub: 'tb' })).rejects.toThrow('newerRelease');

    const there = await next.resume(page);
    expect(value(await there.call<Ack>('beat', sealed)).seq).toBe(3);
    expect(await storedSeqs(page.session)).toEqual([1, 2, 3]);
  });

  it('may use the ticket that was refused here', async () => {
    const [old, next] = [await gateway({ version: 1 }), await gateway()];
    const { wire, page } = await next.open({ sub: 'ta' });
    await page.beat(wire);
    const jti = 'ticket-of-one-person';
    for (let i = 0; i < 2; i++) await expect(old.open({ sub: 'ta', jti })).rejects.toThrow('newerRelease');
    const opened = await next.open({ sub: 'ta', jti });
    expect((await opened.page.beat(opened.wire)).seq).toBe(1);
  });
});
