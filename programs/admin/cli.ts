/**
 * `npm run admin -- <command>`: registers platforms, keys, people and classes, on the server's own
 * configuration and beside a running server. Exit code 0: done; 1: not done, and nothing changed;
 * 2: the command line cannot be understood.
 */
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type Config, readEnvironment } from '../../server/config.ts';
import { migrate } from '../../server/db/migrate.ts';
import { withDatabase } from '../../server/db/open.ts';
import { placeOf } from '../../server/failure.ts';
import { isUsage, runTool, say, sayError, UsageError } from '../tool.ts';
import type { Command, Given } from './command.ts';
import { commands } from './commands.ts';

const usage = `用法 Usage：npm run admin -- <命令 command> [选项 options]

  ${Object.values(commands)
    .map((command) => command.usage)
    .join('\n\n  ')}

读取与服务器相同的配置（DATABASE_URL、DATA_DIR、SECRET_KEY 等），服务器运行时也可使用。
Reads the server’s own configuration, and may run while the server does.

退出码 Exit codes：0 完成 done；1 未完成，数据未变 not done, nothing changed；2 用法有误 misused`;

/** Runs one command; returns the lines it says. Throws `UsageError`, `Refused` and `ConfigError`. */
export async function admin(args: readonly string[], configure: () => Config): Promise<readonly string[]> {
  const [command, rest] = commandOf(args);
  // What can be said without a database is said before one is started.
  const work = prepared(command, rest);
  const config = configure();
  return withDatabase(config, undefined, async (db) => {
    await migrate(db);
    return work({ db, config });
  });
}

function commandOf(args: readonly string[]): readonly [Command, readonly string[]] {
  for (const words of [2, 1]) {
    const name = args.slice(0, words).join(' ');
    const found = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (found !== undefined) return [found, args.slice(words)];
  }
  throw new UsageError(args.length === 0 ? '缺少命令 · no command' : '没有这个命令 · no such command');
}

/** A mistake is told with the usage of this command alone. */
function prepared(command: Command, args: readonly string[]): ReturnType<Command['prepare']> {
  try {
    return command.prepare(read(command, args));
  } catch (error) {
    if (!isUsage(error)) throw error;
    throw new UsageError(error.message, `用法 Usage：npm run admin -- ${command.usage}`);
  }
}

function read(command: Command, args: readonly string[]): Given {
  const options = Object.fromEntries(command.options.map((name) => [name, { type: 'string' as const }]));
  const { positional } = command;
  const { values, positionals } = parseArgs({
    ...{ args: [...args], options, strict: true },
    allowPositionals: positional !== undefined,
  });
  const [first, ...others] = positionals;
  if (others.length > 0 || (first !== undefined && positional !== undefined && values[positional] !== undefined)) {
    throw new UsageError(`只能给一个文件 · give one --${positional}`);
  }
  if (positional !== undefined && first !== undefined) values[positional] = first;
  const has = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return { has, need: (name) => has(name) ?? missing(name) };
}

function missing(name: string): never {
  throw new UsageError(`缺少 --${name} · --${name} is missing`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const failed = '未完成 · not done：';
  process.exitCode = await runTool(
    {
      ...{ usage, failed, failedCode: 1, sayFailure: sayError },
      work: async (args, at) => {
        const lines = await admin(args, () => {
          const config = readEnvironment();
          at.databaseUrl = config.databaseUrl;
          const place = config.databaseUrl === null ? `${config.dataDir}/postgres` : placeOf(config.databaseUrl);
          sayError(`数据库 · database：${place}`);
          return config;
        });
        for (const line of lines) say(line);
        return 0;
      },
    },
    process.argv.slice(2),
  );
}
