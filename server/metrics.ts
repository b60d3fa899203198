/**
 * Metrics for Prometheus. Guarantees: names start with `zhenxue_`, registering a name twice
 * gives the same metric, and no label carries anything of a person.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  /** @param name without the prefix, e.g. `beats_total`. */
  counter<L extends string = never>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  /** A value read when it is asked for; NaN where it cannot be read. */
  gauge(name: string, help: string, read: () => number | Promise<number>): Gauge;
  /** One series a state, by the label `state`: 1 for the one it is in, 0 for the others. */
  oneOf<S extends string>(name: string, help: string, states: readonly S[], read: () => S): Gauge<'state'>;
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
            async collect() {
              this.set(await numberOf(read));
            },
          }),
      ),
    oneOf: (name, help, states, read) =>
      once(
        name,
        (full) =>
          new Gauge({
            name: full,
            help,
            labelNames: ['state'],
            registers: [registry],
            collect() {
              const current = read();
              for (const state of states) this.set({ state }, state === current ? 1 : 0);
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

/** What cannot be read must not keep the others from being told. */
async function numberOf(read: () => number | Promise<number>): Promise<number> {
  try {
    return await read();
  } catch {
    return Number.NaN;
  }
}
