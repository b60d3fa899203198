import { expect, it, vi } from 'vitest';
import type { ProofKind } from '../../detector/index.ts';
import type { Challenge } from '../../sdk/wire.ts';
import { createLog } from '../../server/log.ts';
import { createProofs } from '../../server/proofs/proofs.ts';
import type { Asking } from '../../server/proofs/provider.ts';

const totals = { creditedMs: 0, heldMs: 0, deniedMs: 0 };
const challenge = (prompt: string): Challenge => ({
  ...{ prompt, question: { zh: '问', en: 'q' }, choices: [], remainingMs: 1 },
});

/** A provider that waits for exactly one proof, of this name. */
function asking(name: string) {
  return {
    ask: vi.fn<Asking['ask']>(async () => undefined),
    pending: vi.fn<Asking['pending']>(async () => challenge(name)),
    answer: vi.fn<Asking['answer']>(async (_session, _person, { prompt }) =>
      prompt === name ? { outcome: 'taken', counted: false, totals } : null,
    ),
    ended: vi.fn<Asking['ended']>(async () => undefined),
  };
}
const asked = (...kinds: ProofKind[]) => ({ verdict: 'proofAsked', session: 's', lesson: 'l', kinds }) as const;

function room() {
  const said: string[] = [];
  const log = createLog('silent');
  log.error = ((_of: unknown, text: string) => void said.push(text)) as never;
  const question = asking('q');
  const face = asking('f');
  const proofs = createProofs({
    providers: {
      question: { kind: 'question', asking: question },
      face: { kind: 'face', asking: face },
      supervisor: { kind: 'supervisor', asking: null },
    },
    log,
  });
  return { proofs, question, face, said };
}

it('the first kind that somebody here can ask for is asked', async () => {
  const { proofs, question, face, said } = room();
  await proofs.asked(asked('supervisor', 'face', 'question'), 'p');
  expect([face.ask.mock.calls.length, question.ask.mock.calls.length, said]).toEqual([1, 0, []]);
});

it.each<[string, ProofKind[]]>([
  ['of a kind that nobody is asked for', ['supervisor']],
  ['of no kind', []],
])('a proof %s is said aloud', async (_what, kinds) => {
  const { proofs, said } = room();
  await proofs.asked(asked(...kinds), 'p');
  expect(said).toHaveLength(1);
});

it('neither asking nor what became of it rejects', async () => {
  const { proofs, question, face, said } = room();
  question.ask.mockRejectedValue(new Error('no'));
  question.ended.mockRejectedValue(new Error('no'));
  await proofs.asked(asked('question'), 'p');
  await proofs.noticed({ kind: 'promptMissed', session: 's' });
  expect(face.ended).toHaveBeenCalledWith('s', 'missed');
  expect(said).toHaveLength(2);
});

it('a notice of anything else ends nothing', async () => {
  const { proofs, question } = room();
  for (const kind of ['held', 'released', 'denied', 'takenOver', 'closed'] as const) {
    await proofs.noticed({ kind, session: 's' });
  }
  expect(question.ended).not.toHaveBeenCalled();
});

it('an answer goes to whoever asked, with the moment it arrived', async () => {
  const { proofs, face } = room();
  const answer = { prompt: 'f', choice: '1' };
  expect(await proofs.answer('s', 'p', answer, 7)).toMatchObject({ outcome: 'taken' });
  expect(face.answer).toHaveBeenCalledWith('s', 'p', answer, 7);
  await expect(proofs.answer('s', 'p', { prompt: 'x', choice: '1' })).rejects.toMatchObject({ code: 'promptUnknown' });
});

it('what waits is found wherever it waits', async () => {
  const { proofs, question, face } = room();
  question.pending.mockResolvedValue(null);
  expect((await proofs.pending('p'))?.prompt).toBe('f');
  face.pending.mockResolvedValue(null);
  expect(await proofs.pending('p')).toBeNull();
});
