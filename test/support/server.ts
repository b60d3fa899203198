/** The service in a process of its own, as `npm start` runs it, or as an older release would. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface ServerProcess {
  readonly url: string;
  /** What it printed, its log among it. */
  output(): string;
  /** SIGKILL: no drain, no goodbye. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/**
 * Resolves once it is ready.
 * @param env added to this process's own; `PORT` is a free one where it is not given
 * @param newest the newest detector version that it may know; default: what `npm start` knows
 */
export async function startServer(env: Readonly<Record<string, string>>, newest?: number): Promise<ServerProcess> {
  const port = env['PORT'] ?? String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const program = newest === undefined ? ['server/cli.ts'] : ['test/support/olderServer.ts', String(newest)];
  const child = spawn(process.execPath, ['--import', 'tsx', ...program], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'test', HOST: '127.0.0.1', ...env, PORT: port },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  try {
    await vi.waitFor(
      async () => {
        if (child.exitCode !== null) throw new Error(`the server ended: ${output.slice(-2000)}`);
        const ready = await fetch(`${url}/readyz`).catch(() => null);
        if (ready?.status !== 200) throw new Error(`not ready: ${output.slice(-500)}`);
      },
      { timeout: 50_000, interval: 100 },
    );
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
  return { url, output: () => output, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}
