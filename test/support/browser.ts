/**
 * A real Chromium: the system's, else the one npm ships. Hidden tabs really hide here (a
 * second page brought to front stops the first one's frames), as a trainee's would.
 */
import { existsSync } from 'node:fs';
import puppeteer, { type Browser, type LaunchOptions } from 'puppeteer-core';

const system = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

async function executable(): Promise<{ path: string; args: readonly string[] }> {
  const found = system.find(existsSync);
  if (found !== undefined) return { path: found, args: [] };
  const { default: shipped } = await import('@sparticuz/chromium');
  // Its `--single-process` makes tabs share one renderer: then a hidden tab is not like a trainee's.
  const args = shipped.args.filter((arg) => arg !== '--single-process' && !arg.startsWith('--headless'));
  return { path: await shipped.executablePath(), args };
}

export async function chromium(options: LaunchOptions = {}): Promise<Browser> {
  const { path, args } = await executable();
  const quiet = ['quic', 'gpu', 'background-networking', 'component-update', 'sync'].map((part) => `--disable-${part}`);
  return puppeteer.launch({
    executablePath: path,
    headless: true,
    // puppeteer turns throttling off; a trainee's browser does throttle what is hidden.
    ignoreDefaultArgs: [
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
    ],
    ...options,
    args: [
      ...args,
      '--no-sandbox',
      '--no-first-run',
      '--mute-audio',
      '--autoplay-policy=no-user-gesture-required',
      ...quiet,
      ...(options.args ?? []),
    ],
  });
}
