/**
 * The browsers that the attackers use. `home` is a person's own: no automation tells itself, what is hidden is
 * throttled. The others differ by what their name says.
 */
import type { Browser } from 'puppeteer-core';
import { chromium } from '../../../test/support/browser.ts';

export type ChromeKind = 'home' | 'automated' | 'masked' | 'elsewhere';

/** As a browser with a screen says of itself. */
const screenArgs = ['--window-size=1280,800', '--screen-info={1920x1080}'];
const throttling = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];
const noAutomation = '--disable-blink-features=AutomationControlled';

/** @param name what the browser calls itself to pages; null: as it does by itself */
function launch(kind: ChromeKind, name: string | null): Promise<Browser> {
  // A viewport that is emulated is one that no person has.
  const common = { defaultViewport: null };
  const named = name === null ? [] : [`--user-agent=${name}`];
  switch (kind) {
    case 'home':
    case 'elsewhere':
      return chromium({
        ...common,
        ignoreDefaultArgs: ['--enable-automation', ...throttling],
        args: [...screenArgs, ...named, noAutomation, ...(kind === 'home' ? [] : ['--window-position=-4000,-4000'])],
      });
    case 'automated':
      return chromium({ ...common, ignoreDefaultArgs: [], args: throttling });
    case 'masked':
      return chromium({ ...common, ignoreDefaultArgs: [], args: [...screenArgs, ...named, ...throttling] });
    default:
      return kind satisfies never;
  }
}

export interface Chromes {
  of(kind: ChromeKind): Promise<Browser>;
  version(): Promise<string>;
  close(): Promise<void>;
}

export function createChromes(): Chromes {
  const open = new Map<ChromeKind, Promise<Browser>>();
  let name: Promise<string> | undefined;

  /** A browser without a screen calls itself so; a person's does not. */
  async function plainName(): Promise<string> {
    const browser = await launch('automated', null);
    const found = (await browser.userAgent()).replace('HeadlessChrome', 'Chrome');
    await browser.close();
    return found;
  }
  const of = (kind: ChromeKind): Promise<Browser> => {
    name ??= plainName();
    const known = open.get(kind);
    if (known !== undefined) return known;
    const made = name.then((plain) => launch(kind, plain));
    open.set(kind, made);
    return made;
  };
  return {
    of,
    version: async () => (await of('home')).version(),
    close: async () => {
      await Promise.all([...open.values()].map((one) => one.then((browser) => browser.close()).catch(() => undefined)));
    },
  };
}
