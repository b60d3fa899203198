/** The room of proofs over a real judge and a real database: two platforms, and a third lesson that nobody can ask about. */
import { type Policy, type ProofKind, standardPolicy } from '../../detector/index.ts';
import type { Challenge } from '../../sdk/wire.ts';
import { createPolicies } from '../../server/classes/policies.ts';
import { AppError } from '../../server/errors.ts';
import type { Draft, Judge } from '../../server/judge/contract.ts';
import { createLog } from '../../server/log.ts';
import { createProofs } from '../../server/proofs/proofs.ts';
import { createQuestions } from '../../server/proofs/question/questions.ts';
import { createRenderer, type Renderer } from '../../server/proofs/question/render/renderer.ts';
import { createQuestionStore } from '../../server/proofs/question/store.ts';
import { alone, ONE_OF_FOUR } from '../support/alone.ts';
import { seedCatalogue } from '../support/catalogue.ts';
import { testDb } from '../support/db.ts';
import { beatDraft, judgeOn, newSession } from '../support/judge.ts';

export const start = 1_800_000_000_000;
/** 60 s as told, 30 s more that still count; a right answer within 0.8 s is no proof. One of four choices releases. */
export const policy = alone(standardPolicy, ONE_OF_FOUR);

export type World = Awaited<ReturnType<typeof world>>;

export async function world() {
  const { db, drop } = await testDb();
  const seeded = await seedCatalogue(db, { tag: 'pa', policy, trainees: 64 });
  await seedCatalogue(db, { tag: 'pb', policy });
  await db.query(`insert into lessons (id, title, duration_ms, media_url) values ('three-pa', '三', 200000, '/x')`);
  await db.query(`insert into class_lessons (class_id, lesson_id, position) values ($1, 'three-pa', 2)`, [
    seeded.classId,
  ]);
  const mine = { ...seeded, lessons: [...seeded.lessons, { id: 'three-pa', durationMs: 200_000 }] };
  for (const lesson of ['one-pa', 'two-pa', 'one-pb', 'two-pb']) {
    await db.query(`update questions set text_en = lesson_id || ' ' || id where lesson_id = $1`, [lesson]);
  }
  const clock = { now: start };
  const { judge, notices } = judgeOn(db, clock);
  const lines: string[] = [];
  const log = createLog('silent');
  for (const level of ['warn', 'error'] as const) {
    log[level] = ((...args: unknown[]) => void lines.push(JSON.stringify(args))) as never;
  }

  let failing = 0;
  let before: { readonly kind: Draft['kind']; readonly work: () => Promise<unknown> } | null = null;
  const drafts: (Draft & { readonly admittedAt: number | undefined })[] = [];
  /** The real judge, whose commits a test can make fail. */
  const submit: Judge['submit'] = (personKey, draft, admittedAt) => {
    if (failing > 0) {
      failing -= 1;
      return Promise.reject(new AppError('commitFailed'));
    }
    drafts.push({ ...draft, admittedAt });
    if (draft.kind !== before?.kind) return judge.submit(personKey, draft, admittedAt);
    const { work } = before;
    before = null;
    return work().then(() => judge.submit(personKey, draft, clock.now));
  };

  // A loaded machine may take long to start the thread.
  const real = createRenderer({ jobMs: 60_000 });
  /** How images are drawn, other than they are; how the policy has questions rendered. */
  const other: {
    draw:
      | ((sheet: Parameters<Renderer['render']>[0], real: Renderer['render']) => ReturnType<Renderer['render']>)
      | null;
    rendered: 'whenWeak' | 'always' | undefined;
  } = { draw: null, rendered: 'whenWeak' };
  const renderer: Renderer = {
    render: (sheet) => (other.draw === null ? real.render(sheet) : other.draw(sheet, real.render)),
    stop: real.stop,
  };
  const { load } = createPolicies(db);
  const loadPolicy = async (hash: string): Promise<Policy> => {
    const { proofs, ...rest } = await load(hash);
    const { rendered: _, ...question } = proofs.question!;
    const { rendered } = other;
    return { ...rest, proofs: { ...proofs, question: rendered === undefined ? question : { ...question, rendered } } };
  };
  const shown: (Challenge & { readonly session: string })[] = [];
  const question = createQuestions({
    ...{ store: createQuestionStore(db), judge: { submit }, loadPolicy, renderer, log },
    show: (session, challenge) => shown.push({ session, ...challenge }),
    now: () => clock.now,
  });
  const proofs = createProofs({ providers: { question }, log });
  let sessions = 0;
  let trainees = 0;

  return Object.assign(other, {
    ...{ db, clock, judge, notices, proofs, shown, drafts },
    /** The same room in another process. */
    another: () => {
      const here = {
        store: createQuestionStore(db),
        judge: { submit },
        loadPolicy,
        renderer,
        log,
        now: () => clock.now,
      };
      return createProofs({ providers: { question: createQuestions({ ...here, show: () => undefined }) }, log });
    },
    logged: () => lines.join('\n'),
    fail: (commits: number) => {
      failing = commits;
    },
    /** Does this just before the next draft of the kind reaches the judge. */
    beforeNext(kind: Draft['kind'], work: () => Promise<unknown>) {
      before = { kind, work };
    },
    /** Forgets what was seen, not what is stored. */
    forget() {
      for (const list of [notices, shown, drafts, lines]) list.length = 0;
    },
    /** A session that has played 10 s, which are held: of somebody new, unless a number is given. */
    async learn({ trainee = trainees++, lesson = 0 } = {}) {
      sessions += 1;
      const session = `session-${sessions}`;
      await judge.open(newSession(mine, session, trainee, 'device-1', lesson));
      clock.now += 10_000;
      const { id: traineeId, personKey } = mine.trainees[trainee]!;
      await judge.submit(personKey, beatDraft(session, 1, 0, 10_000));
      return { session, personKey, trainee, traineeId };
    },
    /** Asks as the judge's outlet does, and returns what was shown for it. */
    async ask({ session, personKey }: { session: string; personKey: string }, lesson = 'one-pa', hard = false) {
      const kinds: readonly ProofKind[] = ['question'];
      const before = shown.length;
      clock.now += 1;
      const asked = { verdict: 'proofAsked', session, kinds, lesson } as const;
      await proofs.asked(hard ? { ...asked, hard } : asked, personKey);
      return shown.length > before ? shown.at(-1)! : null;
    },
    async outcomes({ personKey }: { personKey: string }): Promise<(string | null)[]> {
      const { rows } = await db.query('select outcome from prompts where person_key = $1 order by issued_ms', [
        personKey,
      ]);
      return rows.map(({ outcome }) => outcome);
    },
    async fates({ personKey }: { personKey: string }): Promise<Record<string, number>> {
      const { rows } = await db.query(
        'select fate, sum(ms)::int as ms from spans where person_key = $1 group by fate',
        [personKey],
      );
      return Object.fromEntries(rows.map(({ fate, ms }) => [fate, ms]));
    },
    async close() {
      await renderer.stop();
      await judge.drain();
      await drop();
    },
  });
}

/** The bank's right answer is `b`. */
export const placeOf = (challenge: Challenge, bankId: string) =>
  challenge.choices.find(({ text }) => text.en === `choice ${bankId}`)!.id;
