/**
 * The whole contract between the SDK and the gateway.
 *
 * Guarantees: every message that crosses the wire is one of the types below; the
 * gateway parses each with the schema beside it before anything else sees it.
 * The SDK imports types only, so no schema (and no threshold) reaches a browser.
 *
 * Transport: Socket.IO, namespace `/learn`, WebSocket only. Requests carry an
 * acknowledgement callback; its argument is a `Reply`.
 *
 *   browser → server   open · resume · beat · answer
 *   server  → browser  challenge · notice
 *   page close         POST /v1/learn/beacon (text/plain, CORS-simple, < 64 KiB)
 *
 * Units: every duration and media position is a whole number of milliseconds.
 * A browser never sends wall-clock time: offsets count from the session's start
 * on the browser's monotonic clock.
 *
 * Version 1 grows by optional parts only: a page may have loaded an SDK that is older
 * than the server, and must go on. What an older SDK leaves out has a meaning, told beside
 * each optional part.
 */
import { z } from 'zod';

export const WIRE_VERSION = 1;

/** A beat's body is a digest, not a stream: it stays under this many bytes. */
export const BEAT_BYTES_TARGET = 500;
/** What the gateway accepts at most as one beat body. */
export const BEAT_BYTES_MAX = 2048;
/** What the gateway accepts at most as one beacon request. */
export const BEACON_BYTES_MAX = 60 * 1024;
/** A question has at most so many choices. */
export const CHOICES_MAX = 10;
/** Runs and seeks in one beat; the SDK sends a beat early rather than exceed it. */
export const RUNS_MAX = 8;

/** Why this beat was sent. Everything but `interval` is a transition and is sent at once. */
export const causes = [
  'interval',
  'playing',
  'paused',
  'seeked',
  'rate',
  'stalled',
  'ended',
  'hidden',
  'visible',
  'blurred',
  'focused',
  /** Independent sources disagree (frames, timers, getters): told at once, judged on the server. */
  'anomaly',
  /** Sent on the server's word that another session took the lease. */
  'takenOver',
  /** Sent just before an answer, so that the time until the answer is accounted for. */
  'answering',
  'closing',
] as const;
export type Cause = (typeof causes)[number];

export const playStates = ['paused', 'playing', 'seeking', 'stalled', 'ended'] as const;
export type PlayState = (typeof playStates)[number];

/** Bits of `Beat.signs`: facts about the page that contradict an untouched browser. */
export const Sign = {
  /** `document` carries its own `hidden`, `visibilityState` or `hasFocus`. */
  ownVisibility: 1,
  /** What `document.hidden` says differs from what the prototype getter says. */
  visibilityMismatch: 2,
  /** A synthetic canary event did not reach our listener. */
  canarySwallowed: 4,
  /** The media element carries its own `playbackRate`, `currentTime`, `paused`, `pause` or `play`. */
  ownMedia: 8,
  /** `navigator.webdriver` is not `false`. */
  webdriver: 16,
  /** The window lies outside the screen, or its outside is smaller than its inside. */
  offScreen: 32,
  /** `Event.prototype` getters threw on a delivered event. */
  proxiedEvent: 64,
  /** The library that knows automated browsers calls this one automated. It is fetched once the lesson plays. */
  automation: 128,
  /** This browser keeps a record of its pages' visibility, and the page gets none. */
  noRecord: 256,
} as const;
/** All of them. */
const SIGNS_MAX = 511;

/**
 * Bits of `Beat.view`: what stood between the picture and a viewer. All but the last two make the time
 * unseen; a page that is hidden has no view, and its time is none of it.
 */
export const Unseen = {
  /** The element is in no document. */
  detached: 1,
  /** It has no box: `display: none`, `visibility: hidden`, no size, or a frame that has none. */
  notDrawn: 2,
  /** It and what it stands in let less than a quarter of it through. */
  transparent: 4,
  /** Scrolled away, or cut off by what it stands in: less than 30 % of it is in view, and that fills no 30 % of the window. */
  clipped: 8,
  /** What is in view of it is smaller than a thumbnail. */
  tiny: 16,
  /** Opaque elements lie above most of it. */
  covered: 32,
  /** No picture: an audio element, or a file without one. Nothing is measured then. */
  noPicture: 64,
  /** The browser itself does not vouch that nothing covers or alters it. So it says of controls over it as well. */
  unvouched: 128,
} as const;
/** All of them. */
const UNSEEN_MAX = 255;

/**
 * What an element plays. `file`: an address; `blob`: a `blob:` address or a media source, as players of
 * streams in pieces use; `stream`: a `MediaStream`, which a camera or a canvas makes; `none`: nothing.
 */
export const sources = ['none', 'file', 'blob', 'stream'] as const;
export type SourceKind = (typeof sources)[number];

/** A position in the media: no lesson is longer than a day. */
const media = z.number().int().min(0).max(86_400_000);
/** A page may stay open for weeks; what lies beyond belongs to another session. */
const SESSION_MS = 31 * 86_400_000;
/** A moment of the session clock, or a time spent on it. */
const offset = z.number().int().min(0).max(SESSION_MS);
const count = z.number().int().min(0).max(1_000_000);
/** The name of a session or a prompt, as the server drew it. */
const handle = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);
/** −1: this browser has no such source. */
const maybeCount = z.number().int().min(-1).max(1_000_000);
/** A playback rate × 100. */
const rate = z.number().int().min(0).max(10_000);

/**
 * `[mediaFrom, mediaTo, offsetFrom, offsetTo]`: the element really played
 * `mediaFrom → mediaTo` between two offsets of the session clock.
 * @example [120000, 129280, 120010, 129300]
 */
export const runSchema = z
  .tuple([media, media, offset, offset])
  .refine(([mediaFrom, mediaTo, offsetFrom, offsetTo]) => mediaTo >= mediaFrom && offsetTo >= offsetFrom, {
    message: 'a run goes forward',
  });
export type Run = z.infer<typeof runSchema>;

export const beatSchema = z
  .strictObject({
    /** 1, 2, 3 … without a gap. */
    seq: z.number().int().min(1).max(10_000_000),
    cause: z.enum(causes),
    /** The last nonce received when this beat was made. One that is older than the page must have had says that the beat waited. */
    nonce: z.string().min(8).max(32),
    /** Offsets that this beat speaks of; `from` is the previous beat's `to`. */
    span: z.tuple([offset, offset]).refine(([from, to]) => to >= from, { message: 'a span goes forward' }),
    runs: z.array(runSchema).max(RUNS_MAX),
    /** State, position and rate × 100 at the end of the span, read through prototype getters. */
    player: z.tuple([z.enum(playStates), media, rate]),
    /** Milliseconds of the span visible, focused, and hidden by the browser's own visibility record (−1: no record). */
    page: z.tuple([offset, offset, z.number().int().min(-1).max(SESSION_MS)]),
    /** Animation frames, video frames presented to the compositor (−1: not supported). */
    frames: z.tuple([count, maybeCount]),
    /** `Date` milliseconds elapsed in the span, 100 ms ticks of a page timer, 100 ms ticks of a Worker (−1: no Worker). */
    clocks: z.tuple([z.number().int().min(-SESSION_MS).max(SESSION_MS), count, maybeCount]),
    /** Trusted pointer, key and scroll events; synthetic ones. */
    input: z.tuple([count, count, count, count]),
    /** `[from, to]` media positions of seeks. */
    seeks: z.array(z.tuple([media, media])).max(RUNS_MAX),
    /** Milliseconds spent waiting for media. */
    stalled: offset,
    /** Bits of `Sign`. */
    signs: z.number().int().min(0).max(SIGNS_MAX),
    /**
     * The rate × 100 at which each run was played, one a run: a run before a rate change is not to be
     * judged by the rate after it. Absent: an older SDK, which tells only the rate at the end, in `player`.
     */
    rates: z.array(rate).max(RUNS_MAX).optional(),
    /**
     * Milliseconds of the span in which the page's own thread did not run (a long task, sleep): frames and
     * page ticks that are missing there are one fact, not two. Absent: an older SDK, which does not count them.
     */
    busy: offset.optional(),
    /**
     * Milliseconds of the span in which the page was visible and the picture could not be seen, the percentage
     * of it in view at the end, and the bits of `Unseen` met in the span. Absent: not measured, because the SDK is an
     * older one, or its part for that did not load (yet).
     */
    view: z.tuple([offset, z.number().int().min(0).max(100), z.number().int().min(0).max(UNSEEN_MAX)]).optional(),
    /**
     * What the element plays at the end of the span, how long that is by the element's own word in ms (−1: it
     * does not say), and how often it was replaced by something else in the span. Absent: an older SDK.
     */
    source: z
      .tuple([z.enum(sources), z.number().int().min(-1).max(SESSION_MS), z.number().int().min(0).max(1000)])
      .optional(),
  })
  .refine(({ runs, rates }) => rates === undefined || rates.length === runs.length, { message: 'one rate a run' });
export type Beat = z.infer<typeof beatSchema>;

// ── browser → server ────────────────────────────────────────────────────────

export const openSchema = z.strictObject({
  version: z.literal(WIRE_VERSION),
  ticket: z.string().min(16).max(4096),
  /** Random, kept in the browser's storage: tells a second page from a second device. A claim. */
  device: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
  /**
   * The forms of question that this page can draw; a name that the server does not know means nothing.
   * `image`, which is no form: it can show a question of any of them as an image (`Challenge.image`).
   * `face`, no form of question either: it can show a face check.
   * Absent: an older SDK, or a page that draws single choices only, and is asked nothing else.
   */
  forms: z
    .array(z.string().regex(/^[a-zA-Z]{1,16}$/))
    .max(16)
    .optional(),
  /**
   * Who holds the session's key: a Worker, out of reach of the page's scripts, or the page itself, where it
   * gets no Worker. A claim. Absent: an older SDK, which seals in the page.
   */
  sealing: z.enum(['worker', 'page']).optional(),
});
export type Open = z.infer<typeof openSchema>;

export const resumeSchema = z.strictObject({
  version: z.literal(WIRE_VERSION),
  session: handle,
  /** base64url HMAC-SHA256(key, `resume|<session>|<socket id>`): whoever resumes holds the key. */
  proof: z.string().length(43),
});
export type Resume = z.infer<typeof resumeSchema>;

/**
 * A beat on the wire. `body` is the JSON text of a `Beat`; the MAC covers these
 * exact bytes, chained: mac(n) = base64url HMAC-SHA256(key, mac(n−1) ‖ '|' ‖ body),
 * where mac(0) is the session id.
 *
 * A closing beat may be sealed with a key of its own instead, HMAC-SHA256(key, `closing|<seq>`): the SDK's
 * Worker, which alone holds the session's key, gives it to the page in advance, for a page that goes away
 * can wait for no Worker. It is good for the cause `closing` and this `seq` only, and so at most once: a
 * closing beat ends its session.
 */
export const sealedBeatSchema = z.strictObject({
  body: z.string().min(2).max(BEAT_BYTES_MAX),
  mac: z.string().length(43),
  /** This beat waited for a connection. Credited under the policy's own cap. The server says so too of a beat whose nonce is too old. */
  queued: z.boolean(),
});
export type SealedBeat = z.infer<typeof sealedBeatSchema>;

/** Whole pixels, or events: what lies beyond says no more. */
const few = z.number().int().min(0).max(100_000);
/** A moment since the question was shown, on the page's clock, ms; none is waited for so long. */
const since = z.number().int().min(0).max(86_400_000);

/**
 * How an answer was given, told with it: counts and lengths since the question was shown. No key, no place on
 * the screen and no target is in it. Absent: an older SDK.
 */
export const handSchema = z.strictObject({
  /**
   * Trusted pointer events, trusted keys, synthetic events; and trusted activations that came without a
   * pointer and without a key, which is how assistive technology presses a button.
   */
  events: z.tuple([few, few, few, few]),
  /** When the first trusted event came (−1: none), and the answer. */
  times: z.tuple([since.or(z.literal(-1)), since]),
  /** The pointer's path: its length in pixels, the way from its first point to its last as a percentage of that, its steps. */
  path: z.tuple([few, z.number().int().min(0).max(100), few]),
  /** Whether the page was hidden, and whether it had the focus, when the answer was given: 1 or 0. */
  page: z.tuple([z.literal([0, 1]), z.literal([0, 1])]),
});
export type Hand = z.infer<typeof handSchema>;

/** The name of a choice within its prompt. */
const choiceId = z.string().min(1).max(32);
const shareOfPicture = z
  .number()
  .min(0)
  .max(1)
  .refine((share) => Math.round(share * 1e4) / 1e4 === share, { message: 'four decimals at most' });
/** An answer of another form than was asked is wrong. */
const toPrompt = { prompt: handle, hand: handSchema.optional() };
const parts = {
  /** To `single`: the one that is right. */
  single: { choice: choiceId },
  /** To `multiple`: all that are right, in any order. */
  multiple: { choices: z.array(choiceId).min(1).max(CHOICES_MAX) },
  /** To `order`: every choice, the first one first. */
  order: { order: z.array(choiceId).min(1).max(CHOICES_MAX) },
  /** To `number`: as it was typed; the server reads it. */
  number: { number: z.string().min(1).max(32) },
  /** To `point`: the place, in shares of the picture's width and height, with four decimals at most. */
  point: { point: z.tuple([shareOfPicture, shareOfPicture]) },
};
export const answerSchema = z.union([
  z.strictObject({ ...toPrompt, ...parts.single }),
  z.strictObject({ ...toPrompt, ...parts.multiple }),
  z.strictObject({ ...toPrompt, ...parts.order }),
  z.strictObject({ ...toPrompt, ...parts.number }),
  z.strictObject({ ...toPrompt, ...parts.point }),
]);
/** The same without a prompt: to an item of an exam's paper. */
export const givenSchema = z.union([
  z.strictObject(parts.single),
  z.strictObject(parts.multiple),
  z.strictObject(parts.order),
  z.strictObject(parts.number),
  z.strictObject(parts.point),
]);
export type Answer = z.infer<typeof answerSchema>;
/** An answer without its prompt, as a page gives it. */
export type Given =
  | { readonly choice: string }
  | { readonly choices: readonly string[] }
  | { readonly order: readonly string[] }
  | { readonly number: string }
  | { readonly point: readonly [x: number, y: number] };

/** The beacon's text: the beats not yet acknowledged, oldest first, closing beat last. */
export const beaconSchema = z.strictObject({
  session: handle,
  beats: z.array(sealedBeatSchema).min(1).max(200),
});
export type Beacon = z.infer<typeof beaconSchema>;

/** Bodies of `POST /v1/face/…`; the frames of a burst are bytes. */
export const faceConsentSchema = z.strictObject({ session: handle, notice: z.string().min(1).max(32) });
export const faceSelfSchema = z.strictObject({ session: handle });
export const faceDeclineSchema = z.strictObject({
  session: handle,
  check: handle,
  /** `noCamera`: there is none, or the browser was not allowed it. `chosen`: the trainee wants a question. */
  why: z.enum(['noCamera', 'chosen']),
});
export const faceBurstSchema = z.strictObject({ session: handle, check: handle });
export type FaceDecline = z.infer<typeof faceDeclineSchema>;

// ── server → browser ────────────────────────────────────────────────────────

/** What the lesson has come to for this trainee, all sessions together. */
export interface Totals {
  readonly creditedMs: number;
  readonly heldMs: number;
  readonly deniedMs: number;
}

/** A session was opened. It does not take the lease from another page: playing does. */
export interface Opened {
  readonly session: string;
  /** base64url, 32 bytes: the session's MAC key. */
  readonly key: string;
  readonly nonce: string;
  readonly nextMs: number;
  /** Server time, ms since the epoch: for display only. */
  readonly serverTime: number;
  readonly lesson: { readonly id: string; readonly title: string; readonly durationMs: number };
  readonly totals: Totals;
  /** Path of the lesson's media for this session, where this server delivers it; absent: it does not. */
  readonly media?: string;
  /** Absent: this class asks for no faces, this server looks at none, or the page did not announce `face`. */
  readonly face?: FaceStanding;
}

/** How a trainee stands with face checks. Without consent, or an enrolment, questions are asked instead, and earn the same. */
export interface FaceStanding {
  /** Goes with consent, withdrawal and enrolment: `Authorization: Bearer <pass>`. For an hour. */
  readonly pass: string;
  /** Version of the notice that consent is to be given to; its words: `GET /v1/face/notice`. */
  readonly notice: string;
  /** Consent to that version stands. */
  readonly consent: boolean;
  readonly enrolled: boolean;
}

export interface Resumed {
  /** The last beat the server holds durably; everything after it is sent again. */
  readonly seq: number;
  readonly nonce: string;
  readonly nextMs: number;
  readonly totals: Totals;
  /** The prompt that waits for this trainee, if any. */
  readonly challenge: Posed | null;
}

export interface Ack {
  readonly seq: number;
  readonly nonce: string;
  readonly nextMs: number;
  readonly totals: Totals;
}

export interface Answered {
  /**
   * `taken`: it counts together with the next ones; right or wrong, nobody is told of one answer alone. `expired`:
   * it came too late. The others are of older servers.
   */
  readonly outcome: 'taken' | 'expired' | 'right' | 'wrong' | 'tooFast';
  /** Of older servers, which said of each answer whether it proved presence; now always false. */
  readonly counted: boolean;
  readonly totals: Totals;
}

/** An image within a message. */
export interface Picture {
  readonly type: 'image/png' | 'image/jpeg' | 'image/webp';
  /** base64 of its bytes. */
  readonly data: string;
  readonly width: number;
  readonly height: number;
}

/** A content question. The key to it never leaves the server. */
interface AnyChallenge {
  readonly prompt: string;
  readonly question: Words;
  /** Milliseconds left when sent. */
  readonly remainingMs: number;
  /** Milliseconds after these in which an answer still counts; absent: none. Not shown: it is for the slow line. */
  readonly graceMs?: number;
  /**
   * The question and its choices, to be read in this image; `question` and the choices' words then only
   * say what to do and where a choice stands in it. Sent to pages that announced `image`.
   */
  readonly image?: Picture & { readonly alt: Words };
}

/** One of the choices; its id names it within this prompt, and says nothing else. */
export interface Choice {
  readonly id: string;
  readonly text: Words;
}

/** Only a form that the page announced in `open` is sent to it. */
export type Challenge = AnyChallenge &
  (
    | {
        /** Absent: a server before there were other forms. */
        readonly form?: 'single';
        readonly choices: readonly Choice[];
      }
    | {
        /** One or more of the choices are right. */
        readonly form: 'multiple';
        readonly choices: readonly Choice[];
      }
    | {
        /** All are to be put in their order. */
        readonly form: 'order';
        readonly choices: readonly Choice[];
      }
    | {
        readonly form: 'number';
        readonly choices: readonly [];
        /** What is counted, after the number. */
        readonly unit?: Words;
      }
    | {
        /** A place of the picture is to be pointed at. */
        readonly form: 'point';
        readonly choices: readonly [];
        readonly picture: Picture;
      }
  );
export type Form = NonNullable<Challenge['form']>;
/** What a page may announce that it can draw. */
export type Drawable = Form | 'image' | 'face';

/** `turnLeft`, `turnRight`: the person's own left and right. `front`: a look straight ahead. */
export type FaceAction = 'front' | 'turnLeft' | 'turnRight' | 'nod' | 'openMouth' | 'blink';
export type FaceColour = 'red' | 'green' | 'blue' | 'white' | 'black';

/**
 * A face check. Sent only to a page that announced `face`, of a trainee who consented and enrolled. The page
 * opens the camera, shows the actions and fills itself with the colours, takes a frame at each shot, and sends them
 * all: `POST /v1/face/frames?session=…&check=<prompt>`. Who has no camera or wants none: `POST /v1/face/decline`;
 * a question then comes instead. In an exam's sitting it comes in the replies to its page, and its id stands for
 * the session's. Moments are ms since the page began to show it.
 */
export interface FaceChallenge extends AnyChallenge {
  readonly form: 'face';
  readonly choices: readonly [];
  readonly steps: readonly { readonly action: FaceAction; readonly fromMs: number; readonly toMs: number }[];
  readonly shots: readonly { readonly atMs: number; readonly colour: FaceColour; readonly colourFromMs: number }[];
  readonly lengthMs: number;
  /** Goes with the frames: `Authorization: Bearer <pass>`. */
  readonly pass: string;
}

/**
 * What became of a burst. `taken`: looked at; passed or not, nobody is told of one check alone. `again`: another
 * check follows. `question`: a question follows, or in an exam somebody else confirms who sits. `late`: its time was
 * over.
 */
export interface FaceTaken {
  readonly outcome: 'taken' | 'again' | 'question' | 'late';
  /** What to change, in words; empty: nothing is known. */
  readonly advice: readonly FaceAdvice[];
  /** In an exam, after `again`: the check that follows. In a lesson it comes by the socket. */
  readonly next?: FaceChallenge;
}

export interface FaceEnrolled {
  readonly enrolled: boolean;
  readonly advice: readonly FaceAdvice[];
}

export interface FaceAdvice {
  readonly code: string;
  readonly words: Words;
}

/** What may stand before a trainee. */
export type Posed = Challenge | FaceChallenge;

/** Words for people, zh-CN first. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

/**
 * What changed for the trainee, said at once, with the reason in words. `promptWithdrawn`: the question
 * that was asked last waits no longer, and nobody is blamed for it.
 */
export interface Notice {
  readonly kind: 'held' | 'released' | 'denied' | 'takenOver' | 'promptMissed' | 'promptWithdrawn' | 'closed';
  /** The rule that decided, e.g. `backgroundPlayback.hidden`. */
  readonly reason: string;
  readonly words: Words;
  /** Milliseconds this notice speaks of; 0 where it speaks of a state. */
  readonly ms: number;
  /** Of the lesson that this notice's session watches. */
  readonly totals: Totals;
}

/** One stable code a cause; `retry` says whether the same message may be sent again. */
export interface WireError {
  readonly code: string;
  /** In both languages, for a log. */
  readonly message: string;
  /** The same for people, in each; absent from servers before this. */
  readonly words?: Words;
  readonly retry: boolean;
}

export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: WireError };

export interface ClientToServer {
  open(message: Open, reply: (r: Reply<Opened>) => void): void;
  resume(message: Resume, reply: (r: Reply<Resumed>) => void): void;
  beat(message: SealedBeat, reply: (r: Reply<Ack>) => void): void;
  answer(message: Answer, reply: (r: Reply<Answered>) => void): void;
}

export interface ServerToClient {
  challenge(message: Posed): void;
  notice(message: Notice): void;
}
