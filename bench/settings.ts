/** What a run is asked to do. Guarantees: a number where one is wanted, words where it is not. */
import { parseArgs } from 'node:util';

export interface Settings {
  /** Seconds counted in each round, after `warm` seconds that are not. */
  readonly seconds: number;
  readonly warm: number;
  readonly sessions: number;
  /** Pairs of a ceiling round and a real round. */
  readonly rounds: number;
  readonly paceMs: number;
  readonly vus: number;
  readonly alerts: number;
  readonly only: 'beats' | 'latency' | 'step' | null;
  /** Whether the row is kept in results.md. */
  readonly save: boolean;
  /** Directory for a CPU profile of the real server; `null`: none. */
  readonly profile: string | null;
  /** The command that repeats this run. */
  readonly command: string;
}

export const usage = `npm run bench -- [options]
  --seconds 8       counted in each round
  --warm 2          seconds before that
  --sessions 2400   connected at once
  --rounds 3        pairs of ceiling and real
  --pace 150        ms from an acknowledgement to the next beat (the server allows 10 a second)
  --vus 4           JavaScript machines inside k6
  --alerts 120      pages of the latency part
  --only beats|latency|step   step: the detector alone, without k6 or a server
  --no-save         leave results.md alone
  --profile DIR     write a CPU profile of the real server there`;

/** `null`: only the options are asked for. Throws on what it does not understand. */
export function readSettings(args: readonly string[]): Settings | null {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ seconds: text, warm: text, sessions: text, rounds: text, pace: text, vus: text, alerts: text },
      ...{ only: text, profile: text, 'no-save': { type: 'boolean' }, help: { type: 'boolean' } },
    },
  });
  if (values.help === true) return null;
  const number = (name: 'seconds' | 'warm' | 'sessions' | 'rounds' | 'pace' | 'vus' | 'alerts', usual: number) => {
    const value = Number(values[name] ?? usual);
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} wants a whole number from 1`);
    return value;
  };
  const { only } = values;
  if (only !== undefined && only !== 'beats' && only !== 'latency' && only !== 'step')
    throw new Error('--only wants beats, latency or step');
  return {
    seconds: number('seconds', 8),
    warm: number('warm', 2),
    sessions: number('sessions', 2400),
    rounds: number('rounds', 3),
    paceMs: number('pace', 150),
    vus: number('vus', 4),
    alerts: number('alerts', 120),
    only: only ?? null,
    save: values['no-save'] !== true,
    profile: values.profile ?? null,
    command: `npm run bench${args.length > 0 ? ` -- ${args.join(' ')}` : ''}`,
  };
}
