/** One attack: a technique with a stock of answers, for so long, in a browser profile and at an address of its own. */
import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import { hide } from '../../../test/support/browser.ts';
import { between, createRandom } from '../../../test/support/world/random.ts';
import { createAccomplice, guess, knownOf, type Plan, type Stock } from './accomplice.ts';
import { openAddress } from './address.ts';
import { answerByPointer, answerByScript, Pointer, readCard, type Shown } from './answering.ts';
import { openApart } from './apart.ts';
import { type Evidence, readEvidence } from './evidence.ts';
import type { Account, Ground } from './ground.ts';
import type { Stage, Technique } from './technique.ts';

const OPEN_MS = 90_000;
const START_MS = 30_000;
const LOOK_MS = 300;
/** A card that still stands there so long after it was answered did not take the answer. */
const AGAIN_MS = 4_000;
/** From here on a technique must show that it works; it is asked again a few times. */
const PROOF_MS = 3_000;
const PROOFS = 3;
/** Evidence that does not change for so long is all there is. */
const SETTLED_MS = 2_500;
const SETTLE_MS = 20_000;

export interface Attacked {
  readonly technique: Technique;
  readonly stock: Stock;
  /** Why it could not be carried out; null: it was. */
  readonly failed: string | null;
  readonly trainees: readonly string[];
  /** When it first played, server time. */
  readonly startedAt: number;
  /** Wall time that it played for, over all accounts. */
  readonly wallMs: number;
  /** Pages that had to be opened again because the session was gone. */
  readonly reopened: number;
  /** Questions that it had an answer to, and could not give. */
  readonly unanswerable: number;
  readonly evidence: Evidence;
}

export interface Order {
  readonly technique: Technique;
  readonly stock: Stock;
  /** Counts up: class, address and chance of each attack are its own. */
  readonly n: number;
  readonly seed: number;
  readonly ms: number;
}

interface Tally {
  failed: string | null;
  startedAt: number;
  wallMs: number;
  reopened: number;
  unanswerable: number;
}

export async function attack(ground: Ground, browser: Browser, order: Order): Promise<Attacked> {
  const { technique, stock, n } = order;
  const accounts = await ground.enrol(`attack-${n}`, technique.accounts ?? 1);
  const address = await openAddress(ground.url, n);
  const context = await browser.createBrowserContext();
  const tally: Tally = { failed: null, startedAt: 0, wallMs: 0, reopened: 0, unanswerable: 0 };
  const start = together(accounts.length);
  try {
    await Promise.all(
      accounts.map((account, i) =>
        sit({ ground, context, order, account, tally, start, through: address.through, seat: i }).catch(
          (error: Error) => {
            start.gone();
            tally.failed ??= `the page was lost: ${error.message.split('\n')[0]}`;
          },
        ),
      ),
    );
    // What a closing page sends goes over this address still.
    await settled(ground, accounts);
  } finally {
    await context.close().catch(() => undefined);
    address.close();
  }
  const people = accounts.map(({ personKey }) => personKey);
  const trainees = accounts.map(({ trainee }) => trainee);
  return { technique, stock, trainees, ...tally, evidence: await readEvidence(ground.db, people) };
}

/** Pages of one profile load one after another, since one media file is fetched once at a time; then they start at once. */
interface Start {
  readonly myTurn: (seat: number) => Promise<void>;
  /** This page is ready; resolves when all are. */
  readonly all: () => Promise<void>;
  /** This page will not be. */
  readonly gone: () => void;
}

function together(seats: number): Start {
  let ready = 0;
  const until = async (met: () => boolean): Promise<void> => {
    while (!met()) await pause(50);
  };
  const gone = (): void => {
    ready += 1;
  };
  return {
    myTurn: (seat) => until(() => ready >= seat),
    all: () => {
      gone();
      return until(() => ready >= seats);
    },
    gone,
  };
}

interface Seat {
  readonly start: Start;
  readonly ground: Ground;
  readonly context: BrowserContext;
  readonly order: Order;
  readonly account: Account;
  readonly tally: Tally;
  readonly through: (url: string) => string;
  readonly seat: number;
}

/** One trainee's page, from lesson to lesson until the time is over. */
async function sit({ ground, context, order, account, tally, start, through, seat }: Seat): Promise<void> {
  const { technique, stock, n, seed, ms } = order;
  const random = createRandom(seed * 1_000 + n * 10 + seat);
  await start.myTurn(seat);
  // One page that could not be opened is enough: there is no such attack.
  if (tally.failed !== null) return start.gone();
  // Windows opened at the same moment hide one another, and the media of a page that was never seen are not fetched.
  const page = await context.newPage(seat === 0 ? {} : { type: 'window' });
  if (technique.before !== undefined) await page.evaluateOnNewDocument(technique.before);
  const apart = await openApart(page);
  const pointer = new Pointer(page, technique.answering?.by === 'protocol' ? 'straight' : 'curved', random);
  const stage: Stage = {
    ...{ page, apart, random },
    command: (method, params) => apart.cdp.send(method as 'Page.enable', params as undefined),
    inPage: <T>(body: string) => page.evaluate(`(async () => { ${body} })()`) as Promise<T>,
    cover: async () => void (await hide(page)),
  };
  const answers = answerer({ ground, account, stock, technique, page, apart, pointer, random, seed, tally });
  let endAt = Number.POSITIVE_INFINITY;
  let proven = false;
  let first = true;

  for (let lesson = 0; lesson < ground.lessons.length && Date.now() < endAt && tally.failed === null; ) {
    await open(stage, technique, through(await account.playerUrl(ground.lessons[lesson]?.id ?? '')));
    // Whoever starts a lesson does that by hand, and leaves.
    if (!proven && technique.chrome !== 'automated' && technique.chrome !== 'masked') await pointer.to(400, 300);
    await technique.ready?.(stage);
    if (first) await start.all();
    first = false;
    if (technique.neverPlays !== true) await startPlaying(apart);
    await technique.playing?.(stage);
    const playsFrom = Date.now();
    if (tally.startedAt === 0) tally.startedAt = playsFrom;
    if (endAt === Number.POSITIVE_INFINITY) endAt = playsFrom + ms;
    let actedAt = playsFrom;
    let end: 'time' | 'ended' | 'gone' | null = null;
    while (end === null && tally.failed === null) {
      await pause(LOOK_MS);
      const now = Date.now();
      if (!proven && now - playsFrom > PROOF_MS) {
        tally.failed ??= await prove(stage, technique);
        proven = true;
      }
      if (technique.each !== undefined && now - actedAt >= technique.each.ms) {
        actedAt = now;
        await technique.each.act(stage);
      }
      await answers();
      end = now >= endAt ? 'time' : await whatEnded(apart);
    }
    tally.wallMs += Date.now() - playsFrom;
    if (end === 'gone') {
      tally.reopened += 1;
      await pause(2_000);
    } else lesson += 1;
  }
  await page.goto('about:blank');
}

async function open(stage: Stage, technique: Technique, url: string): Promise<void> {
  if (technique.open === undefined) await stage.page.goto(url, { waitUntil: 'load', timeout: OPEN_MS });
  else await technique.open(stage, url);
  const until = Date.now() + OPEN_MS;
  let seen = '';
  while (Date.now() < until) {
    seen = await stage.apart.run<string>(COUNTS);
    if (seen === 'watching with media') return;
    await pause(200);
  }
  throw new Error(`the page never counted: ${seen}`);
}

const COUNTS = `
  const state = doc.querySelector('[data-state]')?.getAttribute('data-state') ?? 'no player';
  if (video && video.readyState >= 1) return state + ' with media';
  return state + (video ? ', media ' + [video.readyState, video.networkState, document.hidden, video.currentSrc] : ', no video');
`;

function whatEnded(apart: Stage['apart']): Promise<'ended' | 'gone' | null> {
  return apart.run(`
    const state = doc.querySelector('[data-state]')?.getAttribute('data-state') ?? null;
    if (['closed', 'failed', 'takenOver'].includes(state)) return 'gone';
    return video && video.ended ? 'ended' : null;
  `);
}

/** In a hidden tab `play` may be answered late, or not before the media has come. */
async function startPlaying(apart: Stage['apart']): Promise<void> {
  await apart.run('video.play().catch(() => undefined);');
  const until = Date.now() + START_MS;
  while (Date.now() < until) {
    if (await apart.run<boolean>('return !video.paused && video.currentTime > 0;')) return;
    await pause(200);
  }
  throw new Error('the video did not start');
}

async function prove(stage: Stage, { proof }: Technique): Promise<string | null> {
  let why: string | null = null;
  for (let tries = 0; tries < PROOFS; tries++) {
    why = await proof(stage).catch((error: Error) => error.message.split('\n')[0] ?? 'failed');
    if (why === null) return null;
    await pause(PROOF_MS);
  }
  return why;
}

interface Answerer {
  readonly ground: Ground;
  readonly account: Account;
  readonly stock: Stock;
  readonly technique: Technique;
  readonly page: Page;
  readonly apart: Stage['apart'];
  readonly pointer: Pointer;
  readonly random: () => number;
  readonly seed: number;
  readonly tally: Tally;
}

/** Looks once whether a question waits, and answers it as it can. */
function answerer(of: Answerer): () => Promise<void> {
  const { ground, account, stock, technique, page, apart, pointer, random, seed, tally } = of;
  const accomplice = createAccomplice(ground.db);
  const known = knownOf(ground.questions, stock.share, seed);
  const { by = 'script', exactlyMs } = technique.answering ?? {};
  let done = { id: '', at: 0, tries: 0 };

  async function planFor(card: Shown): Promise<Plan | null> {
    const question = await accomplice.newest(account.personKey);
    const recognised = stock.reads === true || question?.words.some((words) => card.text.includes(words)) === true;
    if (question !== null && recognised && known.has(question.item)) {
      if (question.right !== null) return question.right;
      tally.unanswerable += 1;
    }
    return stock.otherwise === 'guesses' ? guess(card, random) : null;
  }

  return async () => {
    if (stock.share === 0 && stock.otherwise === 'ignores') return;
    const card = await readCard(apart);
    if (card === null) return;
    if (card.id === done.id && (done.tries >= 3 || Date.now() - done.at < AGAIN_MS)) return;
    const plan = await planFor(card);
    done = { id: card.id, at: Date.now(), tries: card.id === done.id ? done.tries + 1 : 1 };
    if (plan === null) return;
    const afterMs = exactlyMs ?? between(random, 2_000, 4_500);
    if (by === 'script') await answerByScript(apart, plan, card.id, afterMs);
    else {
      await pause(Math.max(0, afterMs - card.sinceMs));
      await answerByPointer(page, apart, pointer, plan);
    }
    done = { ...done, at: Date.now() };
  };
}

/** Waits until the server has heard and judged all of it. */
async function settled(ground: Ground, accounts: readonly Account[]): Promise<void> {
  const people = accounts.map(({ personKey }) => personKey);
  const until = Date.now() + SETTLE_MS;
  let [before, since] = ['', Date.now()];
  while (Date.now() < until && Date.now() - since < SETTLED_MS) {
    const { rows } = await ground.db.query(
      `select (select count(*) from events where person_key = any($1)) as events,
              (select coalesce(sum(ms), 0) from spans where person_key = any($1) and fate = 'credited') as credited`,
      [people],
    );
    const now = JSON.stringify(rows);
    if (now !== before) [before, since] = [now, Date.now()];
    await pause(400);
  }
}

const pause = (ms: number): Promise<void> => new Promise((go) => setTimeout(go, ms));
