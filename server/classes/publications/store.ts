/**
 * Publications at rest. Guarantees: who may propose, publish or revoke is decided by the statement
 * that writes, from the person's row as it stands (a reviewer, whose region covers the scope); the
 * person who publishes is never the one who proposed; what is written is never changed, but for
 * its end.
 */
import { randomUUID } from 'node:crypto';
import type { Policy } from '../../../detector/index.ts';
import { startsWith } from '../../auth/scope.ts';
import { type Db, type Queryable, transaction } from '../../db/pool.ts';
import { fail } from '../../errors.ts';
import type { Shadow, Shadows } from '../../judge/shadow/store.ts';
import { createPolicies } from '../policies.ts';
import { coveringRegions, type Proposal, type Publication, type Taught } from './publication.ts';

export interface PublicationStore {
  /** Throws `policyInvalid`, `forbidden`, or `badRequest` for a platform that there is not. */
  propose(personId: string, policy: Policy, proposal: Omit<Proposal, 'policyHash'>): Promise<Publication>;
  /** Throws `notFound`, `forbidden`, `publicationSelf`, `publicationState`. */
  publish(personId: string, id: string): Promise<Publication>;
  /** Throws `notFound`, `forbidden`, `publicationState`. */
  revoke(personId: string, id: string): Promise<Publication>;
  /** Newest first: whatever touches the region, from within or from above. */
  list(region: string, limit: number): Promise<readonly Publication[]>;
  /** Throws `notFound`, also for what does not touch the region. */
  find(region: string, id: string): Promise<Publication>;
}

interface Row extends Omit<Publication, 'proposed' | 'published' | 'revoked'> {
  readonly proposedBy: string;
  readonly proposedMs: number;
  readonly publishedBy: string | null;
  readonly publishedMs: number | null;
  readonly revokedBy: string | null;
  readonly revokedMs: number | null;
}

/** A person may act where this joins. */
const MAY = `me.role = 'reviewer' and starts_with(p.region, me.region)`;
/** In force from. */
const FROM = 'greatest(p.effective_ms, b.published_ms)';
/** So many that cover one class are looked at; the rest are for an older day anyway. */
const COVERING = 16;

const select = `
  select p.id, p.policy_hash as "policyHash", p.region, p.platform_id as "platformId",
         p.occupation_code as "occupationCode", p.shadow, p.effective_ms as "effectiveAt",
         one.username as "proposedBy", p.proposed_ms as "proposedMs",
         two.username as "publishedBy", b.published_ms as "publishedMs",
         three.username as "revokedBy", b.revoked_ms as "revokedMs"
    from policy_proposals p
    join people one on one.id = p.proposed_by
    left join policy_publications b on b.proposal_id = p.id
    left join people two on two.id = b.published_by
    left join people three on three.id = b.revoked_by
   where (p.region like $1 or starts_with($2, p.region))`;

export function publicationStore(db: Db, now: () => number = Date.now): PublicationStore {
  async function find(region: string, id: string): Promise<Publication> {
    const { rows } = await db.query<Row>(`${select} and p.id = $3`, [startsWith(region), region, id]);
    const [row] = rows;
    return row === undefined ? fail('notFound') : shown(row);
  }

  /** Why nothing was written. */
  async function refusal(personId: string, id: string, wanted: 'proposed' | 'published'): Promise<never> {
    const { rows } = await db.query<{ may: boolean; own: boolean; status: string }>(
      `select ${MAY} as may, p.proposed_by = me.id as own,
              case when b.proposal_id is null then 'proposed' when b.revoked_ms is null then 'published' else 'revoked' end as status
         from policy_proposals p
         join people me on me.id = $1 and (starts_with(p.region, me.region) or starts_with(me.region, p.region))
         left join policy_publications b on b.proposal_id = p.id
        where p.id = $2`,
      [personId, id],
    );
    const [row] = rows;
    if (row === undefined) return fail('notFound');
    if (!row.may) return fail('forbidden');
    if (row.status === wanted && row.own) return fail('publicationSelf');
    return fail('publicationState', { status: row.status });
  }

  return {
    find,
    async propose(personId, policy, proposal) {
      const { region, platformId, occupationCode, shadow, effectiveAt } = proposal;
      const id = randomUUID();
      await transaction(db, async (q) => {
        if (platformId !== null && !(await isPlatform(q, platformId))) fail('badRequest', { field: 'platformId' });
        const hash = await createPolicies(q).add(policy);
        const { rowCount } = await q.query(
          `insert into policy_proposals
             (id, policy_hash, region, platform_id, occupation_code, shadow, effective_ms, proposed_by, proposed_ms)
           select p.id, $2, p.region, $4, $5, $6, $7, me.id, $8
             from (select $1::text as id, $3::text as region) p, people me
            where me.id = $9 and ${MAY}`,
          [id, hash, region, platformId, occupationCode, shadow, effectiveAt, now(), personId],
        );
        if (rowCount !== 1) fail('forbidden');
      });
      return find('', id);
    },
    async publish(personId, id) {
      const { rowCount } = await db.query(
        `insert into policy_publications (proposal_id, proposed_by, published_by, published_ms)
         select p.id, p.proposed_by, me.id, $3
           from policy_proposals p, people me
          where p.id = $1 and me.id = $2 and me.id <> p.proposed_by and ${MAY}
         on conflict do nothing`,
        [id, personId, now()],
      );
      return rowCount === 1 ? find('', id) : refusal(personId, id, 'proposed');
    },
    async revoke(personId, id) {
      const { rowCount } = await db.query(
        `update policy_publications b set revoked_by = me.id, revoked_ms = $3
           from policy_proposals p, people me
          where b.proposal_id = $1 and p.id = b.proposal_id and b.revoked_ms is null and me.id = $2 and ${MAY}`,
        [id, personId, now()],
      );
      return rowCount === 1 ? find('', id) : refusal(personId, id, 'published');
    },
    async list(region, limit) {
      const { rows } = await db.query<Row>(`${select} order by p.proposed_ms desc, p.id desc limit $3`, [
        ...[startsWith(region), region, limit],
      ]);
      return rows.map(shown);
    },
  };
}

/**
 * The policies published for a class and in force, the one to take first: the longest region, then
 * this platform's own, then this occupation's own, then the one that came into force last.
 */
export async function findPublished(db: Queryable, of: Taught, nowMs: number): Promise<string[]> {
  const { rows } = await db.query<{ hash: string }>({
    name: 'published-policies',
    text: `select p.policy_hash as hash
      from policy_proposals p join policy_publications b on b.proposal_id = p.id
     where p.region = any($1) and not p.shadow and b.revoked_ms is null and ${FROM} <= $4
       and (p.platform_id is null or p.platform_id = $2)
       and (p.occupation_code is null or p.occupation_code = $3)
     order by length(p.region) desc, p.platform_id is null, p.occupation_code is null,
       ${FROM} desc, b.published_ms desc, p.id desc
     limit ${COVERING}`,
    values: [coveringRegions(of.region), of.platformId, of.occupationCode, nowMs],
  });
  return rows.map(({ hash }) => hash);
}

/** Shadows that were published: those in force, and those that were revoked. */
export async function findShadows(db: Queryable, nowMs: number): Promise<Shadows> {
  const { rows } = await db.query<Shadow & { revoked: boolean }>(
    `select p.id, p.policy_hash as "policyHash", p.region, p.platform_id as "platformId",
            p.occupation_code as "occupationCode", ${FROM} as "from", b.revoked_ms is not null as revoked
       from policy_proposals p join policy_publications b on b.proposal_id = p.id
      where p.shadow and ${FROM} <= $1
      order by ${FROM}, p.id`,
    [nowMs],
  );
  return {
    inForce: rows.filter(({ revoked }) => !revoked),
    over: rows.filter(({ revoked }) => revoked).map(({ id }) => id),
  };
}

async function isPlatform(q: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await q.query('select from platforms where id = $1', [id]);
  return rowCount === 1;
}

function shown(row: Row): Publication {
  const { proposedBy, proposedMs, publishedBy, publishedMs, revokedBy, revokedMs, ...rest } = row;
  const deed = (by: string | null, at: number | null) => (by === null || at === null ? null : { by, at });
  return {
    ...rest,
    proposed: { by: proposedBy, at: proposedMs },
    published: deed(publishedBy, publishedMs),
    revoked: deed(revokedBy, revokedMs),
  };
}
