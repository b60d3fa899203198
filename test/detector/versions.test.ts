/**
 * Detector versions go forward only: what one said it says for ever, a person moves to the next by
 * an `upgraded` event, and what the older one held is released by the next right answer.
 */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as one from '../../detector/frozen/1.mjs';
import {
  type AnyEvent,
  buildOf,
  builds,
  currentBuild,
  demoPolicy,
  type Event,
  type Folded,
  fold,
  genesis,
  type NoticeKind,
  newest,
  type Opaque,
  type Reason,
  rules,
  type Span,
  type State,
  shipped,
  standardPolicy,
  type Verdict,
} from '../../detector/index.ts';
import { freeze } from '../support/fold.ts';
import { start } from '../support/page.ts';
import { type Build, firstDifference, type History, histories } from '../support/recorded.ts';

const second = 1_000;
const minute = 60 * second;

/** Who speaks for a version: its build, and while it is newest the source as well. Version 1's words are its own. */
const speakers: readonly (readonly [string, Build<Opaque, Opaque>])[] = [
  ['1', { empty: one.emptyState, readPolicy: (body) => buildOf(1).readPolicy(body), step: one.step }],
  ...builds.filter(({ version }) => version > 1).map((build) => [`${build.version}`, build] as const),
  [`${currentBuild.version}`, currentBuild],
];

const recordedOf = (version: string): readonly History[] => {
  const there = existsSync(new URL(`../fixtures/recorded/v${version}/histories.jsonl.gz`, import.meta.url));
  if (there) return [...histories(version)];
  if (process.env['CI'] === 'true') throw new Error(`no recorded histories of version ${version}`);
  console.warn(`\n*** no recorded histories of version ${version}: what it said is not held ***\n`);
  return [];
};

describe.each(speakers)('version %s says what it said', (version, build) => {
  it('in every recorded history', () => {
    const differences = recordedOf(version).flatMap((history) => {
      const found = firstDifference(build, history);
      return found === null ? [] : [{ history: history.name, ...found }];
    });
    expect(differences).toEqual([]);
  });
});

describe('the recorded histories of the newest version', () => {
  const recorded = recordedOf(`${newest}`);
  const events = recorded.flatMap((history) => history.events as unknown as Event[]);
  const verdicts = recorded.flatMap(({ expected }) => expected.verdicts.flat() as unknown as Verdict[]);
  const spans = verdicts.flatMap((verdict) => ('span' in verdict ? [verdict.span] : []));

  // Typed by the unions themselves: a new reason, notice or event does not compile until it stands here.
  const reasons: Record<Reason, true> = {
    'presence.awaiting': true,
    'presence.proven': true,
    'presence.lapsed': true,
    'presence.none': true,
    'presence.missed': true,
    'presence.failed': true,
    'disconnected.awaiting': true,
    'disconnected.overCap': true,
    'coverage.seen': true,
    'coverage.slow': true,
    'coverage.beyondLesson': true,
    'coverage.fragmented': true,
    'clock.exceeded': true,
    'session.exam': true,
    'session.dayCap': true,
    'session.studyCap': true,
    'concurrentLogin.leaseLost': true,
    'multiPagePlayback.leaseLost': true,
    'backgroundPlayback.hidden': true,
    'backgroundPlayback.spoofedVisibility': true,
    'backgroundPlayback.unfocused': true,
    'backgroundPlayback.outOfView': true,
    'courseBrushing.playbackRate': true,
    'courseBrushing.fasterThanClock': true,
    'courseBrushing.forgedBeats': true,
    'courseBrushing.mediaReplaced': true,
    'courseBrushing.mediaMissing': true,
    'courseBrushing.undelivered': true,
    'idleAttendance.syntheticInput': true,
  };
  /** False: a word of version 1 that this one never says. */
  const notices: Record<NoticeKind, boolean> = {
    held: false,
    released: true,
    denied: true,
    takenOver: true,
    promptMissed: true,
    promptWithdrawn: true,
    closed: true,
  };
  const kinds: Record<Event['kind'], true> = {
    opened: true,
    beat: true,
    delivered: true,
    proofIssued: true,
    proofGiven: true,
    refused: true,
    tick: true,
    closed: true,
  };
  const fates: Record<Span['fate'], true> = { credited: true, held: true, denied: true };
  const missing = (wanted: readonly string[], found: readonly string[]) => {
    const set = new Set(found);
    return wanted.filter((name) => !set.has(name));
  };
  const said = (of: Record<string, boolean>) => Object.keys(of).filter((name) => of[name]);

  it('hold every rule, reason, fate, notice, verdict and kind of event', () => {
    const alerts = verdicts.flatMap((v) => (v.verdict === 'alert' ? [v.rule] : []));
    const accusing = rules.filter(({ code }) => code !== null).map(({ name }) => name);
    expect(missing(accusing, alerts)).toEqual([]);
    // The others only hint or deny: what each of them speaks of is there.
    const offended = recorded.map(({ name }) => name);
    expect(
      missing(
        rules.map(({ name }) => `offence ${name}`),
        offended,
      ),
    ).toEqual([]);
    expect(
      missing(
        said(reasons),
        spans.map(({ reason }) => reason),
      ),
    ).toEqual([]);
    expect(
      missing(
        said(fates),
        spans.map(({ fate }) => fate),
      ),
    ).toEqual([]);
    expect(
      missing(
        said(notices),
        verdicts.flatMap((v) => (v.verdict === 'notice' ? [v.kind] : [])),
      ),
    ).toEqual([]);
    expect(
      missing(
        ['hold', 'deny', 'release', 'alert', 'proofAsked', 'notice'],
        verdicts.map((v) => v.verdict),
      ),
    ).toEqual([]);
    expect(
      missing(
        said(kinds),
        events.map(({ kind }) => kind),
      ),
    ).toEqual([]);
    expect(
      missing(
        ['question', 'face', 'supervisor'],
        events.flatMap((e) => (e.kind === 'proofGiven' ? [e.proof] : [])),
      ),
    ).toEqual([]);
  });

  it('are judged under the policies as they are shipped, byte for byte, and under one that version 1 stored', () => {
    const bodies = new Set(recorded.flatMap((history) => history.policyBodies));
    for (const policy of [standardPolicy, demoPolicy, shipped.demo[0]?.policy]) {
      expect(bodies.has(JSON.stringify(policy))).toBe(true);
    }
  });

  it('would show one verdict more or less', () => {
    const [history] = recorded;
    if (history === undefined) return;
    const lenient: Build<Opaque, Opaque> = {
      ...currentBuild,
      step: (policy, state, event) => {
        const next = currentBuild.step(policy, state, event);
        return (event as Event).kind === 'beat' ? { ...next, verdicts: next.verdicts.slice(1) } : next;
      },
    };
    expect(firstDifference(lenient, history)).not.toBeNull();
  });
});

/** A person at version 1: events as that version knew them. */
function atOne(seconds: number, more: readonly AnyEvent[] = []): AnyEvent[] {
  const session = 's1';
  const opened = {
    kind: 'opened',
    at: start,
    session,
    lesson: 'l1',
    lessonMs: 3_600_000,
    device: 'd',
    policy: 'old',
    seed: 7,
  };
  const events: AnyEvent[] = [opened];
  for (let at = 0; at < seconds * second; at += 10_000) events.push(beat(session, at, at / 10_000 + 1));
  return [...events, ...more];
}

function beat(
  session: string,
  from: number,
  seq: number,
  runs = [[from + 3, from + 10_003, from, from + 10_000]],
): AnyEvent {
  const to = from + 10_000;
  const claim = {
    ...{ seq, cause: 'interval', nonce: 'nonce', span: [from, to], runs },
    ...{ player: ['playing', to, 100], page: [10_000, 10_000, 0], frames: [600, 250], clocks: [10_000, 100, 100] },
    ...{ input: [1, 0, 0, 0], seeks: [], stalled: 0, signs: 0 },
  };
  return { kind: 'beat', at: start + to, session, queued: false, beat: claim } as AnyEvent;
}

const upgraded = (at: number, from = 1, to = 2) => ({ kind: 'upgraded', at, session: null, from, to }) as AnyEvent;
const asked = (at: number, id = 'p1') =>
  ({ kind: 'proofIssued', at, session: 's1', proof: 'question', id, deadlineAt: at + minute, draw: 1 }) as AnyEvent;
const given = (at: number, id = 'p1') =>
  ({ kind: 'proofGiven', at, session: 's1', proof: 'question', id, outcome: 'passed', draw: 2 }) as AnyEvent;

/** Policies by hash, as a judge reads stored bytes: `old` is one of version 1's. */
const read = new Map<string, Opaque>();
const policyFor = (hash: string, version: number): Opaque => {
  const key = `${hash} ${version}`;
  const shippedBy = (needs: number) => shipped.standard.find((one) => one.needs === needs)?.policy;
  const body = JSON.stringify(shippedBy(hash === 'old' ? 1 : version));
  const policy = read.get(key) ?? buildOf(version).readPolicy(body);
  read.set(key, policy);
  return policy;
};

function foldAll(events: readonly AnyEvent[], from: Folded = genesis) {
  let folded = freeze(from);
  const verdicts: (readonly Verdict[])[] = [];
  for (const event of events) {
    const next = fold(folded, event, policyFor);
    folded = freeze(next.folded);
    verdicts.push(next.verdicts);
  }
  return { folded, verdicts };
}

const spansOf = (verdicts: readonly (readonly Verdict[])[]) =>
  new Map(verdicts.flat().flatMap((v) => ('span' in v ? [[v.span.id, v.span] as const] : [])));

describe('a person moves to the next version', () => {
  const played = 240;
  const end = start + played * second;
  const history = [
    ...atOne(played),
    upgraded(end),
    beat('s1', played * second, played / 10 + 1),
    asked(end + 15_000),
    given(end + 20_000),
    beat('s1', played * second + 10_000, played / 10 + 2),
  ];

  it('the old version folds before, the new one after', () => {
    const { folded: old } = foldAll(atOne(played));
    expect(old.version).toBe(1);
    expect(JSON.stringify(old.state)).toContain('"prompting"');
    const { folded } = foldAll(history);
    expect(folded.version).toBe(2);
    expect(buildOf(2).inspect(folded.state).ordinal).toBe(history.length);
  });

  it('through a JSON snapshot at any point, the bytes are the same', () => {
    const whole = foldAll(history);
    for (let cut = 0; cut <= history.length; cut += 1) {
      const first = foldAll(history.slice(0, cut));
      const rest = foldAll(history.slice(cut), JSON.parse(JSON.stringify(first.folded)) as Folded);
      expect(JSON.stringify([...first.verdicts, ...rest.verdicts])).toBe(JSON.stringify(whole.verdicts));
      expect(JSON.stringify(rest.folded)).toBe(JSON.stringify(whole.folded));
    }
  });

  it.each([
    ['from a version the person is not at', 2, 3],
    ['back', 1, 0],
    ['to itself', 1, 1],
  ])('never %s', (_name, from, to) => {
    expect(() => foldAll([...atOne(20), upgraded(end, from, to)])).toThrow(/cannot be upgraded/);
  });

  it('over several versions in one event, as through each of them', () => {
    const events = atOne(20);
    const atOnce = foldAll([...events, upgraded(end, 1, newest)]);
    const steps = Array.from({ length: newest - 1 }, (_, i) => upgraded(end, i + 1, i + 2));
    const slowly = foldAll([...events, ...steps]);
    const ordinal = events.length + 1;
    expect(atOnce.folded).toEqual({ version: newest, state: { ...slowly.folded.state, ordinal } });
    expect(atOnce.verdicts.flat()).toEqual(slowly.verdicts.flat());
  });

  it('nor twice, nor to a version that nobody knows', () => {
    expect(() => foldAll([...atOne(20), upgraded(end), upgraded(end)])).toThrow(/cannot be upgraded/);
    expect(() => foldAll([upgraded(end, 1, newest + 1)])).toThrow(/not known/);
    expect(() => buildOf(newest + 1)).toThrow(/not known/);
  });

  it('totals, held spans and ids stay; nothing final is told again; denied spans become final', () => {
    const again = beat('s1', 240_000, 25, [[100, 9_000, 240_000, 250_000]]);
    const events = [...atOne(played), again];
    const old = foldAll(events);
    const oldSpans = spansOf(old.verdicts);
    const { folded, verdicts } = fold(old.folded, upgraded(end + 10_000), policyFor);
    expect(buildOf(2).totals(folded.state, 'l1')).toEqual(buildOf(1).totals(old.folded.state, 'l1'));
    const held = (folded.state as State).held.map(({ span }) => [span.id, span.ms, span.from, span.to]);
    const heldBefore = [...oldSpans.values()].filter(({ fate }) => fate === 'held');
    expect(held).toEqual(heldBefore.map((span) => [span.id, span.ms, span.from, span.to]));
    const denied = [...oldSpans.values()].filter(({ fate }) => fate === 'denied');
    expect(denied.length).toBeGreaterThan(0);
    for (const span of denied) expect(verdicts).toContainEqual({ verdict: 'deny', span: { ...span, open: false } });
    expect(verdicts).toHaveLength(denied.length);
    const after = foldAll([beat('s1', 250_000, 26)], folded);
    for (const id of spansOf(after.verdicts).keys()) expect(oldSpans.get(id)?.fate ?? 'new').not.toBe('denied');
    expect((folded.state as State).nextSpan).toBe(Math.max(...oldSpans.keys()) + 1);
  });

  it.each([
    ['at once', 0],
    ['an hour later', 60 * minute],
    ['six days later', 6 * 24 * 60 * minute],
  ])('upgraded %s, the next right answer releases what version 1 held', (_name, later) => {
    const at = end + later;
    const reopened = {
      kind: 'opened',
      at,
      session: 's2',
      of: 'lesson',
      lesson: 'l1',
      lessonMs: 3_600_000,
      device: 'd',
      policy: 'new',
      draw: 5,
    };
    const released = foldAll([...atOne(played), upgraded(at), reopened, asked(at + 1_000), given(at + 6_000)]);
    const held = buildOf(1).totals(foldAll(atOne(played)).folded.state, 'l1').heldMs;
    expect(held).toBeGreaterThan(230_000);
    expect(buildOf(2).totals(released.folded.state, 'l1')).toMatchObject({ creditedMs: held, heldMs: 0 });
  });

  it('a question of version 1 that waits is answered under version 2', () => {
    const waiting = { kind: 'prompted', at: end, session: 's1', prompt: 'p1', deadline: end + minute } as AnyEvent;
    const { folded } = foldAll([...atOne(played, [waiting]), upgraded(end + 5_000), given(end + 10_000)]);
    expect(buildOf(2).totals(folded.state, 'l1').creditedMs).toBeGreaterThan(230_000);
  });

  it('a person of whom nothing is known moves as well', () => {
    const { folded } = foldAll([upgraded(end)]);
    expect(folded.version).toBe(2);
    expect(buildOf(2).wakeAt(folded.state, null)).toBeNull();
  });
});

describe('policies', () => {
  it('of schema 1 are read for ever, and version 1 refuses what is newer', () => {
    for (const { policy } of [...shipped.standard, ...shipped.demo]) {
      expect(currentBuild.readPolicy(JSON.stringify(policy))).toMatchObject({ schema: 4 });
    }
    expect(() => buildOf(1).readPolicy(JSON.stringify(standardPolicy))).toThrow(/newer/);
    expect(() => currentBuild.readPolicy('{"schema":5}')).toThrow(/newer/);
  });
});
