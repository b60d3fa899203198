/**
 * `npm run verify [-- --database-url <url>]`: audits the ledger and says in a few lines
 * whether it holds. Exit code 0: it holds; 1: it does not; 2: it could not be examined.
 * Without the option, the database and the key are those of the configuration.
 */
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ConfigError, type ReadingConfig, readForReading } from '../server/config.ts';
import { withStoredDatabase } from '../server/db/open.ts';
import { type Audit, auditLedger } from '../server/ledger/audit.ts';
import { runTool, say, type Tool } from './tool.ts';

/** Runs the audit and reports it line by line; returns the exit code. Makes nothing. */
export async function verify(
  args: readonly string[],
  config: ReadingConfig,
  say: (line: string) => void,
): Promise<0 | 1> {
  const databaseUrl = parse(args) ?? config.databaseUrl;
  const { ledgerSeed } = config.secrets;
  // Without it nobody can say whose signature the checkpoints bear: an audit that skips this has not held.
  if (ledgerSeed === null)
    throw new ConfigError(['LEDGER_KEY: missing; the checkpoints’ signatures are checked by it']);
  return withStoredDatabase({ ...config, databaseUrl }, async (db) => {
    const audit = await auditLedger(db, ledgerSeed);
    for (const line of report(audit)) say(line);
    return audit.problems.length === 0 ? 0 : 1;
  });
}

/** The database the command line names, if it names one. */
function parse(args: readonly string[]): string | undefined {
  return parseArgs({ args: [...args], options: { 'database-url': { type: 'string' } } }).values['database-url'];
}

function report({ trees, pending, unlinked, problems }: Audit): string[] {
  const lines = trees.map(({ origin, size, root }) => `  ${origin}: ${size} leaves, root ${root}`);
  lines.push(`  ${pending} pending, ${unlinked} unlinked (salt erased)`);
  if (problems.length === 0) return ['账本完好 The ledger holds.', ...lines];
  return ['账本不符 THE LEDGER DOES NOT HOLD.', ...lines, ...problems.map((problem) => `  ✗ ${problem}`)];
}

const usage = `用法 Usage：npm run verify -- [选项 options]

核验账本：叶、树、签名与学时记录是否一致；只读。
Audits the ledger: leaves, trees, signatures and spans must agree; reads only.

  --database-url <url>   代替 DATABASE_URL · instead of DATABASE_URL
  --help                 显示本说明 · this text

退出码 Exit codes：0 完好 it holds；1 不符 it does not；2 用法有误或无法核验 misused, or could not be examined`;

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const tool: Tool = {
    usage,
    failed: '无法核验 The ledger could not be examined：',
    failedCode: 2,
    sayFailure: say,
    work: async (args, at) => {
      const given = parse(args);
      const config = readForReading({ DATABASE_URL: given });
      at.databaseUrl = config.databaseUrl;
      return verify(args, config, say);
    },
  };
  process.exitCode = await runTool(tool, process.argv.slice(2));
}
