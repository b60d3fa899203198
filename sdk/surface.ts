/** What a platform's page sees of the SDK: options in, a `Watch` out. */
import type {
  Answered,
  Challenge,
  Drawable,
  FaceChallenge,
  FaceDecline,
  FaceStanding,
  Given,
  Notice,
  Totals,
  Words,
} from './wire.ts';

/**
 * connecting: no session yet · watching: claims arrive · disconnected: claims wait for a connection ·
 * takenOver: another page or device earns now · closed: this session has ended · failed: it cannot go on.
 */
export type WatchState = 'connecting' | 'watching' | 'disconnected' | 'takenOver' | 'closed' | 'failed';

/** Something went wrong. The lesson plays on whatever it is. */
export interface Trouble {
  /** Stable: the server's error code, or one of `ticketMissing` `ticketFetch` `outboxFull` `pageError` `disconnected` `historyLost` `notMedia` `pageTooOld` `workerBlocked` `beaconBlocked`. */
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
  /** Where this server delivers the lesson's media: its address for this session. Play it from there. */
  readonly onMedia?: (url: string) => void;
  /** The forms of question that this page can draw, `image` if it can show one as an image, and `face` if face checks may be shown on it; default: `['single']`. It is asked nothing else. */
  readonly forms?: readonly Drawable[];
  readonly onState?: (state: WatchState) => void;
  readonly onTotals?: (totals: Totals) => void;
  /** Show the question, then call `answer` with the chosen id, or with what its form asks for. */
  readonly onChallenge?: (challenge: Challenge, answer: (given: string | Given) => Promise<Answered>) => void;
  /** Words to show. On `promptWithdrawn` close the question: it waits no longer. */
  readonly onNotice?: (notice: Notice) => void;
  readonly onError?: (trouble: Trouble) => void;
  /**
   * `face` was announced and the class has face checks: how the trainee stands, at each opening and when it changes.
   * Show it where it fits; `manage` opens the dialog for consent, enrolment and withdrawal. Default: a small offer
   * in a corner while consent or enrolment is missing.
   */
  readonly onFace?: (standing: FaceStanding, manage: () => void) => void;
  /** Draw a face check yourself, and send its frames (docs/faces.md). Default: the SDK's own dialog. */
  readonly onFaceCheck?: (challenge: FaceChallenge, decline: (why: FaceDecline['why']) => Promise<void>) => void;
}

export interface Watch {
  readonly state: WatchState;
  /** The session's name, for a platform that reports what it delivers to it; null before it has one. */
  readonly session: string | null;
  /** What the lesson has come to, as the server last said; null before it has. */
  readonly totals: Totals | null;
  /** Rejects with an Error carrying `code` when it could not be delivered. */
  answer(prompt: string, given: string | Given): Promise<Answered>;
  /** Opens a new session here, after `takenOver`, `closed` or `failed`. Needs `getTicket`. Playing then takes the hours back. */
  retake(): void;
  /** Ends the session and unregisters everything. */
  close(): void;
}

const troubles: Readonly<Record<string, Words>> = {
  ticketMissing: { zh: '缺少学习凭证', en: 'No ticket.' },
  ticketFetch: { zh: '获取学习凭证失败，将重试', en: 'No ticket came; trying again.' },
  outboxFull: { zh: '断网过久，部分未能记录', en: 'Offline too long; some time was not recorded.' },
  pageError: { zh: '页面回调出错', en: 'Page callback failed' },
  disconnected: { zh: '网络未连接，请重试', en: 'Not connected; try again.' },
  pageTooOld: { zh: '打开过久，请重新打开课程', en: 'Open too long; reopen the lesson.' },
  workerBlocked: { zh: '照常记录，证据较弱（worker-src blob:）', en: 'Weaker evidence (worker-src blob:)' },
  beaconBlocked: { zh: '离开时的记录被阻止，将重试', en: 'Blocked on leaving; trying again.' },
  notMedia: { zh: '须是 <video>', en: 'No <video>.' },
  historyLost: { zh: '记录不完整，请重新打开课程', en: 'Not recorded; reopen the lesson.' },
};

/** With words for a code of our own; a server's error brings its words. */
export function trouble(code: string, fatal: boolean, words: Words = { zh: code, en: code }): Trouble {
  return { code, fatal, words: troubles[code] ?? words };
}
