/** Version 1, as it was when it had no build of its own: the front door of the detector of that time. */
export declare const DETECTOR_VERSION: string;
export declare const emptyState: object;
export declare function policyOf(state: object, event: object): string | null;
export declare function step(
  policy: object,
  state: object,
  event: object,
): { readonly state: object; readonly verdicts: readonly object[] };
export declare function totalsOf(
  state: object,
  lesson: string,
): { readonly creditedMs: number; readonly heldMs: number; readonly deniedMs: number };
export declare function wakeAt(policy: object, state: object): number | null;
export declare const demoPolicy: object;
export declare const standardPolicy: object;
