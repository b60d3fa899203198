/**
 * The policies we ship, each with all its versions, oldest first. A class on any of them means
 * "the shipped policy of this name": its new sessions take the newest version, its old ones keep
 * theirs. A version that was ever shipped is never taken from here.
 */
import { demoPolicy as demo1, standardPolicy as standard1 } from './frozen/1.mjs';
import type { Policy } from './policy.ts';
import { demo2, standard2 } from './policy2.ts';
import { demo3, standard3 } from './policy3.ts';
import { demoPolicy, standardPolicy } from './standard.ts';

/** A policy and the detector version that its schema needs. */
export interface Shipped {
  readonly needs: number;
  readonly policy: Policy | object;
}

export const shipped: Readonly<Record<'standard' | 'demo', readonly Shipped[]>> = {
  standard: [
    { needs: 1, policy: standard1 },
    { needs: 2, policy: standard2 },
    { needs: 3, policy: standard3 },
    { needs: 4, policy: standardPolicy },
  ],
  demo: [
    { needs: 1, policy: demo1 },
    { needs: 2, policy: demo2 },
    { needs: 3, policy: demo3 },
    { needs: 4, policy: demoPolicy },
  ],
};
