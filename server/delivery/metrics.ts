/** What is counted of media and of reports. */

import type { DeliveredBy } from '../../detector/index.ts';
import type { Metrics } from '../metrics.ts';

export interface DeliveryMetrics {
  sent(bytes: number): void;
  /** An event of a person's chain. */
  told(by: DeliveredBy): void;
  /** Media left, or was reported, and the event was not stored. */
  untold(by: DeliveredBy): void;
}

export function createDeliveryMetrics(metrics: Metrics, streams: () => number): DeliveryMetrics {
  const bytes = metrics.counter('media_bytes_total', 'Bytes of lessons’ media sent by this process');
  const told = metrics.counter('media_deliveries_total', 'Deliveries of media stored as evidence', ['by']);
  const untold = metrics.counter('media_deliveries_failed_total', 'Deliveries of media that could not be stored', [
    'by',
  ]);
  metrics.gauge('media_streams', 'Answers with media that are under way in this process', streams);
  return {
    sent: (count) => bytes.inc(count),
    told: (by) => told.inc({ by }),
    untold: (by) => untold.inc({ by }),
  };
}
