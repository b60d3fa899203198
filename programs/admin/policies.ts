/**
 * Policies proposed and published from the command line. Guarantees: whoever acts shows who they
 * are; the rules are those of the routes.
 */
import { instantField, isoOf } from '../../server/auth/fields.ts';
import { createPolicies } from '../../server/classes/policies.ts';
import { type Publication, statusOf } from '../../server/classes/publications/publication.ts';
import { publicationStore } from '../../server/classes/publications/store.ts';
import type { ShadowCount } from '../../server/judge/shadow/count.ts';
import { readShadowCounts } from '../../server/judge/shadow/store.ts';
import { readCandidate } from '../replay/candidate.ts';
import { UsageError } from '../tool.ts';
import { acting, inWords, personOf } from './acting.ts';
import type { Command } from './command.ts';

/** GB/T 2260: 22 is a province, 2205 a city, 220581 a county. */
const REGION = /^[1-9]\d(\d{2}){0,2}$/;
/** As many as a terminal is scrolled for. */
const LISTED = 200;

export const policyCommands: Readonly<Record<string, Command>> = {
  'policy propose': {
    options: ['file', 'region', 'platform', 'occupation', 'from', 'shadow', 'by', 'password-file'],
    usage: `policy propose --file <policy.json> --region all|<22|2205|220581> --from <ISO 8601> [--platform <id>]
      [--occupation <code>] [--shadow yes] ${acting}
      提议策略，另一人发布后才生效 · proposes a policy; without effect until another person publishes it`,
    prepare: (given) => {
      const person = personOf(given);
      const proposal = {
        region: regionOf(given.need('region')),
        platformId: given.has('platform') ?? null,
        occupationCode: given.has('occupation') ?? null,
        effectiveAt: momentOf(given.need('from')),
        shadow: shadowOf(given.has('shadow')),
      };
      const { policy } = readCandidate(given.need('file'));
      return async ({ db }) => {
        const made = await inWords(async () => publicationStore(db).propose(await person(db), policy, proposal));
        return [
          '已提议，待另一人发布 · proposed; another person is to publish it',
          lineOf(made),
          `id：${made.id}`,
          `下一步 · next：npm run admin -- policy publish --id ${made.id} ${acting}`,
        ];
      };
    },
  },
  'policy publish': {
    options: ['id', 'by', 'password-file'],
    usage: `policy publish --id <id> ${acting}
      发布他人的提议，新会话一分钟内采用 · publishes another person’s proposal; new sessions take it within a minute`,
    prepare: (given) => {
      const [id, person] = [given.need('id'), personOf(given)];
      return async ({ db }) => {
        const found = await inWords(async () => publicationStore(db).publish(await person(db), id));
        return ['已发布 · published', lineOf(found)];
      };
    },
  },
  'policy revoke': {
    options: ['id', 'by', 'password-file'],
    usage: `policy revoke --id <id> ${acting}
      撤销发布，新会话一分钟内不再使用 · revokes a publication; no new session opens under it after a minute`,
    prepare: (given) => {
      const [id, person] = [given.need('id'), personOf(given)];
      return async ({ db }) => {
        const found = await inWords(async () => publicationStore(db).revoke(await person(db), id));
        return ['已撤销 · revoked', lineOf(found)];
      };
    },
  },
  'policy list': {
    options: [],
    usage: `policy list
      列出提议与发布，新的在前 · lists proposals and publications, newest first`,
    prepare:
      () =>
      async ({ db }) => {
        const found = await publicationStore(db).list('', LISTED);
        return found.length === 0 ? ['无 · none'] : found.map(lineOf);
      },
  },
  'policy show': {
    options: ['id'],
    usage: `policy show --id <id>
      显示一次发布、其策略全文及影子判定的差异 · shows a publication, its policy and, of a shadow, what differs`,
    prepare: (given) => {
      const id = given.need('id');
      return async ({ db }) => {
        const found = await inWords(() => publicationStore(db).find('', id));
        const body = await createPolicies(db).body(found.policyHash);
        const counts = found.shadow ? await readShadowCounts(db, id, '') : [];
        const told = counts.length === 0 ? ['  尚无差异 · no difference so far'] : counts.map(countLine);
        return [
          lineOf(found),
          ...(found.shadow ? ['影子判定的差异 · where the shadow differs: live → shadow', ...told] : []),
          JSON.stringify(JSON.parse(body), null, 2),
        ];
      };
    },
  },
};

function regionOf(text: string): string {
  if (text === 'all') return '';
  if (!REGION.test(text)) throw new UsageError('--region: all, or GB/T 2260, e.g. 22, 2205, 220581');
  return text;
}

function momentOf(text: string): number {
  const read = instantField.safeParse(text);
  if (!read.success) throw new UsageError('--from：须为带时区的 ISO 8601 · ISO 8601 with a zone');
  return read.data;
}

function shadowOf(text: string | undefined): boolean {
  if (text === undefined || text === 'no') return false;
  if (text === 'yes') return true;
  throw new UsageError('--shadow: yes, no');
}

/** @example '  2026-03-01 class-1 alert backgroundPlayback.hidden: 3 → 0' */
function countLine({ day, classId, what, rule, live, shadow }: ShadowCount): string {
  const shown = (n: number): string => (what === 'alert' ? String(n) : `${(n / 3_600_000).toFixed(4)} h`);
  return `  ${day} ${classId} ${what} ${rule}: ${shown(live)} → ${shown(shadow)}`;
}

/** @example 'f3… published policy 9ab… region 22, effective 2026-03-01T00:00:00.000Z; proposed by a, published by b' */
function lineOf(one: Publication): string {
  const where = [
    `region ${one.region === '' ? 'all' : one.region}`,
    ...(one.platformId === null ? [] : [`platform ${one.platformId}`]),
    ...(one.occupationCode === null ? [] : [`occupation ${one.occupationCode}`]),
  ].join(', ');
  const deeds = [
    `proposed by ${one.proposed.by} ${isoOf(one.proposed.at)}`,
    ...(one.published === null ? [] : [`published by ${one.published.by} ${isoOf(one.published.at)}`]),
    ...(one.revoked === null ? [] : [`revoked by ${one.revoked.by} ${isoOf(one.revoked.at)}`]),
  ].join('; ');
  const status = one.shadow ? `${statusOf(one)} (shadow)` : statusOf(one);
  return `${one.id} ${status} policy ${one.policyHash} ${where}, effective ${isoOf(one.effectiveAt)}; ${deeds}`;
}
