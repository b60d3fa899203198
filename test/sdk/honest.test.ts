import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { BEAT_BYTES_TARGET, Sign } from '../../sdk/wire.ts';
import { mediaOf, openWorld, pause, play, position, type World, wallOf } from './lesson.ts';

/** A test's browser is. */
const DRIVEN = Sign.webdriver | Sign.automation;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.stop());
beforeEach(() => {
  world.server.rules.nextMs = 1000;
});

describe('an honest lesson', () => {
  it('adds up to what was played, in small beats that join without a gap', async () => {
    const tab = await world.lesson();
    await play(tab);
    await tab.waitForFunction(() => document.querySelector('video')!.currentTime > 6);
    await pause(tab);
    await world.cause('paused');
    const beats = world.server.beats();
    const played = await position(tab);
    expect(Math.abs(mediaOf(beats) - played)).toBeLessThan(300);
    expect(Math.abs(wallOf(beats) - played)).toBeLessThan(300);
    let until = 0;
    beats.forEach((beat, place) => {
      expect(beat.seq).toBe(place + 1);
      expect(beat.span[0]).toBe(until);
      until = beat.span[1];
    });
    for (const { bytes, queued } of world.server.received) {
      expect(bytes).toBeLessThan(BEAT_BYTES_TARGET);
      expect(queued).toBe(false);
    }
    const whole = beats.filter((beat) => beat.cause === 'interval').at(-1)!;
    const length = whole.span[1] - whole.span[0];
    expect(whole.page[0]).toBeGreaterThan(length - 50);
    expect(whole.page[2]).toBe(0);
    expect(whole.frames[0]).toBeGreaterThan(0);
    expect(whole.frames[1]).toBeGreaterThan(0);
    expect(whole.clocks[2]).toBeGreaterThan(0);
    expect(whole.player[0]).toBe('playing');
    expect(beats.map((beat) => beat.cause)).not.toContain('anomaly');
    expect(beats.every((beat) => (beat.signs & ~DRIVEN & ~Sign.offScreen) === 0)).toBe(true);
    expect(world.server.faults).toEqual([]);
    expect(await tab.evaluate(() => window.lesson.errors)).toEqual([]);
    await tab.close();
  });

  it('covers a seek with nothing', async () => {
    const tab = await world.lesson();
    await play(tab);
    await tab.waitForFunction(() => document.querySelector('video')!.currentTime > 1);
    await tab.evaluate(() => {
      document.querySelector('video')!.currentTime = 60;
    });
    const seeked = await world.cause('seeked');
    expect(seeked.seeks.at(-1)?.[1]).toBeGreaterThan(59_000);
    await tab.waitForFunction(() => document.querySelector('video')!.currentTime > 61);
    await pause(tab);
    await world.cause('paused');
    expect(mediaOf(world.server.beats())).toBeLessThan(10_000);
    await tab.close();
  });

  it('says at which rate each run was played when the player has another by then', async () => {
    const tab = await world.lesson();
    await play(tab);
    await world.beat((beat) => beat.runs.length > 0);
    await tab.evaluate(() => {
      document.querySelector('video')!.playbackRate = 1.25;
    });
    const faster = await world.cause('rate');
    expect(faster.player[2]).toBe(125);
    expect(faster.rates ?? []).toEqual(faster.runs.map(() => 100));
    const next = await world.beat((beat) => beat.seq > faster.seq && beat.runs.length > 0);
    expect(next.rates).toEqual(next.runs.map(() => 125));
    await tab.close();
  });

  it('works as a module, and where a policy forbids Workers', async () => {
    for (const path of ['/module', '/strict']) {
      const tab = await world.lesson(path);
      await play(tab);
      const beat = await world.beat((one) => one.cause === 'interval' && one.runs.length > 0 && one.seq > 2);
      if (path === '/strict') expect(beat.clocks[2]).toBe(-1);
      expect(beat.clocks[1]).toBeGreaterThan(0);
      const codes = await tab.evaluate(() => window.lesson.errors.map(({ code }) => code));
      expect(codes).toEqual(path === '/strict' ? ['workerBlocked'] : []);
      await tab.close();
    }
  });

  it('counts input without reading it, and tells synthetic from trusted', async () => {
    const tab = await world.lesson();
    await tab.mouse.move(10, 10);
    await tab.mouse.move(40, 50, { steps: 5 });
    await tab.keyboard.press('a');
    await tab.evaluate(() => {
      for (let n = 0; n < 3; n++) document.dispatchEvent(new MouseEvent('mousemove', { bubbles: true }));
    });
    await vi.waitFor(() => {
      const sum = world.server
        .beats()
        .reduce((all, { input }) => all.map((n, place) => n + input[place]!), [0, 0, 0, 0]);
      expect(sum[0]).toBeGreaterThan(2);
      expect(sum[1]).toBe(1);
      expect(sum[3]).toBe(3);
    }, 10_000);
    await tab.close();
  });

  it('asks, flushes a beat, and only then answers', async () => {
    const tab = await world.lesson();
    const words = { zh: '问', en: 'q' };
    const challenge = { prompt: 'prompt-1', question: words, choices: [{ id: 'a', text: words }], remainingMs: 9000 };
    world.server.rules.challenge = challenge;
    world.server.challenge(challenge);
    await tab.waitForFunction(() => window.lesson.challenges.length === 1);
    const answered = await tab.evaluate(() => window.lesson.watch.answer('prompt-1', 'a'));
    expect(answered.outcome).toBe('taken');
    const flushed = await world.cause('answering');
    const hand = {
      events: [0, 0, 0, 0],
      times: [-1, expect.any(Number)],
      path: [0, 0, 0],
      page: [0, expect.any(Number)],
    };
    expect(world.server.answers.at(-1)).toEqual({ prompt: 'prompt-1', choice: 'a', hand, afterSeq: flushed.seq });
    // The same prompt, sent again with a resume, is not put twice.
    world.server.cut();
    await tab.waitForFunction(() => window.lesson.states.filter((state) => state === 'watching').length === 2);
    expect(await tab.evaluate(() => window.lesson.challenges.length)).toBe(1);
    world.server.rules.challenge = null;
    await tab.close();
  });

  it('announces the forms that its page can draw, and passes on answers of each; others announce nothing', async () => {
    const words = { zh: '问', en: 'q' };
    const choices = ['1', '2'].map((id) => ({ id, text: words }));
    const common = { prompt: 'prompt-4', question: words, remainingMs: 9000 };
    const plain = await world.lesson();
    const tab = await world.lesson('/?forms=order,number');
    expect(world.server.announced.slice(-2)).toEqual([undefined, ['order', 'number']]);
    await plain.close();
    world.server.challenge({ ...common, form: 'order', choices });
    await tab.waitForFunction(() => window.lesson.challenges.length === 1);
    expect(await tab.evaluate(() => window.lesson.challenges[0])).toMatchObject({ form: 'order', choices });
    for (const given of [{ order: ['2', '1'] }, { number: '2.5' }, { choices: ['1'] }, { choice: '1' }]) {
      await tab.evaluate((one) => window.lesson.watch.answer('prompt-4', one), given);
      expect(world.server.answers.at(-1)).toMatchObject({ prompt: 'prompt-4', ...given });
    }
    await tab.close();
  });

  it('passes on that a question was withdrawn, the server’s word on a late answer, and puts a question again that ran out', async () => {
    const tab = await world.lesson();
    const asked = (): Promise<number> => tab.evaluate(() => window.lesson.challenges.length);
    const words = { zh: '问', en: 'q' };
    const challenge = { prompt: 'prompt-3', question: words, choices: [{ id: 'a', text: words }], remainingMs: 60_000 };
    world.server.challenge({ ...challenge, graceMs: 5000 });
    await tab.waitForFunction(() => window.lesson.challenges.length === 1);
    expect(await tab.evaluate(() => window.lesson.challenges[0]?.graceMs)).toBe(5000);
    world.server.notice({ kind: 'promptWithdrawn', words: { zh: '暂停期间不必作答', en: 'No answer while paused' } });
    await tab.waitForFunction(() => window.lesson.notices.some(({ kind }) => kind === 'promptWithdrawn'));
    expect(await tab.evaluate(() => window.lesson.watch.state)).toBe('watching');
    // Withdrawn, it may be asked again; so may one whose time ran out here while the server's stood still.
    world.server.challenge({ ...challenge, remainingMs: 0 });
    await vi.waitFor(async () => expect(await asked()).toBe(2));
    world.server.challenge(challenge);
    await vi.waitFor(async () => expect(await asked()).toBe(3));
    world.server.challenge(challenge);
    world.server.rules.answered = { outcome: 'right', counted: false };
    const answered = await tab.evaluate(() => window.lesson.watch.answer('prompt-3', 'a'));
    expect(answered).toMatchObject({ outcome: 'right', counted: false });
    expect(await asked()).toBe(3);
    world.server.rules.answered = { outcome: 'taken', counted: false };
    await tab.close();
  });

  it('never throws into the page, whatever it is given', async () => {
    const tab = await world.lesson('/?get');
    const told = await tab.evaluate(async () => {
      const codes: string[] = [];
      const note = { onError: (trouble: { code: string }) => codes.push(trouble.code) };
      const { watch } = window.Zhenxue;
      const video = (): HTMLVideoElement => document.createElement('video');
      const watches = [
        watch(document.createElement('p') as unknown as HTMLVideoElement, note),
        watch(document.querySelector<HTMLVideoElement>('#none')!, note),
        watch(video(), { ...note, endpoint: 'http://[' }),
        watch(video(), { ...note, getTicket: () => Promise.reject(new Error('no')) }),
      ];
      const until = Date.now() + 10_000;
      while (codes.length < 4 && Date.now() < until) await new Promise((then) => setTimeout(then, 20));
      for (const one of watches) one.close();
      return codes.sort();
    });
    expect(told).toEqual(['notMedia', 'notMedia', 'ticketFetch', 'ticketMissing']);
    await tab.close();
  });

  it('survives a page whose listeners throw', async () => {
    const tab = await world.lesson('/?throw');
    const uncaught: unknown[] = [];
    tab.on('pageerror', (error) => uncaught.push(error));
    const words = { zh: '问', en: 'q' };
    world.server.challenge({ prompt: 'prompt-2', question: words, choices: [], remainingMs: 9000 });
    await tab.waitForFunction(() => window.lesson.errors.some((error) => error.code === 'pageError'));
    expect(await tab.evaluate(() => window.lesson.watch.state)).toBe('watching');
    expect(uncaught).toEqual([]);
    await tab.close();
  });

  it('leaves nothing behind after close', async () => {
    const tab = await world.lesson();
    const cdp = await tab.createCDPSession();
    const listeners = async (what: string): Promise<string[]> => {
      const { result } = await cdp.send('Runtime.evaluate', { expression: what });
      const { listeners: all } = await cdp.send('DOMDebugger.getEventListeners', { objectId: result.objectId! });
      return all.map((one) => one.type);
    };
    expect(await listeners('window')).toContain('pointermove');
    expect(tab.workers()).toHaveLength(1);
    await tab.evaluate(() => window.lesson.watch.close());
    await world.cause('closing');
    // The client library's own, registered once when the script loads.
    expect((await listeners('window')).filter((type) => type !== 'offline')).toEqual([]);
    expect(await listeners('document')).toEqual([]);
    expect(await listeners('document.querySelector("video")')).toEqual([]);
    await vi.waitFor(() => expect(tab.workers()).toHaveLength(0));
    expect(await tab.evaluate(() => window.lesson.states.at(-1))).toBe('closed');
    await tab.close();
  });
});
