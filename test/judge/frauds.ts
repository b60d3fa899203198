/**
 * What somebody with the database's password can do to the stored story: each fraud with what the audits say of it.
 */
import { chainNext, chainStart } from '../../ledger/chain.ts';
import { parseLeaf } from '../../ledger/leaf.ts';
import type { Queryable } from '../../server/db/pool.ts';

export const ann = 'person-a-0';
const bob = 'person-a-1';
export const nobody = 'person-a-2';

/** Ann's line at an ordinal rewritten, and the keyless chain, head and leaves made to fit. */
async function rewritten(q: Queryable, ordinal: number, from: string, to: string): Promise<void> {
  await q.query('update events set line = replace(line, $2, $3) where person_key = $4 and ordinal = $1', [
    ordinal,
    from,
    to,
    ann,
  ]);
  await rechained(q, ann);
}

async function rechained(q: Queryable, person: string): Promise<void> {
  const { rows } = await q.query<{ line: string }>('select line from events where person_key = $1 order by ordinal', [
    person,
  ]);
  const chains: string[] = [];
  let chain = chainStart();
  for (const { line } of rows) {
    chain = chainNext(chain, line);
    chains.push(chain.toString('hex'));
  }
  await q.query('update heads set chain = $2 where person_key = $1', [person, chain]);
  const pending = await q.query<{ id: number; leaf: string }>(
    'select id, leaf from ledger_pending where person_key = $1',
    [person],
  );
  for (const { id, leaf } of pending.rows) {
    const read = parseLeaf(leaf);
    if (read.kind !== 'credit') throw new Error('only spans are sealed here');
    const { evidence } = read;
    const again = leaf.replace(evidence.chain, chains[evidence.ordinal - 1] ?? '');
    await q.query('update ledger_pending set leaf = $2 where id = $1', [id, again]);
  }
}

/** Everything of Bob copied to somebody else, his sealed hour to be sealed once more; under his session or one of its own. */
async function cloned(q: Queryable, session: string): Promise<void> {
  const as = (column: string) => `replace(replace(${column}, 's1', '${session}'), '${bob}', '${nobody}')`;
  const of = `where person_key = '${bob}'`;
  await q.query('drop index events_beat');
  await q.query(`insert into heads (person_key, epoch, session_id, ordinal, chain, detector)
    select '${nobody}', epoch, ${as('session_id')}, ordinal, chain, detector from heads ${of}`);
  await q.query(`insert into sessions (id, kind, person_key, trainee_id, platform_id, class_id, lesson_id, device, policy_hash, opened_ms)
    select '${session}', kind, '${nobody}', 'trainee-a-2', platform_id, class_id, lesson_id, device, policy_hash, opened_ms
    from sessions ${of} on conflict do nothing`);
  await q.query(`insert into events (person_key, ordinal, session_id, seq, mac, at_ms, line)
    select '${nobody}', ordinal, ${as('session_id')}, seq, mac, at_ms, ${as('line')} from events ${of}`);
  await q.query(
    `insert into spans select '${nobody}', id, ${as('session_id')}, from_ms, to_ms, ms, fate, reason, open from spans ${of}`,
  );
  await q.query(`insert into alerts select 'cloned', '${nobody}', '${session}', array['${session}'], 'trainee-a-2', class_id, platform_id, region,
    code, rule, severity, facts, at_ms, status, subject_kind, '${nobody}', ${as('suspicion')}, count, last_ms from alerts ${of}`);
  await q.query(
    `insert into ledger_pending (person_key, span_id, leaf) select '${nobody}', span_id, ${as('leaf')} from ledger_leaves ${of}`,
  );
  await rechained(q, nobody);
}

/** An hour that nobody watched: session, span and waiting leaf, in the name of somebody with no evidence. */
const invented = (head: boolean) => async (q: Queryable) => {
  await q.query(`insert into sessions (id, kind, person_key, trainee_id, platform_id, class_id, lesson_id, device, policy_hash, opened_ms, closed_ms)
    select 'made-up', kind, '${nobody}', 'trainee-a-2', platform_id, class_id, lesson_id, device, policy_hash, opened_ms, opened_ms + 3600000
    from sessions where id = 's0'`);
  await q.query(`insert into spans select '${nobody}', 1, 'made-up', opened_ms, opened_ms + 3600000, 3600000, 'credited', 'presence.proven', false
    from sessions where id = 's0'`);
  const { rows } = await q.query<{ leaf: string; at: number }>(
    `select leaf, (select opened_ms from sessions where id = 's0') as at from ledger_pending where person_key = '${ann}' order by id limit 1`,
  );
  const [{ leaf, at }] = rows as [{ leaf: string; at: number }];
  const made = { ...parseLeaf(leaf), session: 'made-up', from: at, to: at + 3_600_000, creditedMs: 3_600_000 };
  await q.query(`insert into ledger_pending (person_key, span_id, leaf) values ('${nobody}', 1, $1)`, [
    JSON.stringify(made),
  ]);
  if (head) await q.query(`insert into heads (person_key, ordinal, chain) values ('${nobody}', 99, '\\x00')`);
};

export interface Fraud {
  readonly commit: string | ((q: Queryable) => Promise<unknown>);
  /** What replay says, of whom. */
  readonly replay: RegExp;
  readonly of?: string;
  /** What verify says; absent: it cannot see it. */
  readonly verify?: RegExp;
  /** Without the keys nothing is found. */
  readonly onlyMacs?: boolean;
}

export const frauds: Readonly<Record<string, Fraud>> = {
  'all events deleted': {
    commit: 'delete from events',
    replay: /the evidence ends at 0, the head says \d+/,
    verify: /rests on event \d+, which is not stored/,
  },
  'all events and heads deleted': {
    commit: 'delete from events; delete from heads',
    replay: /has rows, and no head/,
    verify: /head says nothing/,
  },
  'an invented hour': {
    commit: invented(false),
    of: nobody,
    replay: /session made-up is stored but no event opened it/,
    verify: /head says nothing/,
  },
  'an invented hour with a head of its own': {
    commit: invented(true),
    of: nobody,
    replay: /span 1 is stored but follows from no evidence/,
    verify: /rests on event \d+, which is not stored/,
  },
  'one person’s evidence cloned to another': {
    commit: (q) => cloned(q, 's1'),
    of: nobody,
    replay: /session s1 follows from the evidence but is not stored/,
    verify: /no session s1 of this person is stored/,
  },
  'one person’s evidence cloned to another, with sessions of its own': {
    commit: (q) => cloned(q, 's9'),
    of: nobody,
    replay: /event 3 beat 1: its MAC does not follow/,
    onlyMacs: true,
  },
  'noise in a leaf’s evidence.chain': {
    commit: `update ledger_pending set leaf = replace(leaf, '"chain":"', '"chain":"' || repeat('0', 64) || '"}}') where person_key = '${ann}';
      update ledger_pending set leaf = substring(leaf for position('"}}' in leaf) + 2)`,
    replay: /the leaf of span \d+ \(pending \d+\): says evidence\.chain 0{64}, evidence says [0-9a-f]{64}/,
  },
  'a leaf that rests on another event': {
    commit: `update ledger_pending set leaf = replace(leaf, '"ordinal":', '"ordinal":1') where person_key = '${ann}' and span_id = 5`,
    replay: /says evidence\.ordinal 1\d+/,
    verify: /rests on event 1\d+/,
  },
  'a beat rewritten, and the keyless chain, head and leaves made to fit': {
    commit: (q) => rewritten(q, 10, '"input":[1,0,0,0]', '"input":[2,0,0,0]'),
    replay: /event 10 beat 6: its MAC does not follow from its bytes and the beat before it/,
    onlyMacs: true,
  },
  'a beat taken out, and everything renumbered': {
    commit: async (q) => {
      await q.query(`delete from events where person_key = '${ann}' and ordinal = 4`);
      await q.query(`update events set ordinal = ordinal - 1000 where person_key = '${ann}' and ordinal > 4`);
      await q.query(`update events set ordinal = ordinal + 999 where person_key = '${ann}' and ordinal < 0`);
      await q.query(`update heads set ordinal = ordinal - 1 where person_key = '${ann}'`);
      await rechained(q, ann);
    },
    replay: /is beat 3 of its session, after beat 1/,
  },
  'an alert deleted': {
    commit: `delete from alerts where session_id = 's0' and status = 'open'`,
    replay: /alert s0\|backgroundPlayback\.hidden: the evidence raises \d+, \d+ of them stand nowhere/,
  },
  'an alert that was decided, deleted': {
    commit: `delete from alerts where session_id = 's0' and status = 'dismissed'`,
    replay: /alert .*s0\|backgroundPlayback\.hidden/,
  },
  'an alert invented': {
    commit: `insert into alerts select 'made-up', person_key, 's2', array['s2'], trainee_id, class_id, platform_id, region, 'proxyAttendance', rule,
      'high', facts, at_ms, 'open', subject_kind, subject, 'made-up', 1, last_ms from alerts where session_id = 's1'`,
    of: bob,
    replay: /alert made-up \(s2\|proxyAttendance\.hidden\) counts 1, the evidence raises 0/,
  },
  'an alert’s facts changed': {
    commit: `update alerts set facts = '{"times":0,"hiddenMs":1}' where session_id = 's1'`,
    of: bob,
    replay: /stored facts \{"times":0,"hiddenMs":1\}, evidence says/,
  },
  'an alert’s severity changed': {
    commit: `update alerts set severity = 'high' where session_id = 's1'`,
    of: bob,
    replay: /stored severity high, evidence says low/,
  },
  'an alert’s count changed': {
    commit: `update alerts set count = 1 where session_id = 's1'`,
    of: bob,
    replay: /stored lastAt \d+, evidence says \d+/,
  },
  'an alert dismissed by nobody': {
    commit: `update alerts set status = 'dismissed' where session_id = 's1'`,
    of: bob,
    replay: /is dismissed, its last decision says open/,
  },
  'an alert given to another class': {
    commit: `update alerts set class_id = 'elsewhere' where session_id = 's1'`,
    of: bob,
    replay: /stored classId elsewhere, evidence says class-a/,
  },
  'a span’s fate changed': {
    commit: `update spans set fate = 'credited', open = false where person_key = '${ann}' and fate = 'denied'`,
    replay: /span \d+: stored s\d .* credited .*, evidence says .* denied/,
    verify: /has credit but no leaf/,
  },
  'a credited span denied': {
    commit: `update spans set fate = 'denied' where person_key = '${ann}' and id = 1`,
    replay: /span 1: stored .* denied/,
    verify: /is denied, not credited/,
  },
  'a span’s milliseconds changed': {
    commit: `update spans set ms = ms + 1000 where person_key = '${ann}' and fate = 'held'`,
    replay: /span \d+: stored/,
  },
  'a final span opened again': {
    commit: `update spans set open = true where person_key = '${ann}' and fate = 'denied' and not open`,
    replay: /span \d+: stored .* \(open\)/,
  },
  'a span removed': {
    commit: `delete from spans where person_key = '${ann}' and fate = 'held'`,
    replay: /span \d+ follows from the evidence but is not stored/,
  },
  'a leaf removed': {
    commit: `delete from ledger_pending where person_key = '${ann}' and span_id = 5`,
    replay: /span 5 was credited by event \d+, and has no leaf/,
    verify: /has credit but no leaf/,
  },
  'a second leaf': {
    commit:
      'insert into ledger_pending (person_key, span_id, leaf) select person_key, span_id, leaf from ledger_leaves',
    replay: /span 1 has a second leaf/,
    verify: /has more than one leaf/,
  },
  'an event’s at_ms changed': {
    commit: `update events set at_ms = at_ms - 1 where person_key = '${ann}' and ordinal = 3`,
    replay: /event 3: its column at_ms says \d+, its line \d+/,
  },
  'an event’s mac changed': {
    commit: `update events set mac = 'x' where person_key = '${ann}' and ordinal = 3`,
    replay: /event 3: its column mac says x/,
  },
  'an event given to another session': {
    commit: `update events set session_id = 's2', seq = 99 where person_key = '${ann}' and ordinal = 3`,
    replay: /event 3: its column session_id says s2, its line s0/,
  },
  'one byte of evidence': {
    commit: `update events set line = replace(line, '"signs":0', '"signs":1') where person_key = '${ann}' and ordinal = 3`,
    replay: /the chain over the evidence is not the head’s/,
  },
  'a line that is no line': {
    commit: `update events set line = '{' where person_key = '${ann}' and ordinal = 3`,
    replay: /the evidence cannot be folded beyond event/,
  },
  'the last event removed': {
    commit: `delete from events where person_key = '${ann}' and ordinal = (select max(ordinal) from events where person_key = '${ann}')`,
    replay: /the evidence ends at \d+, the head says \d+/,
  },
  'an event before the first': {
    commit: `insert into events select person_key, 0, session_id, null, null, at_ms, line from events where person_key = '${ann}' and ordinal = 1`,
    replay: /after event 0 comes event 0/,
  },
  'a session removed': {
    commit: `delete from sessions where id = 's2'`,
    replay: /session s2 follows from the evidence but is not stored/,
    verify: /no session s2/,
  },
  'a session closed earlier': {
    commit: `update sessions set closed_ms = closed_ms - 1 where id = 's0'`,
    replay: /session s0: stored closedAt \d+, evidence says \d+/,
  },
  'a session given another device': {
    commit: `update sessions set device = 'device-9' where id = 's0'`,
    replay: /session s0: stored device device-9, evidence says device-1/,
  },
  'a session given to another trainee': {
    commit: `update sessions set trainee_id = 'trainee-a-2' where id = 's0'`,
    replay: /session s0: its trainee trainee-a-2 is not this person/,
  },
  'the head moved back': {
    commit: `update heads set ordinal = ordinal - 1 where person_key = '${ann}'`,
    replay: /the evidence ends at \d+, the head says \d+/,
  },
  'the head of another detector version': {
    commit: `update heads set detector = 1 where person_key = '${ann}'`,
    replay: /the evidence ends at detector version \d+, the head says 1/,
  },
  'rows under no name': {
    commit: `insert into spans select '', 1, session_id, from_ms, to_ms, ms, fate, reason, open from spans where person_key = '${ann}' and id = 1`,
    of: '',
    replay: /has rows, and no head/,
    verify: /has credit but no leaf/,
  },
};
