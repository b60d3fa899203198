/**
 * The pure fold by itself: how many events of realistic histories `detector.step` takes a second on one core, and how
 * large the state of one active trainee is. Measured is the detector bundled as it is frozen, which is what judges in
 * production. No store, no socket, no clock but the processor's own.
 */
import { type Build, standardPolicy } from '../detector/index.ts';
import { bundled } from '../programs/freeze.ts';
import type { AnyEvent } from '../test/support/world/detectorPort.ts';
import { takeCourse } from './detection/course.ts';

export interface StepResult {
  readonly people: number;
  readonly events: number;
  /** The round in the middle, by events a second of processor time. */
  readonly eventsPerSecond: number;
  /** Bytes of JSON: in the middle of all moments with ten lessons opened; all but one in a thousand of all moments. */
  readonly stateMedian: number;
  readonly stateMost: number;
}

/** Honest people through a course of twelve lessons each, with all that happens to them. */
const PEOPLE = 24;
const ROUNDS = 5;
const LESSONS = 10;
/** Looks of the simulated page; its beats are what matters here. */
const LOOK_MS = 250;

export async function measureStep(): Promise<StepResult> {
  const text = Buffer.from(await bundled()).toString('base64');
  const { build: currentBuild } = (await import(`data:text/javascript;base64,${text}`)) as { readonly build: Build };
  const policy = currentBuild.readPolicy(JSON.stringify(standardPolicy));
  const histories = Array.from({ length: PEOPLE }, (_, n) => {
    const history: AnyEvent[] = [];
    takeCourse({ seed: n + 1, population: 'everyone', lookMs: LOOK_MS, history });
    return history;
  });
  const events = histories.reduce((sum, history) => sum + history.length, 0);

  function foldAll(each?: (state: object, lessons: number) => void): void {
    for (const history of histories) {
      let state = currentBuild.empty;
      const lessons = new Set<string>();
      for (const event of history) {
        state = currentBuild.step(policy, state, event).state;
        if (each === undefined) continue;
        if (event.kind === 'opened') lessons.add((event as AnyEvent & { readonly lesson: string }).lesson);
        each(state, lessons.size);
      }
    }
  }

  const atTen: number[] = [];
  const all: number[] = [];
  foldAll((state, lessons) => {
    const bytes = Buffer.byteLength(JSON.stringify(state));
    all.push(bytes);
    if (lessons === LESSONS) atTen.push(bytes);
  });
  const speeds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    foldAll();
    const { user, system } = process.cpuUsage(before);
    return (events * 1e6) / (user + system);
  });
  return {
    ...{ people: PEOPLE, events },
    eventsPerSecond: Math.round(quantile(speeds, 0.5)),
    stateMedian: quantile(atTen, 0.5),
    stateMost: quantile(all, 0.999),
  };
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? 0;
}
