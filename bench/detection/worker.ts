/** One process of the bench: a job comes in, its result goes out. Jobs name what is in the tables: functions do not travel. */
import { attack } from './attacks/attack.ts';
import type { Attacked } from './attacks/drive.ts';
import { knowledges } from './attacks/knowledge.ts';
import { manners, type Swarmed, swarm } from './attacks/swarm.ts';
import { techniques } from './attacks/techniques.ts';
import { takeCourse } from './course.ts';
import { habits } from './habits.ts';
import { lessonName } from './person.ts';
import { count, emptyTally, type Tally } from './tally.ts';
import type { PopulationName } from './traits.ts';

interface Of {
  readonly seed: number;
  readonly version: number | undefined;
}
export type AttackJob = Of & {
  readonly kind: 'attack';
  readonly technique: string;
  readonly knowledge: string;
  readonly bank: number;
  readonly hours: number;
};
export type SwarmJob = Of & {
  readonly kind: 'swarm';
  readonly manners: string;
  readonly bank: number;
  readonly hours: number;
};
export type HonestJob = Of & {
  readonly kind: 'honest';
  readonly population: PopulationName;
  readonly lookMs: number;
};
export type Job = AttackJob | SwarmJob | HonestJob;
export type ResultOf<J extends Job> = J extends AttackJob ? Attacked : J extends SwarmJob ? Swarmed : Tally;

function named<T extends { readonly name: string }>(all: readonly T[], name: string): T {
  const found = all.find((one) => one.name === name);
  if (found === undefined) throw new Error(`nothing here is called ${name}`);
  return found;
}

function perform(job: Job): ResultOf<Job> {
  switch (job.kind) {
    case 'attack':
      return attack({
        ...job,
        technique: named(techniques, job.technique),
        knowledge: named(knowledges, job.knowledge),
      });
    case 'swarm':
      return swarm({ ...job, manners: named(manners, job.manners) });
    case 'honest': {
      const tally = emptyTally();
      const lessons = Array.from({ length: habits.lessons }, (_, index) => lessonName(index));
      count(tally, takeCourse(job), lessons, job.seed);
      return tally;
    }
    default:
      return job satisfies never;
  }
}

// A terminal's Ctrl-C reaches the whole group; whoever started us says when it is over.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
process.on('message', (job: Job) => process.send?.(perform(job)));
