/** A database, a configuration that names it, and the admin command on both. */
import { admin } from '../../programs/admin/cli.ts';
import { checkDigit } from '../../server/classes/identity.ts';
import type { Config } from '../../server/config.ts';
import { testConfig, testDir } from '../support/config.ts';
import { type TestDb, testDb } from '../support/db.ts';

export interface World {
  readonly t: TestDb;
  readonly dir: string;
  readonly config: Config;
  /** Runs a command line and returns what it says. */
  run(...args: string[]): Promise<string>;
  close(): Promise<void>;
}

export async function world(): Promise<World> {
  const t = await testDb();
  const { dir, remove } = await testDir();
  const config = testConfig(dir, { DATABASE_URL: t.url });
  return {
    ...{ t, dir, config },
    run: async (...args) => (await admin(args, () => config)).join('\n'),
    close: async () => {
      await t.drop();
      await remove();
    },
  };
}

/** The secret on the line that starts so. */
export const shown = (said: string, label: string): string => said.split(`${label}：`)[1]!.split('\n')[0]!;

/** A well-formed citizen ID of nobody. */
export function citizenId(n: number): string {
  const digits = `22058119900101${900 + n}`;
  return `${digits}${checkDigit(digits)}`;
}

const choices = ['a', 'b', 'c', 'd'].map((id) => ({ id, zh: `选项${id}`, en: `choice ${id}` }));

/** A class of one lesson, two questions and two trainees. */
export function classOf(platformId: string, tag = 'x') {
  return {
    policy: 'standard',
    class: {
      id: `class-${tag}`,
      platformId,
      region: '220581',
      name: '低压电工班',
      institutionName: '梅河口职校',
      occupationCode: '6-31-01-03',
    },
    lessons: [
      {
        id: `lesson-${tag}`,
        title: '安全用电',
        durationMs: 600_000,
        mediaUrl: '/media/lesson-1.mp4',
        questions: [1, 2].map((n) => ({
          id: `q${n}-${tag}`,
          zh: `第${n}题？`,
          en: `Question ${n}?`,
          choices,
          answer: 'b',
        })),
      },
    ],
    trainees: [1, 2].map((n) => ({ id: `trainee-${tag}-${n}`, name: `学员${n}`, citizenId: citizenId(n) })),
  };
}
export type ClassInput = ReturnType<typeof classOf>;
