/** What the gateway counts. Guarantees: label values come from the error table, so a flood adds no series. */
import type { ErrorCode } from '../errors.ts';
import type { Metrics } from '../metrics.ts';

export interface GatewayMetrics {
  /** A beat was stored; `seconds` from its arrival to its commit. */
  accepted(seconds: number): void;
  /** A beat was sealed long before it was sent, and does not say so. */
  stale(): void;
  refused(code: ErrorCode): void;
  /** A message with a name the wire does not know, or one over the rate without a callback. */
  ignored(): void;
  /** A frame that is no packet of the protocol; the connection ends with it. */
  malformed(): void;
}

export function createGatewayMetrics(metrics: Metrics): GatewayMetrics {
  const accepted = metrics.counter('beats_accepted_total', 'Beats stored and acknowledged by this process');
  const stale = metrics.counter('beats_stale_total', 'Beats sealed with an older nonce than their page must have had');
  const refused = metrics.counter('refusals_total', 'Messages of the learn wire refused, by error code', ['code']);
  const ignored = metrics.counter(
    'ignored_messages_total',
    'Messages with a name the wire does not know, or over the rate and without a callback',
  );
  const malformed = metrics.counter('malformed_packets_total', 'Frames that are no packet; their connection was ended');
  const ack = metrics.histogram(
    'ack_seconds',
    'From a beat’s arrival to its acknowledgement, commit included',
    // The commit window is 20 ms; an alert is due within a second.
    [0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  );
  return {
    accepted(seconds) {
      accepted.inc();
      ack.observe(seconds);
    },
    stale: () => stale.inc(),
    refused: (code) => refused.inc({ code }),
    ignored: () => ignored.inc(),
    malformed: () => malformed.inc(),
  };
}
