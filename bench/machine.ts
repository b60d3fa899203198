/** Where a number was measured: a number without its machine is a rumour. */
import { statfsSync } from 'node:fs';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  /** Of the data directory. On `tmpfs` a disk is not waited for, whatever fsync says. */
  readonly fileSystem: string;
  /** Of the last 15 minutes, so mostly of others: what else this machine was busy with. */
  readonly load: number;
}

const TYPES: Readonly<Record<number, string>> = {
  61267: 'ext4',
  1481003842: 'xfs',
  2435016766: 'btrfs',
  16914836: 'tmpfs',
  2035054128: 'overlay',
};

export function describeMachine(dataDir: string): Machine {
  const all = cpus();
  const { type } = statfsSync(dataDir);
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    load: loadavg()[2] ?? 0,
    fileSystem: TYPES[type] ?? `type ${type}`,
  };
}
