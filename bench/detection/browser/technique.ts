/**
 * A technique in a real browser. Written from descriptions of public tools and of attacks on this service, never
 * from the rules. It depends on the page as an attacker sees it: the document, the browser, what goes over the line.
 */
import type { Page } from 'puppeteer-core';
import type { Random } from '../../../test/support/world/random.ts';
import type { Apart } from './apart.ts';
import type { ChromeKind } from './chromes.ts';

/** One page of one attacker. */
export interface Stage {
  readonly page: Page;
  /** A world apart: nothing that was done to the page's own world reaches it. */
  readonly apart: Apart;
  /** A command of the debugging protocol. */
  command(method: string, params?: object): Promise<unknown>;
  /** Runs in the page's own world. */
  inPage<T>(body: string): Promise<T>;
  /** Puts another tab of the window before this one. */
  cover(): Promise<void>;
  readonly random: Random;
}

export interface Answering {
  /** A script's clicks; a hand's pointer; a script's pointer, by the debugging protocol. */
  readonly by: 'script' | 'hand' | 'protocol';
  /** Exactly so long after the card came; absent: as long as somebody who reads. */
  readonly exactlyMs?: number;
}

/** What the technique does to the page, at each page that it opens. */
export interface Technique {
  readonly name: string;
  readonly what: string;
  /** Default: `home`. */
  readonly chrome?: ChromeKind;
  /** Runs before any script of the page. */
  readonly before?: string;
  /** Opens the player at this address; default: as a link does. */
  readonly open?: (stage: Stage, url: string) => Promise<void>;
  /** The page counts, and does not play yet. */
  readonly ready?: (stage: Stage) => Promise<void>;
  /** The video is made never to play. */
  readonly neverPlays?: true;
  /** It plays. */
  readonly playing?: (stage: Stage) => Promise<void>;
  /** Again and again while it plays. */
  readonly each?: { readonly ms: number; readonly act: (stage: Stage) => Promise<void> };
  /** Why it is no attack after all, some seconds after it began; null: it works as it should. */
  readonly proof: (stage: Stage) => Promise<string | null>;
  /** Default: a script's clicks. */
  readonly answering?: Answering;
  /** Stocks of answers that make a difference; default: all. */
  readonly stocks?: readonly string[];
  /** Trainees at once, each with a page in one browser profile; default 1. */
  readonly accounts?: number;
  /** Somebody is there: what is credited is no leak, and an alert is false. */
  readonly honest?: true;
}
