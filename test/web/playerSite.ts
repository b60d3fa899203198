/** The lesson page built around a stand-in for the SDK, served under the server's own CSP. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { build } from 'vite';

const root = new URL('../../', import.meta.url).pathname;

/** Takes the SDK's place: the test is the server, through `window.sdk.options`. */
const standIn = `export function watch(video, options) {
  const sdk = { options, retakes: 0 };
  window.sdk = sdk;
  return { state: 'connecting', totals: null, retake() { sdk.retakes++; }, close() {}, answer() {} };
}`;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
/** As the server sends it. */
const csp =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'";

export interface PlayerSite {
  readonly url: string;
  /** How the launch call answers from now on. */
  answer: 'ok' | 'expired' | 'down';
  /** Launches so far: each minted one ticket. */
  launches: number;
  close(): void;
}

export async function playerSite(): Promise<PlayerSite> {
  const out = mkdtempSync(join(tmpdir(), 'player-'));
  await build({
    configFile: join(root, 'web-player/vite.config.ts'),
    logLevel: 'error',
    build: { outDir: out, emptyOutDir: true },
    plugins: [
      {
        name: 'sdk-stand-in',
        enforce: 'pre',
        resolveId: (id) => (id.endsWith('sdk/watch.ts') ? '\0sdk' : null),
        load: (id) => (id === '\0sdk' ? standIn : null),
      },
    ],
  });
  const clip = readFileSync(join(root, 'test/sdk/clip.webm'));

  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/v1/player/launch') {
      const status = { ok: 200, expired: 401, down: 503 }[site.answer];
      response.writeHead(status, { 'content-type': 'application/json' });
      if (status !== 200) return response.end(JSON.stringify({ error: { code: 'ticketExpired' } }));
      const lesson = { id: 'l', title: '电工安全基础', durationMs: 600_000, mediaUrl: '/clip.webm' };
      const ticket = `ticket-${++site.launches}`;
      const named = { trainee: { name: '王**' }, class: { id: 'c', name: '低压电工班' } };
      return response.end(JSON.stringify({ ticket, lesson, ...named }));
    }
    if (path === '/clip.webm') return response.writeHead(200, { 'content-type': 'video/webm' }).end(clip);
    const file = join(out, normalize(path.replace(/^\/player\//, '/').replace(/\/$/, '/index.html')));
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': csp,
    });
    return response.end(readFileSync(file));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const site: PlayerSite = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/player/`,
    answer: 'ok',
    launches: 0,
    close() {
      server.close();
      server.closeAllConnections();
      rmSync(out, { recursive: true, force: true });
    },
  };
  return site;
}
