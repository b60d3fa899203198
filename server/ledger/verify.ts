/**
 * `npm run verify [-- --database-url <url>]`: audits the ledger and says in a few lines
 * whether it holds. Exit code 0: it holds; 1: it does not; 2: it could not be examined.
 * Without the option, the database and the key are those of the configuration.
 */
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type Config, readEnvironment } from '../config.ts';
import { startEmbedded } from '../db/embedded.ts';
import { connect } from '../db/pool.ts';
import { type Audit, auditLedger } from './audit.ts';

/** Runs the audit and reports it line by line; returns the exit code. */
export async function verify(args: readonly string[], config: Config, say: (line: string) => void): Promise<0 | 1> {
  const { values } = parseArgs({ args: [...args], options: { 'database-url': { type: 'string' } } });
  const given = values['database-url'] ?? config.databaseUrl;
  const embedded = given === null ? await startEmbedded(config.dataDir) : null;
  try {
    const db = connect(given ?? embedded?.url ?? '', { max: 1 });
    try {
      const audit = await auditLedger(db, config.secrets.ledgerSeed);
      for (const line of report(audit)) say(line);
      return audit.problems.length === 0 ? 0 : 1;
    } finally {
      await db.end();
    }
  } finally {
    await embedded?.stop();
  }
}

function report({ trees, pending, unlinked, problems }: Audit): string[] {
  const lines = trees.map(({ origin, size, root }) => `  ${origin}: ${size} leaves, root ${root}`);
  lines.push(`  ${pending} pending, ${unlinked} unlinked (salt erased)`);
  if (problems.length === 0) return ['账本完好 The ledger holds.', ...lines];
  return ['账本不符 THE LEDGER DOES NOT HOLD.', ...lines, ...problems.map((problem) => `  ✗ ${problem}`)];
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  try {
    process.exitCode = await verify(process.argv.slice(2), readEnvironment(), say);
  } catch (error) {
    say(`无法核验 The ledger could not be examined: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 2;
  }
}
