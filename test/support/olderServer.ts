/** The service as a release before it: it knows detector versions up to the one it is given, and no later. */
import { readEnvironment } from '../../server/config.ts';
import { createLog } from '../../server/log.ts';
import { start } from '../../server/main.ts';

const running = await start(readEnvironment(), createLog('info'), { newest: Number(process.argv[2]) });
process.on('SIGTERM', () => void running.stop().then(() => process.exit(0)));
