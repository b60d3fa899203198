/**
 * Metrics for Prometheus. Guarantees: names start with `zhenxue_`, registering a name twice
 * gives the same metric, and no label carries anything of a person.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  /** @param name without the prefix, e.g. `beats_total`. */
  counter<L extends string = never>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  /** A value read when it is asked for. */
  gauge(name: string, help: string, read: () => number): Gauge;
  /** @param buckets upper bounds, in the unit the name ends with. */
  histogram<L extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labels?: readonly L[],
  ): Histogram<L>;
}

const PREFIX = 'zhenxue_';

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const once = <T>(name: string, make: (full: string) => T): T => {
    const full = `${PREFIX}${name}`;
    return (registry.getSingleMetric(full) as T | undefined) ?? make(full);
  };
  return {
    registry,
    counter: (name, help, labels = []) =>
      once(name, (full) => new Counter({ name: full, help, labelNames: [...labels], registers: [registry] })),
    gauge: (name, help, read) =>
      once(
        name,
        (full) =>
          new Gauge({
            name: full,
            help,
            registers: [registry],
            collect() {
              this.set(read());
            },
          }),
      ),
    histogram: (name, help, buckets, labels = []) =>
      once(
        name,
        (full) =>
          new Histogram({ name: full, help, buckets: [...buckets], labelNames: [...labels], registers: [registry] }),
      ),
  };
}
