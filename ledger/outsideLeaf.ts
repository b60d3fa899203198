/**
 * A leaf of a result that another body gave: never one of our own sittings, and it names its source.
 *
 * `issuer` is the body's name, `issued` the day on the certificate, `document` the SHA-256 of the certificate or
 * notice that was shown. `record` is the hash of the stored text that was entered, with the masked number and
 * its keyed hash, and a correction's reason. What is sealed is that this was brought, not that it is genuine.
 *
 * A correction is the next revision and names, in `corrects`, the hash of the leaf that it corrects.
 *
 * @example {"kind":"outside","v":1,"trainee":"9f…","class":"c1","assessment":"skillLevel","issuer":"某市技能鉴定中心","issued":"2026-03-02","revision":1,"corrects":null,"at":1767229200000,"document":"12…","record":"ab…","passed":true}
 */
import { expect, isCount, isHash, isId } from './fields.ts';

export const assessments = ['completionExam', 'qualification', 'skillLevel', 'specialAbility'] as const;

export interface OutsideResult {
  /** Pseudonym, hex. */
  readonly trainee: string;
  readonly class: string;
  readonly assessment: (typeof assessments)[number];
  readonly issuer: string;
  /** YYYY-MM-DD. */
  readonly issued: string;
  /** From 1; each correction is one more. */
  readonly revision: number;
  readonly corrects: string | null;
  /** When it was entered: server wall time, ms since the epoch. */
  readonly at: number;
  readonly document: string;
  readonly record: string;
  readonly passed: boolean;
}

export interface OutsideLeaf extends OutsideResult {
  readonly kind: 'outside';
  readonly v: 1;
}

/** The leaf's exact text. Throws `LeafError` on a value that may not be sealed. */
export function outsideLeaf(result: OutsideResult): string {
  const { assessment, issued, revision, corrects, at, passed } = result;
  for (const key of ['trainee', 'document', 'record'] as const) expect(isHash(result[key]), key);
  for (const key of ['class', 'issuer'] as const) expect(isId(result[key]), key);
  expect(assessments.includes(assessment), 'assessment');
  expect(typeof issued === 'string' && /^\d{4}-\d\d-\d\d$/.test(issued), 'issued');
  expect(isCount(revision) && revision > 0, 'revision');
  expect(revision === 1 ? corrects === null : isHash(corrects), 'corrects');
  expect(isCount(at), 'at');
  expect(typeof passed === 'boolean', 'passed');
  return JSON.stringify({
    ...{ kind: 'outside', v: 1, trainee: result.trainee, class: result.class, assessment },
    ...{ issuer: result.issuer, issued, revision, corrects, at },
    ...{ document: result.document, record: result.record, passed },
  });
}
