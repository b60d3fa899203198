/** Trips of the breaker on the command line. */
import { isoOf } from '../../server/auth/fields.ts';
import { endTrip, listTrips, type Trip } from '../../server/breaker/store.ts';
import { acting, inWords, personOf } from './acting.ts';
import type { Command } from './command.ts';

export const tripCommands: Readonly<Record<string, Command>> = {
  'policy trips': {
    options: [],
    usage: `policy trips
      列出熔断：哪些平台的哪些规则被暂停 · lists trips of the breaker: rules switched off on a platform`,
    prepare:
      () =>
      async ({ db }) => {
        const found = await listTrips(db);
        return found.length === 0 ? ['无 · none'] : found.map(lineOf);
      },
  },
  'policy end-trip': {
    options: ['id', 'by', 'password-file'],
    usage: `policy end-trip --id <id> ${acting}
      提前结束熔断，恢复该规则 · ends a trip before its time: the rule is back for new sessions`,
    prepare: (given) => {
      const [id, person] = [given.need('id'), personOf(given)];
      return async ({ db }) => {
        await inWords(async () => endTrip(db, await person(db), id, Date.now()));
        return [`已结束 · ended：${id}`];
      };
    },
  },
};

function lineOf({ id, platformId, rule, trippedAt, endsAt, facts, endedBy, endedAt }: Trip): string {
  const { people, creditedHours, rate, baseline } = facts;
  const end = endedAt === null ? `ends ${isoOf(endsAt)}` : `ended by ${endedBy} ${isoOf(endedAt)}`;
  const seen = `${people} people in ${creditedHours.toFixed(1)} credited hours, ${rate.toFixed(3)} an hour, baseline ${baseline.toFixed(3)}`;
  return `${id} platform ${platformId} rule ${rule} since ${isoOf(trippedAt)}, ${end}; ${seen}`;
}
