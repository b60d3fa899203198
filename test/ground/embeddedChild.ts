/** Starts the embedded Postgres of the directory it is given, prints its URL, and waits to be killed. */
import { startEmbedded } from '../../server/db/embedded.ts';

const { url } = await startEmbedded(process.argv[2] ?? '');
process.stdout.write(`${url}\n`);
setInterval(() => undefined, 60_000);
