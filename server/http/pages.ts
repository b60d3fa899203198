/**
 * The built pages and the media. Guarantees: byte ranges (a video can be sought); files whose
 * name carries a hash of their content are kept for ever, pages are never stored, the rest is
 * asked for again; the SDK may be loaded by any origin. A build that is missing is a 404, not a crash.
 */
import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import staticFiles, { type SetHeadersResponse } from '@fastify/static';
import type { FastifyInstance } from 'fastify';

export interface PageDirs {
  readonly player: string;
  readonly console: string;
  readonly sdk: string;
  readonly media: string;
}

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const builtDirs: PageDirs = {
  player: at('web-player/dist'),
  console: at('web-console/dist'),
  sdk: at('sdk/dist'),
  media: at('web-player/media'),
};

/** Vite's and esbuild's `name-<hash of 8 or more>.ext`. */
const HASHED = /-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;
const BUILT = /(^|\/)$|\.(html|js|mjs|css|svg|png|jpg|ico|woff2|wasm|json|map|txt)$/;
/** The question bank, with its answers, lies beside the videos: only what a page shows leaves. */
const MEDIA = /\.(webm|mp4|m4a|jpg|png|svg|vtt)$/;
const YEAR_S = 31_536_000;

export async function servePages(app: FastifyInstance, dirs: PageDirs): Promise<void> {
  const rooms = [
    { prefix: '/player/', root: dirs.player, hashed: true, open: false, only: BUILT },
    { prefix: '/console/', root: dirs.console, hashed: true, open: false, only: BUILT },
    { prefix: '/sdk/', root: dirs.sdk, hashed: false, open: true, only: BUILT },
    { prefix: '/media/', root: dirs.media, hashed: false, open: false, only: MEDIA },
  ];
  for (const { prefix, root, hashed, open, only } of rooms) {
    if (!existsSync(root)) {
      app.log.warn({ prefix }, 'not built; run `npm run build`');
      continue;
    }
    await app.register(staticFiles, {
      root,
      prefix,
      decorateReply: false,
      cacheControl: false,
      dotfiles: 'ignore',
      schemaHide: true,
      preCompressed: true,
      allowedPath: (path) => only.test(path),
      setHeaders: (response, path) => {
        response.setHeader('cache-control', cacheFor(path, hashed));
        response.setHeader('vary', 'accept-encoding');
        if (open) openToAll(response);
      },
    });
  }
  for (const page of ['/player', '/console']) {
    app.get(page, { schema: { hide: true } }, async (request, reply) => {
      const query = request.url.indexOf('?');
      return reply.redirect(`${page}/${query < 0 ? '' : request.url.slice(query)}`);
    });
  }
  app.get('/', { schema: { hide: true } }, async (_request, reply) => reply.redirect('/console/'));
}

function cacheFor(served: string, hashed: boolean): string {
  const path = served.replace(/\.(br|gz)$/, '');
  if (extname(path) === '.html') return 'no-store';
  return hashed && HASHED.test(path) ? `public, max-age=${YEAR_S}, immutable` : 'public, max-age=0, must-revalidate';
}

function openToAll(response: SetHeadersResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('cross-origin-resource-policy', 'cross-origin');
}
