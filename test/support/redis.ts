/** A Redis of one's own that can be stopped and started again. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './server.ts';

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

export interface Redis {
  readonly url: string;
  start(): void;
  stop(): Promise<void>;
}

export async function startRedis(): Promise<Redis> {
  const port = String(await freePort());
  const run = () => spawn('redis-server', ['--port', port, '--save', '', '--bind', '127.0.0.1'], { stdio: 'ignore' });
  let redis = run();
  return {
    url: `redis://127.0.0.1:${port}`,
    start() {
      redis = run();
    },
    async stop() {
      redis.kill('SIGKILL');
      await once(redis, 'exit');
    },
  };
}
