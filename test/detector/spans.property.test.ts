/**
 * What the shell may rely on when it stores spans and alerts: a span that was told to be final is
 * never told of again, ids only rise, an alert of one rule about one session comes once in a while,
 * and a state stays small.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RuleName, standardPolicy } from '../../detector/index.ts';
import { between } from '../../detector/random.ts';
import { type Desk, desk } from '../support/desk.ts';
import { type Deed, deeds, live } from '../support/lives.ts';
import { everyRule, offences } from '../support/offences.ts';
import { hiddenTab, minute, outcomeOf } from '../support/outcome.ts';

const runs = { numRuns: Number(process.env['LAW_RUNS'] ?? 60) };

const deed = fc.record({
  what: fc.constantFrom(...(Object.keys(deeds) as Deed[])),
  n: fc.integer({ min: 1, max: 30 }),
  moves: fc.option(fc.constantFrom('reload', 'other page', 'other device', 'week' as const), { freq: 4 }),
});

const lives = fc.array(deed, { minLength: 3, maxLength: 25 }).map((commands) => {
  const one = desk({ policy: everyRule });
  live(one, (options) => one.open(options), commands);
  return one;
});

describe('spans', () => {
  it('one told with open = false is never told of again; ids rise one by one; a fate never goes back', () => {
    fc.assert(
      fc.property(lives, ({ verdicts }) => {
        const open = new Map<number, string>();
        const final = new Set<number>();
        for (const verdict of verdicts.flat()) {
          if (!('span' in verdict)) continue;
          const { id, fate, open: grows, ms } = verdict.span;
          expect(final.has(id), `span ${id} told of after it was final`).toBe(false);
          if (!open.has(id)) expect(id).toBe(open.size + 1);
          if (open.get(id) === 'denied') expect(fate).toBe('denied');
          expect(ms).toBeGreaterThan(0);
          expect(grows || fate !== 'held').toBe(true);
          open.set(id, fate);
          if (!grows) final.add(id);
        }
      }),
      runs,
    );
  });

  it('a verdict says what it does: hold holds, release credits, deny denies', () => {
    fc.assert(
      fc.property(lives, ({ verdicts }) => {
        const fates = { hold: 'held', release: 'credited', credit: 'credited', deny: 'denied' } as const;
        for (const verdict of verdicts.flat()) {
          if ('span' in verdict) expect(verdict.span.fate).toBe(fates[verdict.verdict]);
        }
      }),
      runs,
    );
  });

  it('an ended session leaves no span of its own open but what is held', () => {
    fc.assert(
      fc.property(lives, (one) => {
        const last = new Map(one.verdicts.flat().flatMap((v) => ('span' in v ? [[v.span.id, v.span] as const] : [])));
        for (const span of last.values()) {
          if (!span.open || one.state().sessions[span.session] !== undefined) continue;
          expect(span.fate).toBe('held');
        }
      }),
      runs,
    );
  });
});

describe('alerts', () => {
  const alerts = (one: Desk) =>
    one.verdicts.flatMap((said, i) =>
      said.flatMap((v) => (v.verdict === 'alert' ? [{ ...v, at: one.folded[i]!.at }] : [])),
    );

  it('of one rule about one session are at least a minute apart', () => {
    fc.assert(
      fc.property(lives, (one) => {
        const last = new Map<string, number>();
        for (const { rule, session, at } of alerts(one)) {
          const key = `${rule} ${session}`;
          expect(at - (last.get(key) ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(everyRule.alerts.repeatMs);
          last.set(key, at);
        }
      }),
      runs,
    );
  });

  it('an hour of one offence is at most sixty alerts of it, however many beats it takes', () => {
    for (const every of [500, 10_000]) {
      const one = desk({ policy: everyRule });
      one.open().play(10 * minute, { every, patch: { ...hiddenTab(every, 'visible') } });
      one.settle();
      expect(alerts(one).filter(({ rule }) => rule === 'spoofedVisibility').length).toBeLessThanOrEqual(11);
    }
  });

  it('an alert names its sessions, its own first', () => {
    for (const name of Object.keys(offences) as RuleName[]) {
      const one = desk({ policy: everyRule });
      offences[name](one, (options) => one.open(options));
      one.settle();
      for (const { session, sessions } of alerts(one)) expect(sessions[0]).toBe(session);
    }
  });
});

describe('the state', () => {
  const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

  it('after ten lessons watched is at most 3 KB in the median', () => {
    const away: number[] = [];
    const playing: number[] = [];
    for (let person = 0; person < 40; person += 1) {
      let turn = 0;
      const chance = (low: number, high: number) => between(person * 7919, turn++, low, high);
      const one = desk({ policy: standardPolicy });
      for (let nth = 0; nth < 10; nth += 1) {
        // Ids as long as the server's own, lessons as platforms name them.
        const [session, device, policy] = [22, 22, 64].map((length) => `${nth}`.padEnd(length, 'x')) as [
          string,
          string,
          string,
        ];
        const lesson = `lesson-2026-${1_000 + nth}`;
        const page = one.open({ session, lesson, lessonMs: 15 * minute, device, policy });
        one.attend(page, chance(4, 10) * minute, { every: () => chance(8_000, 15_000) });
        page.pause();
        one.pass(chance(1, 12) * minute);
        if (chance(0, 3) === 0) page.seek(chance(0, 600_000));
        one.attend(page, chance(2, 5) * minute, { every: () => chance(8_000, 15_000) });
        one.settle();
        if (nth === 9) playing.push(bytes(one.state()));
        page.close();
      }
      one.settle();
      away.push(bytes(one.state()));
    }
    const medianOf = (sizes: number[]) => sizes.sort((a, b) => a - b)[Math.floor(sizes.length / 2)] ?? 0;
    const median = medianOf(away);
    console.log(`state after ten lessons: median ${median} B; in the middle of the tenth: ${medianOf(playing)} B`);
    expect(playing.at(-1)).toBeLessThanOrEqual(16 * 1024);
    expect(median).toBeLessThanOrEqual(3 * 1024);
  });

  it('holds a bounded number of pieces, however small those are that a page tells', () => {
    const one = desk({ policy: standardPolicy });
    const page = one.open();
    for (let from = 0; from < 10 * minute; from += 2_000) {
      one.clock.now += 2_000;
      const runs = Array.from({ length: 7 }, (_, i) => {
        const [media, offset] = [(from / 2_000) * 7 + i, from + i * 260];
        return [media, media + 1, offset, offset + 1] as const;
      });
      page.beat({ runs, rates: runs.map(() => 100) });
    }
    one.settle();
    expect(one.state().held.length).toBeLessThanOrEqual(200);
    expect(outcomeOf(one).reasons['coverage.fragmented']).toBeGreaterThan(0);
  });

  it('is at most 16 KB while one cheats in every way with eight pages open', () => {
    const one = desk({ policy: everyRule });
    for (const [i, name] of (Object.keys(offences) as RuleName[]).entries()) {
      offences[name](one, (options) => one.open({ ...options, session: `${name}-${i}-${options?.session ?? ''}` }));
    }
    one.settle();
    console.log(`state of every offence: ${bytes(one.state())} B`);
    expect(bytes(one.state())).toBeLessThanOrEqual(16 * 1024);
  });
});
