/**
 * 疑点 → 线索 → 认定: the way of an alert. Pure.
 *
 *   open 疑点 ──lead──▶ lead 线索 ──confirmed──▶ determined 认定
 *     └──dismissed──▶ dismissed ◀──dismissed──┘
 *
 * Guarantees: nothing is determined that was not a lead first, and what is determined
 * or dismissed stays so. No machine takes a step: each needs a person (PIPL §24).
 */
export const alertStatuses = ['open', 'lead', 'determined', 'dismissed'] as const;
export type AlertStatus = (typeof alertStatuses)[number];

export const decisions = ['lead', 'dismissed', 'confirmed'] as const;
export type Decision = (typeof decisions)[number];

const steps: Readonly<Record<AlertStatus, Partial<Readonly<Record<Decision, AlertStatus>>>>> = {
  open: { lead: 'lead', dismissed: 'dismissed' },
  lead: { confirmed: 'determined', dismissed: 'dismissed' },
  determined: {},
  dismissed: {},
};

/** Where `decision` leads from `status`; null: there is no such step. */
export function nextStatus(status: AlertStatus, decision: Decision): AlertStatus | null {
  return steps[status][decision] ?? null;
}

/** The steps that are open from `status`. */
export function decisionsFrom(status: AlertStatus): Decision[] {
  return decisions.filter((decision) => nextStatus(status, decision) !== null);
}
