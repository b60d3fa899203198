/**
 * A real Chromium: the system's, else the one npm ships. Hidden tabs really hide here (a
 * second page brought to front stops the first one's frames), as a trainee's would.
 */
import { existsSync } from 'node:fs';
import puppeteer, { type Browser, type LaunchOptions, type Page } from 'puppeteer-core';

const system = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/** `CHROMIUM=npm` takes the one from npm although the system has one. */
async function executable(): Promise<{ path: string; args: readonly string[] }> {
  const found = process.env['CHROMIUM'] === 'npm' ? undefined : system.find(existsSync);
  if (found !== undefined) return { path: found, args: [] };
  // The package unpacks the libraries that a bare machine lacks (NSS, expat) only where it believes it needs them.
  process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs20.x';
  const { default: shipped } = await import('@sparticuz/chromium');
  // Its `--single-process` makes tabs share one renderer: then a hidden tab is not like a trainee's.
  const args = shipped.args.filter((arg) => arg !== '--single-process' && !arg.startsWith('--headless'));
  return { path: await shipped.executablePath(), args };
}

/** Unpacks the browser from npm, if that is the one: once a run, before two workers could at the same time. */
export async function prepareChromium(): Promise<void> {
  await executable();
}

/** The headless shell from npm has no back/forward cache. */
export const hasBackForwardCache = process.env['CHROMIUM'] !== 'npm' && system.some(existsSync);

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

/**
 * Really hides a page behind another tab of its window. The Chromium from npm is a headless
 * shell, where every page has a window of its own: there the window is minimised, which hides as truly
 * (frames stop, timers are throttled). Returns what shows it again.
 */
export async function hide(page: Page): Promise<() => Promise<void>> {
  // A browser profile of its own has windows of its own.
  const cover = await page.browserContext().newPage();
  await cover.bringToFront();
  const minimised = !(await isHidden(page)) && (await setWindow(page, 'minimized'));
  return async () => {
    if (minimised) await setWindow(page, 'normal');
    await page.bringToFront();
    await cover.close();
  };
}

/** By the prototype's getter: the page under test may lie. */
function isHidden(page: Page): Promise<boolean> {
  return page.evaluate(
    () => Object.getOwnPropertyDescriptor(Document.prototype, 'hidden')?.get?.call(document) as boolean,
  );
}

async function setWindow(page: Page, windowState: 'minimized' | 'normal'): Promise<boolean> {
  const session = await page.createCDPSession();
  const { windowId } = await session.send('Browser.getWindowForTarget');
  await session.send('Browser.setWindowBounds', { windowId, bounds: { windowState } });
  await session.detach();
  return true;
}
