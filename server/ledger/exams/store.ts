/** The ledger's SQL about results of exams, read from what server/exams keeps. Writes only the ledger's own. */
import { hashOf } from '../../../ledger/canonical.ts';
import { type Answered, answersHash, type ExamProof, reasonHash } from '../../../ledger/examLeaf.ts';
import type { Queryable } from '../../db/pool.ts';
import type { StoredResult } from './join.ts';

/** Read at once: a result comes with all answers of its sitting, some hundreds. */
const PAGE = 200;

/** Of who sat, in the order in which it was asked; what was not asked is no proof. */
const proofs = `coalesce((select jsonb_agg(jsonb_build_object('kind', p.kind, 'id', p.id, 'outcome', p.outcome) order by p.nth)
                          from sitting_proofs p where p.sitting_id = s.id and p.id is not null), '[]')`;

/** The proofs of a sitting as its leaf names them. */
export async function proofsOfSitting(q: Queryable, sittingId: string): Promise<readonly ExamProof[]> {
  const { rows } = await q.query<{ proofs: readonly ExamProof[] }>(
    `select ${proofs} as proofs from sittings s where s.id = $1`,
    [sittingId],
  );
  return rows[0]?.proofs ?? [];
}

/** What is stored of these results, by their ids. Papers stay in the database: only their hashes are told. */
export async function readResults(q: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, StoredResult>> {
  const found = new Map<string, StoredResult>();
  for (let from = 0; from < ids.length; from += PAGE) {
    const { rows } = await q.query<
      Omit<StoredResult, 'come' | 'reason' | 'author'> & {
        id: string;
        why: string | null;
        by: string | null;
        paperNow: string;
        termsNow: string;
        answered: readonly Answered[];
      }
    >(
      `select r.id, s.person_key as person, e.class_id as class, s.exam_id as exam, r.sitting_id as sitting, s.attempt,
              s.opened_ms as "from", s.handed_in_ms as "to", r.at_ms as at, r.score, r.passed, r.corrects,
              r.reason as why, r.by_person as by,
              jsonb_build_object('paper', r.paper_hash, 'answers', r.answers_hash, 'policy', r.terms_hash) as named,
              encode(sha256(convert_to(s.paper, 'UTF8')), 'hex') as "paperNow",
              encode(sha256(convert_to(e.terms, 'UTF8')), 'hex') as "termsNow",
              coalesce((select jsonb_agg(jsonb_build_object('seq', a.seq, 'n', a.n, 'given', a.given,
                                                            'tookMs', a.took_ms, 'at', a.at_ms) order by a.seq)
                          from sitting_answers a where a.sitting_id = s.id), '[]') as answered,
              ${proofs} as proofs,
              coalesce((select l.leaf from ledger_leaves l where l.result_id = r.corrects),
                       (select p.leaf from ledger_pending p where p.result_id = r.corrects)) as corrected
         from exam_results r join sittings s on s.id = r.sitting_id join exams e on e.id = s.exam_id
        where r.id = any($1)`,
      [ids.slice(from, from + PAGE)],
    );
    for (const { id, paperNow, termsNow, answered, why, by, ...stored } of rows) {
      const explained = {
        reason: why === null ? null : reasonHash(id, why),
        author: by === null ? null : hashOf(by),
      };
      found.set(id, {
        ...stored,
        ...explained,
        come: { paper: paperNow, answers: answersHash(answered), policy: termsNow },
      });
    }
  }
  return found;
}

export async function addPendingResult(q: Queryable, personKey: string, resultId: string, leaf: string): Promise<void> {
  await q.query('insert into ledger_pending (person_key, result_id, leaf) values ($1, $2, $3)', [
    ...[personKey, resultId, leaf],
  ]);
}

/** The leaf of a result, sealed or pending. */
export async function findLeafOfResult(q: Queryable, resultId: string): Promise<string | null> {
  const { rows } = await q.query<{ leaf: string }>(
    `select leaf from ledger_leaves where result_id = $1 union all select leaf from ledger_pending where result_id = $1`,
    [resultId],
  );
  return rows[0]?.leaf ?? null;
}

/** Where the ledger has it; null: it is not sealed yet. */
export async function leafIndexOf(q: Queryable, resultId: string): Promise<number | null> {
  const { rows } = await q.query<{ index: number }>('select index from ledger_leaves where result_id = $1', [resultId]);
  return rows[0]?.index ?? null;
}

/** Results with neither a leaf nor a pending one. */
export async function unsealedResults(q: Queryable, limit: number): Promise<string[]> {
  const { rows } = await q.query<{ id: string }>(
    `select r.id from exam_results r
      where not exists (select 1 from ledger_leaves l where l.result_id = r.id)
        and not exists (select 1 from ledger_pending p where p.result_id = r.id)
      limit $1`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

/** Results with more than one leaf, sealed and pending together. */
export async function resultsSealedTwice(q: Queryable, limit: number): Promise<string[]> {
  const { rows } = await q.query<{ id: string }>(
    `select result_id as id
     from (select result_id from ledger_leaves union all select result_id from ledger_pending) as l
     where result_id is not null group by 1 having count(*) > 1 limit $1`,
    [limit],
  );
  return rows.map(({ id }) => id);
}
