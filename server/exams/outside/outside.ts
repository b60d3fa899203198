/**
 * Results that another body gave (职业资格评价、职业技能等级认定、专项职业能力考核, or a completion exam held
 * elsewhere). Guarantees: they name their source and are never counted as a sitting of ours; a certificate's number
 * is kept masked, and as a keyed hash by which it is known again; one certificate is imported once, with its body's
 * credit code or without; a correction never touches what it corrects and says why, and a platform corrects no
 * reviewer's; stored together with its leaf, or not at all.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { canonical } from '../../../ledger/canonical.ts';
import type { Principal } from '../../auth/principal.ts';
import { type Queryable, transaction } from '../../db/pool.ts';
import { fail } from '../../errors.ts';
import type { ExamsDeps } from '../contract.ts';
import type { Evidence } from '../practice/mark.ts';
import type { CompletionKind } from '../terms.ts';
import {
  type ClassTrainee,
  findClassTrainee,
  findOutside,
  insertOutside,
  lockCertificate,
  type OutsideRow,
} from './store.ts';

/** As it is brought. */
export interface Brought {
  readonly assessment: CompletionKind;
  readonly issuer: { readonly name: string; readonly code: string | null };
  readonly number: string;
  /** The day on it, YYYY-MM-DD. */
  readonly issued: string;
  readonly occupationCode: string | null;
  readonly level: number | null;
  readonly score: number | null;
  readonly passed: boolean;
  readonly document: Evidence;
}

/** What is stored and named by the leaf. */
export interface OutsideRecord extends Omit<Brought, 'number'> {
  readonly number: { readonly masked: string; readonly hash: string };
  readonly by: { readonly kind: 'platform' | 'person'; readonly id: string };
  readonly reason: string | null;
}

export interface Outside {
  /** Throws `notFound`, `outsideInvalid`, `outsideKnown`. */
  bring(by: Principal, of: { readonly classId: string; readonly traineeId: string }, brought: Brought): Promise<string>;
  /** Throws `notFound`, `outsideInvalid`, `outsideKnown`, `resultState`. */
  correct(by: Principal, corrects: string, brought: Brought, reason: string): Promise<string>;
}

const TAIL = 4;
const STARS_MAX = 12;
/** Its last characters; half of a short one. @example maskNumber('S000022000001234500017') // '************0017' */
export function maskNumber(number: string): string {
  const kept = Math.min(TAIL, Math.floor(number.length / 2));
  return '*'.repeat(Math.min(number.length - kept, STARS_MAX)) + number.slice(number.length - kept);
}

/** The same certificate however it was typed. */
export const plainNumber = (number: string): string => number.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase();

export function createOutside({
  db,
  now,
  sealRecord,
  certificateKey,
}: Pick<ExamsDeps, 'db' | 'now' | 'sealRecord' | 'certificateKey'>): Outside {
  const hashOfNumber = (number: string): string =>
    createHmac('sha256', certificateKey)
      .update(canonical([number]))
      .digest('hex');

  async function stored(
    q: Queryable,
    by: Principal,
    { personKey, traineeId, classId }: ClassTrainee,
    { number, ...brought }: Brought,
    correction: { readonly corrects: OutsideRow; readonly reason: string } | null,
  ): Promise<string> {
    const at = now();
    const plain = plainNumber(number);
    if (Date.parse(`${brought.issued}T00:00:00+08:00`) > at) {
      return fail('outsideInvalid', { problems: ['issued：不能晚于今天 · must not be in the future'] });
    }
    const hash = hashOfNumber(plain);
    const record: OutsideRecord = {
      ...brought,
      number: { masked: maskNumber(plain), hash },
      by: byOf(by),
      reason: correction?.reason ?? null,
    };
    const row: OutsideRow = {
      ...{ id: randomUUID(), personKey, traineeId, classId, corrects: correction?.corrects.id ?? null },
      ...{ assessment: brought.assessment, certificate: hash, passed: brought.passed, record: canonical(record), at },
    };
    for (const other of await lockCertificate(q, row)) {
      if (isOneBody(issuerOf(other), brought.issuer)) return fail('outsideKnown');
    }
    if (!(await insertOutside(q, row))) return fail('resultState');
    await sealRecord(q, {
      ...{ kind: 'outside', issuer: brought.issuer.name, issued: brought.issued, document: brought.document.sha256 },
      ...row,
    });
    return row.id;
  }

  return {
    async bring(by, of, brought) {
      const trainee = (await findClassTrainee(db, by, of)) ?? fail('notFound');
      return transaction(db, (q) => stored(q, by, trainee, brought, null));
    },
    async correct(by, corrects, brought, reason) {
      const row = (await findOutside(db, by, corrects)) ?? fail('notFound');
      // It is the platform's own trainee: what a reviewer found is not for it to change.
      if (by.kind === 'platform' && recordOf(row).by.kind === 'person') return fail('forbidden');
      return transaction(db, (q) => stored(q, by, row, brought, { corrects: row, reason }));
    },
  };
}

const recordOf = ({ record }: Pick<OutsideRow, 'record'>): OutsideRecord => JSON.parse(record);
const issuerOf = (row: Pick<OutsideRow, 'record'>): Brought['issuer'] => recordOf(row).issuer;

/** Two bodies may give the same number; one body's name is known with and without its code. */
function isOneBody(one: Brought['issuer'], other: Brought['issuer']): boolean {
  return (one.code !== null && one.code === other.code) || plainNumber(one.name) === plainNumber(other.name);
}

function byOf(by: Principal): OutsideRecord['by'] {
  switch (by.kind) {
    case 'platform':
      return { kind: 'platform', id: by.platformId };
    case 'person':
      return by.role === 'reviewer' ? { kind: 'person', id: by.personId } : fail('forbidden');
    case 'trainee':
      return fail('forbidden');
    default:
      return by satisfies never;
  }
}
