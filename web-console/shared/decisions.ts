import type { AlertStatus, Decision } from '../../server/alerts/status.ts';

/** What may be decided from here; the server holds the law and refuses anything else. */
export const decisionsFrom: Readonly<Record<AlertStatus, readonly Decision[]>> = {
  open: ['lead', 'dismissed'],
  lead: ['confirmed', 'dismissed'],
  determined: [],
  dismissed: [],
};
