/** What a platform's page sees of the SDK: options in, a `Watch` out. */
import type { Answered, Challenge, Notice, Totals, Words } from './wire.ts';

/**
 * connecting: no session yet · watching: claims arrive · offline: claims wait for a connection ·
 * takenOver: another page or device earns now · closed: this session has ended · failed: it cannot go on.
 */
export type WatchState = 'connecting' | 'watching' | 'offline' | 'takenOver' | 'closed' | 'failed';

/** Something went wrong. The lesson plays on whatever it is. */
export interface Trouble {
  /** Stable: the server's error code, or one of `ticketMissing` `ticketFetch` `outboxFull` `pageError` `offline` `historyLost` `notMedia`. */
  readonly code: string;
  readonly words: Words;
  /** Whether the session ended by it. */
  readonly fatal: boolean;
  /** `outboxFull`: stretches not reported so far. */
  readonly dropped?: number;
}

export interface WatchOptions {
  /** A ticket minted by the platform's backend. It opens one session. */
  readonly ticket?: string;
  /** Fetches a fresh ticket; lets `retake` and a return from the back/forward cache work. */
  readonly getTicket?: () => Promise<string>;
  /** Origin of the Zhenxue server; default: where this script came from. */
  readonly endpoint?: string;
  readonly onState?: (state: WatchState) => void;
  readonly onTotals?: (totals: Totals) => void;
  /** Show the question, then call `answer` with the chosen id. */
  readonly onChallenge?: (challenge: Challenge, answer: (choice: string) => Promise<Answered>) => void;
  readonly onNotice?: (notice: Notice) => void;
  readonly onError?: (trouble: Trouble) => void;
}

export interface Watch {
  readonly state: WatchState;
  /** What the lesson has come to, as the server last said; null before it has. */
  readonly totals: Totals | null;
  /** Rejects with an Error carrying `code` when it could not be delivered. */
  answer(prompt: string, choice: string): Promise<Answered>;
  /** Opens a new session here, after `takenOver`, `closed` or `failed`. Needs `getTicket`. */
  retake(): void;
  /** Ends the session and unregisters everything. */
  close(): void;
}

const troubles: Readonly<Record<string, Words>> = {
  ticketMissing: { zh: '缺少学习凭证', en: 'No ticket.' },
  ticketFetch: { zh: '获取学习凭证失败，将重试', en: 'No ticket came; trying again.' },
  outboxFull: { zh: '离线过久，部分学习未能记录', en: 'Offline too long; some time was not recorded.' },
  pageError: { zh: '页面回调出错', en: 'A page callback failed' },
  offline: { zh: '网络未连接，请稍后再试', en: 'Not connected; try again.' },
  historyLost: { zh: '记录不完整，请重新打开课程', en: 'Records are missing; reopen the lesson.' },
};

/** Words for a code of our own; a server's error brings its message. */
export function trouble(code: string, fatal: boolean, message = code): Trouble {
  return { code, fatal, words: troubles[code] ?? { zh: message, en: message } };
}
