/** The parts of an exam's page that decide: what is told to the server, what waits, and what time it is. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { clockWords, createCountdown } from '../../sdk/exam/countdown.ts';
import { type DoorDeps, enterDoor } from '../../sdk/exam/door.ts';
import { createErrands, type Errand, type ErrandsDeps } from '../../sdk/exam/errands.ts';
import { createFaces, type FacesDeps } from '../../sdk/exam/faces.ts';
import { isWanted } from '../../sdk/exam/kept.ts';
import type { Reply } from '../../sdk/exam/line.ts';
import { createVoice } from '../../sdk/exam/voice.ts';
import type { FaceChallenge } from '../../sdk/wire.ts';

const value = (said: unknown = {}): Reply<unknown> => ({ kind: 'value', value: said, sentAt: 0, heardAt: 0 });
const refused = (code: string, retryAfterMs: number | null = null): Reply<unknown> => ({
  kind: 'refused',
  code,
  words: { zh: code, en: code },
  retryAfterMs,
});
const unheard: Reply<unknown> = { kind: 'unheard' };

/** A server that answers by this script, one reply a request; a nap is over at once. */
function errandsWith(replies: (Reply<unknown> | Promise<Reply<unknown>>)[]) {
  const [asked, naps, lines, over]: [string[], number[], boolean[], string[]] = [[], [], [], []];
  const deps: ErrandsDeps = {
    ask: (async (path: string) => {
      asked.push(path);
      const reply = replies.shift();
      if (reply === undefined) throw new Error(`nobody expected ${path}`);
      return reply;
    }) as ErrandsDeps['ask'],
    heard: () => undefined,
    onLine: (up) => lines.push(up),
    onOver: (code) => over.push(code),
    nap: Object.assign(
      async (ms: number) => {
        naps.push(ms);
      },
      { wake: () => undefined },
    ),
  };
  const errands = createErrands(deps);
  const done: string[] = [];
  const put = (name: string, more: Partial<Errand> = {}) =>
    new Promise<void>((settled) => {
      errands.put({
        ...{ name, urgent: true, path: name, body: {} },
        told: () => {
          done.push(name);
          settled();
        },
        refused: (code) => {
          done.push(`${name} ${code}`);
          settled();
        },
        ...more,
      });
    });
  return { errands, put, asked, naps, lines, over, done };
}

describe('errands', () => {
  it('are told only when the server said so: without a line they wait and are asked again, ever less often', async () => {
    const { put, asked, naps, lines, done } = errandsWith([
      unheard,
      unheard,
      unheard,
      unheard,
      unheard,
      unheard,
      value(),
    ]);
    await put('a');
    expect(asked).toEqual(Array(7).fill('a'));
    expect(naps).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
    expect(lines).toEqual([false, false, false, false, false, false, true]);
    expect(done).toEqual(['a']);
  });

  it('go answers first, and the newest answer to an item', async () => {
    let release = (_: Reply<unknown>): void => undefined;
    const first = new Promise<Reply<unknown>>((resolve) => {
      release = resolve;
    });
    const { put, asked, done, errands } = errandsWith([first, value(), value(), value()]);
    void put('answer 1', { path: 'old' });
    void put('fact', { urgent: false });
    void put('answer 2');
    const newest = put('answer 1', { path: 'new' });
    expect(errands.waiting().map(({ path }) => path)).toEqual(['answer 2', 'new', 'fact']);
    release(value());
    await newest;
    expect(asked.slice(0, 3)).toEqual(['old', 'answer 2', 'new']);
    expect(done.filter((name) => name === 'answer 1')).toHaveLength(2);
  });

  it('are given up where the server refuses for good, and the next one goes', async () => {
    const { put, done, naps } = errandsWith([refused('sittingItem'), refused('tooFrequent', 700), value()]);
    await put('a');
    await put('b');
    expect(done).toEqual(['a sittingItem', 'b']);
    expect(naps).toEqual([700]);
  });

  it('that are only facts are not asked for ever', async () => {
    const { put, done } = errandsWith(Array(5).fill(refused('tooFrequent', 1)));
    await put('fact', { urgent: false });
    expect(done).toEqual(['fact tooFrequent']);
  });

  it.each(['sittingTakenOver', 'sittingTimeUp', 'sittingHandedIn', 'sittingKey'])('end with %s', async (code) => {
    const { errands, put, asked, over } = errandsWith([refused(code)]);
    void put('a');
    void put('b');
    await expect.poll(() => over).toEqual([code]);
    errands.put({ name: 'c', urgent: true, path: 'c', body: {} });
    expect(asked).toEqual(['a']);
  });
});

describe('the countdown', () => {
  it('knows nothing before the server has said, and never falls below nothing', () => {
    const countdown = createCountdown();
    expect(countdown.left(1000)).toBeNull();
    countdown.correct(60_000, 1000, 1200);
    expect(countdown.left(1100)).toBe(60_000);
    expect(countdown.left(31_100)).toBe(30_000);
    expect(countdown.left(99_000)).toBe(0);
  });

  it('is corrected by each reply, also where this page’s clock slept', () => {
    const countdown = createCountdown();
    countdown.correct(60_000, 0, 0);
    expect(countdown.left(5000)).toBe(55_000);
    countdown.correct(20_000, 5000, 5000);
    expect(countdown.left(5000)).toBe(20_000);
  });

  it.each([
    [0, '00:00'],
    [900, '00:01'],
    [61_000, '01:01'],
    [3_725_000, '1:02:05'],
  ])('shows %i ms as %s', (ms, words) => expect(clockWords(ms)).toBe(words));
});

describe('an answer that was kept', () => {
  const [a, b, c] = [{ choice: '1' }, { choice: '2' }, { choice: '3' }];
  const kept = { given: b, tookMs: 0, before: a };
  it.each([
    ['as it was left', a, true],
    ['saved after all', b, false],
    ['answered elsewhere meanwhile', c, false],
    ['never saved', null, false],
  ])('is sent where the server has it %s: %o, %s', (_, saved, wanted) => expect(isWanted(kept, saved)).toBe(wanted));
  it('is sent where there was nothing and is nothing', () => {
    expect(isWanted({ ...kept, before: null }, null)).toBe(true);
  });
});

describe('the door', () => {
  function door(replies: Reply<unknown>[], more: Partial<DoorDeps> = {}) {
    const tickets: string[] = [];
    let minted = 0;
    const entered = enterDoor({
      ask: (async (_path: string, body: { ticket: string }) => {
        tickets.push(body.ticket);
        return replies.shift() ?? unheard;
      }) as DoorDeps['ask'],
      nap: Object.assign(async () => undefined, { wake: () => undefined }),
      device: 'device',
      showsFace: true,
      ticket: undefined,
      getTicket: async () => `fresh-${++minted}`,
      onDelay: () => undefined,
      left: () => false,
      ...more,
    });
    return { entered, tickets };
  }

  it('opens with a fresh ticket after a reply was lost, and after the page’s own was spent', async () => {
    const lost = door([unheard, refused('ticketSpent'), value({ sittingId: 's' })]);
    expect(await lost.entered).toMatchObject({ kind: 'opened', opened: { sittingId: 's' } });
    expect(lost.tickets).toEqual(['fresh-1', 'fresh-2', 'fresh-3']);
    const spent = door([refused('ticketSpent'), value({ sittingId: 's' })], { ticket: 'in-page' });
    expect((await spent.entered).kind).toBe('opened');
    expect(spent.tickets).toEqual(['in-page', 'fresh-1']);
  });

  it('says why it stays shut, and tries no further', async () => {
    for (const code of ['examNotOpen', 'examAttemptsUsed', 'ticketScope']) {
      expect(await door([refused(code)]).entered).toMatchObject({ kind: 'refused', code });
    }
    expect(await door([], { getTicket: async () => '' }).entered).toMatchObject({ code: 'ticketMissing' });
    expect(await door([], { getTicket: undefined }).entered).toMatchObject({ code: 'ticketMissing' });
  });

  it('is left at once by who no longer waits', async () => {
    expect(await door([], { left: () => true }).entered).toEqual({ kind: 'left' });
  });
});

describe('a face check that the platform shows', () => {
  afterEach(() => vi.unstubAllGlobals());
  const check = (prompt: string) => ({ prompt, remainingMs: 90_000 }) as FaceChallenge;
  function faces(onFace: FacesDeps['onFace'], errors: string[] = []) {
    vi.stubGlobal('navigator', {});
    const naps: [number, () => void][] = [];
    const nap = (ms: number) => new Promise<void>((done) => naps.push([ms, done]));
    const { tell } = createVoice({ onError: ({ code }) => void errors.push(code) });
    const made = createFaces({
      ...{ endpoint: 'http://server', onFace, tell, leftMs: () => null },
      nap: Object.assign(nap, { wake: () => undefined }),
    });
    return { made, wake: (ms: number) => naps.filter(([of]) => of === ms).map(([, done]) => done()) };
  }

  it('is shown once, however often it is heard of, and again only when it is another', () => {
    const seen: string[] = [];
    const { made } = faces(({ prompt }, sitting) => seen.push(`${sitting} ${prompt}`));
    for (const prompt of ['a', 'a', 'b', 'b']) made.show(check(prompt), 's');
    expect(seen).toEqual(['s a', 's b']);
  });

  it('holds a hand-in until the page has done it, or its time is over; and never without a pause', async () => {
    let finish = (): void => undefined;
    const ended: string[] = [];
    const { made, wake } = faces(
      () =>
        new Promise<void>((done) => {
          finish = done;
        }),
    );
    void made.ended(check('a'), 's').then(() => ended.push('a'));
    finish();
    await Promise.resolve();
    expect(ended).toEqual([]);
    wake(2_000);
    await expect.poll(() => ended).toEqual(['a']);
    // A page that never says so.
    void made.ended(check('b'), 's').then(() => ended.push('b'));
    wake(2_000);
    wake(90_000);
    await expect.poll(() => ended).toEqual(['a', 'b']);
  });

  it('that the page fails at is told to it, and holds nothing up', async () => {
    const errors: string[] = [];
    const { made, wake } = faces(() => Promise.reject(new Error('no')), errors);
    const ended = made.ended(check('a'), 's');
    wake(2_000);
    await ended;
    expect(errors).toEqual(['pageError']);
  });

  it('cannot be asked of a page that has no camera to give and draws none', () => {
    expect(faces(undefined).made.can).toBe(false);
    expect(faces(() => undefined).made.can).toBe(true);
  });
});
