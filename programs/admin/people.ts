/**
 * Accounts. Guarantees: a password is made here, shown once and kept as a hash; every account has
 * exactly the bound its role needs, and what the bound names exists.
 */
import { randomUUID } from 'node:crypto';
import { hashPassword } from '../../server/auth/password.ts';
import { findPerson, findPlatform, type PersonRow, putPerson } from '../../server/auth/store.ts';
import { findTrainee } from '../../server/classes/store.ts';
import { type Db, transaction } from '../../server/db/pool.ts';
import { refuse } from '../../server/refused.ts';
import { randomSecret } from '../../server/secrets.ts';
import { UsageError } from '../tool.ts';
import { unknownPlatform } from './platforms.ts';

/** The bounds a command line names; which one an account needs is its role's matter. */
export interface NamedBounds {
  readonly role: PersonRow['role'];
  readonly region?: string | undefined;
  readonly platform?: string | undefined;
  readonly trainee?: string | undefined;
}

export type Bound = Pick<PersonRow, 'role' | 'region' | 'platformId' | 'traineeId'>;

/** 22 is a province, 2205 a city, 220581 a county. */
const REGION = /^[1-9]\d(\d{2}){0,2}$/;
/** 96 bits. */
const PASSWORD_CHARACTERS = 16;

/** @returns the password, which is stored nowhere. */
export async function addPerson(db: Db, username: string, bound: Bound): Promise<string> {
  const password = newPassword();
  const passwordHash = await hashPassword(password);
  await transaction(db, async (client) => {
    if ((await findPerson(client, username)) !== null) {
      refuse(`用户名 ${username} 已存在`, 'the username exists');
    }
    const { platformId, traineeId } = bound;
    if (platformId !== null && (await findPlatform(client, platformId)) === null) unknownPlatform(platformId);
    if (traineeId !== null && (await findTrainee(client, traineeId)) === null) {
      refuse('学员不存在；请先 import', 'no such trainee; import the class first');
    }
    await putPerson(client, { id: randomUUID(), username, passwordHash, ...bound });
  });
  return password;
}

/** @returns the new password; the old one stops at once. */
export async function resetPassword(db: Db, username: string): Promise<string> {
  const found = (await findPerson(db, username)) ?? refuse(`用户名 ${username} 不存在`, 'no such username');
  const password = newPassword();
  await putPerson(db, { ...found, passwordHash: await hashPassword(password) });
  return password;
}

const newPassword = (): string => randomSecret().slice(0, PASSWORD_CHARACTERS);

/** Exactly the bound of this role; throws `UsageError` for a missing, a wrong or a second one. */
export function boundOf(named: NamedBounds): Bound {
  const { role } = named;
  const only = (wanted: 'region' | 'platform' | 'trainee'): string => {
    for (const name of ['region', 'platform', 'trainee'] as const) {
      if (name !== wanted && named[name] !== undefined) throw new UsageError(`--role ${role}: no --${name}`);
    }
    const value = named[wanted];
    if (value === undefined) throw new UsageError(`--role ${role}: needs --${wanted}`);
    return value;
  };
  switch (role) {
    case 'monitor':
    case 'reviewer': {
      const region = only('region');
      if (!REGION.test(region)) throw new UsageError('--region: GB/T 2260, e.g. 22, 2205, 220581');
      return { role, region, platformId: null, traineeId: null };
    }
    case 'platform':
      return { role, region: '', platformId: only('platform'), traineeId: null };
    case 'trainee':
      return { role, region: '', platformId: null, traineeId: only('trainee') };
    default:
      return role satisfies never;
  }
}
