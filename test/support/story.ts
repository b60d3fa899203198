/**
 * A small stored history, made by the real judge from beats that are sealed as a browser seals them:
 * two persons with credited, held and denied time, sealed and pending leaves, a closed session, and
 * alerts that were joined, decided and raised anew.
 */
import { createHash } from 'node:crypto';
import type { BeatClaim } from '../../detector/index.ts';
import { signerFrom } from '../../ledger/note.ts';
import type { Db } from '../../server/db/pool.ts';
import { createKeys, link } from '../../server/gateway/keys.ts';
import { sealBatch } from '../../server/ledger/batch.ts';
import { type Catalogue, seedCatalogue } from './catalogue.ts';
import { answered, asked, beatDraft, judgeOn, newSession } from './judge.ts';
import { tamper } from './tamper.ts';

export const master = createHash('sha256').update('master').digest();
export const ledgerSeed = createHash('sha256').update('ledger').digest();
export const keys = createKeys(master);
export const storySigner = signerFrom('localhost/attendance/2026', ledgerSeed);

/** A page's beats, sealed one after another. */
export function pageOf(session: string) {
  const key = keys.mac(session);
  let mac = session;
  let seq = 0;
  let at = 0;
  return (patch: Partial<BeatClaim> = {}) => {
    const nonce = keys.nonce(session, seq);
    seq += 1;
    const draft = beatDraft(session, seq, at, at + 10_000, { nonce, ...patch });
    at += 10_000;
    mac = link(key, mac, draft.body);
    return { ...draft, mac };
  };
}

export async function tell(db: Db): Promise<Catalogue> {
  const catalogue = await seedCatalogue(db);
  const clock = { now: 1_800_000_000_000 };
  const { judge } = judgeOn(db, clock);
  const hiddenPage = { page: [0, 0, 10_000] as const };
  const person = (i: number): string => catalogue.trainees[i]!.personKey;
  const play = async (i: number, beat: ReturnType<typeof pageOf>, times: number, patch: Partial<BeatClaim> = {}) => {
    for (let n = 0; n < times; n += 1) {
      clock.now += 10_000;
      await judge.submit(person(i), beat(patch));
    }
  };
  const prove = async (i: number, session: string, id: string) => {
    await judge.submit(person(i), asked(session, id));
    clock.now += 3_000;
    await judge.submit(person(i), answered(session, id));
  };

  for (const i of [0, 1]) {
    const session = `s${i}`;
    await judge.open(newSession(catalogue, session, i));
    const beat = pageOf(session);
    await play(i, beat, 4);
    await prove(i, session, `p${i}`);
    await sealBatch(db, storySigner);
    await play(i, beat, 9, hiddenPage);
    if (i === 0) {
      await dismissed(db, session);
      await play(i, beat, 6, hiddenPage);
    }
    await play(i, beat, 1);
    if (i === 0) await judge.submit(person(i), { kind: 'closed', session, cause: 'closing' });
  }
  await judge.open(newSession(catalogue, 's2', 0, 'device-2', 1));
  const beat = pageOf('s2');
  await play(0, beat, 3, hiddenPage);
  await play(0, beat, 3);
  await prove(0, 's2', 'p2');
  await play(0, beat, 1);
  await judge.drain();
  return catalogue;
}

/** A person has looked at the session's alert: what comes next is a new one. */
async function dismissed(db: Db, session: string): Promise<void> {
  await tamper(db, async (q) => {
    await q.query(
      `insert into alert_decisions (alert_id, decision, from_status, to_status, person_id, decided_ms)
       select id, 'dismissed', 'open', 'dismissed', 'somebody', last_ms from alerts where session_id = $1`,
      [session],
    );
    await q.query(`update alerts set status = 'dismissed' where session_id = $1`, [session]);
  });
}
