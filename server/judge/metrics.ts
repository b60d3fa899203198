/** What the judge counts. */
import type { Metrics } from '../metrics.ts';

export interface JudgeMetrics {
  /** A batch of so many events was stored in so many seconds. */
  committed(events: number, seconds: number): void;
  failed(): void;
  fenced(): void;
}

export function createJudgeMetrics(metrics: Metrics, persons: () => number): JudgeMetrics {
  const sizes = metrics.histogram('commit_events', 'Events in one commit.', [1, 4, 16, 64, 128, 256, 400]);
  const times = metrics.histogram(
    'commit_seconds',
    'Seconds one commit took.',
    [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
  );
  const fenced = metrics.counter('commits_fenced_total', 'Persons whose commit lost to another process.');
  const failed = metrics.counter('commits_failed_total', 'Batches that could not be stored.');
  metrics.gauge('persons_in_memory', 'Trainees whose state is cached.', persons);
  return {
    committed(events, seconds) {
      times.observe(seconds);
      sizes.observe(events);
    },
    failed: () => failed.inc(),
    fenced: () => fenced.inc(),
  };
}
