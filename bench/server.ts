/**
 * The real server in a process of its own: `start` of server/main.ts, on a data directory that is
 * this run's alone. Nothing is switched off and no limit is changed. Its log goes to stdout.
 */
import { readConfig } from '../server/config.ts';
import { createLog } from '../server/log.ts';
import { start } from '../server/main.ts';

const [dataDir] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('usage: server.ts <data directory>');

const running = await start(
  readConfig({ DATA_DIR: dataDir, PORT: '0', HOST: '127.0.0.1', DEMO: '0' }),
  createLog('info'),
);

// A terminal's Ctrl-C reaches the whole group; whoever started us says when it is over.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => void running.stop().finally(() => process.exit(0)));
process.send?.({ url: running.url });
