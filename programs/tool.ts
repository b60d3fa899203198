/**
 * What every command-line tool does the same way. Guarantees: `--help` prints the usage and ends
 * with 0; a wrong option prints the usage, then what is wrong, and ends with 2; a failure ends in
 * words, and no password or other secret is in them.
 */
import { ConfigError } from '../server/config.ts';
import { failureWords } from '../server/failure.ts';

/** The command line cannot be understood; the message says why. */
export class UsageError extends Error {
  /** Of the command that was meant, if one was; else the tool's is printed. */
  readonly usage: string | undefined;
  constructor(message: string, usage?: string) {
    super(message);
    this.usage = usage;
  }
}

export interface Tool {
  readonly usage: string;
  /** Exit code of a failure that is not the caller's. */
  readonly failedCode: 1 | 2;
  /** Words before a failure's own. */
  readonly failed: string;
  /** Where a failure is said. */
  readonly sayFailure: (text: string) => void;
  /** @param at filled in by the work, so that a failure can name what it was about. */
  work(args: readonly string[], at: { databaseUrl: string | null }): Promise<number>;
}

export const say = (text: string): void => void process.stdout.write(`${text}\n`);
export const sayError = (text: string): void => void process.stderr.write(`${text}\n`);

/** @returns the exit code. */
export async function runTool(tool: Tool, args: readonly string[]): Promise<number> {
  if (args.some((arg) => arg === '--help' || arg === '-h')) {
    say(tool.usage);
    return 0;
  }
  const at: { databaseUrl: string | null } = { databaseUrl: null };
  try {
    return await tool.work(args, at);
  } catch (error) {
    if (isUsage(error)) {
      // What is wrong comes last: a long usage would push it off the screen.
      const usage = (error instanceof UsageError ? error.usage : undefined) ?? tool.usage;
      sayError(`${usage}\n\n参数有误 · wrong usage：${error.message}`);
      return 2;
    }
    tool.sayFailure(`${tool.failed}${wordsOf(error, at.databaseUrl)}`);
    return tool.failedCode;
  }
}

function wordsOf(error: unknown, databaseUrl: string | null): string {
  if (error instanceof ConfigError) return `配置有误 · ${error.message}`;
  return failureWords(error, { databaseUrl }) ?? (error instanceof Error ? error.message : String(error));
}

/** Ours, or one of `parseArgs`. */
export function isUsage(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code?.startsWith('ERR_PARSE_ARGS_') ?? false;
}
