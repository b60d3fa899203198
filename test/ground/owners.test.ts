/**
 * Who keeps which table. The owner alone writes it, so that what must hold of its rows is said and
 * kept in one store file; who else reads it is listed, so that its owner knows whom a change reaches.
 */
import { describe, expect, it } from 'vitest';
import { read, sources } from '../support/source.ts';
import { migrationTexts, tablesOf, usesOf } from '../support/tables.ts';

const owners: Readonly<Record<string, string>> = {
  platforms: 'auth',
  people: 'auth',
  platform_keys: 'classes',
  trainees: 'classes',
  policies: 'classes',
  policy_proposals: 'classes',
  policy_publications: 'classes',
  policy_trips: 'breaker',
  breaker_hours: 'breaker',
  breaker_places: 'breaker',
  policy_shadow_folds: 'judge',
  policy_shadow_counts: 'judge',
  classes: 'classes',
  lessons: 'classes',
  class_lessons: 'classes',
  roster: 'classes',
  questions: 'classes',
  question_pictures: 'classes',
  spent_tickets: 'gateway',
  sessions: 'judge',
  heads: 'judge',
  events: 'judge',
  spans: 'judge',
  snapshots: 'judge',
  processes: 'judge',
  alerts: 'alerts',
  alert_decisions: 'alerts',
  prompts: 'proofs',
  session_forms: 'proofs',
  face_consents: 'proofs',
  face_templates: 'proofs',
  face_pages: 'proofs',
  face_checks: 'proofs',
  face_probes: 'proofs',
  face_frames: 'proofs',
  face_keys: 'proofs',
  face_views: 'proofs',
  face_likenesses: 'proofs',
  ledger_salts: 'ledger',
  ledger_pending: 'ledger',
  ledger_leaves: 'ledger',
  ledger_nodes: 'ledger',
  ledger_heads: 'ledger',
  ledger_doubts: 'ledger',
  session_origins: 'patterns',
  pattern_marks: 'patterns',
  pattern_runs: 'patterns',
  exam_banks: 'exams',
  exam_items: 'exams',
  exams: 'exams',
  sittings: 'exams',
  sitting_answers: 'exams',
  sitting_events: 'exams',
  sitting_pages: 'exams',
  sitting_proofs: 'exams',
  exam_results: 'exams',
  practice_marks: 'exams',
  outside_results: 'exams',
  exam_recusals: 'exams',
  supervision_draws: 'exams',
  supervision_reports: 'exams',
  write_probe: 'db',
};

/** Which room reads which tables of others. */
const readers: Readonly<Record<string, readonly string[]>> = {
  alerts: ['classes', 'heads', 'people', 'platforms', 'sessions', 'trainees'],
  auth: ['trainees'],
  breaker: ['alerts', 'classes', 'ledger_heads', 'ledger_leaves', 'people'],
  classes: ['people', 'platforms', 'sessions'],
  console: ['alerts', 'classes', 'events', 'sessions'],
  delivery: ['lessons', 'sessions'],
  exams: [
    'class_lessons',
    'classes',
    'lessons',
    'people',
    'question_pictures',
    'roster',
    'session_origins',
    'sessions',
    'spans',
    'trainees',
  ],
  gateway: ['events', 'sessions', 'spans'],
  judge: ['classes', 'trainees'],
  ledger: [
    'events',
    'exam_results',
    'exams',
    'heads',
    'outside_results',
    'practice_marks',
    'sessions',
    'sitting_answers',
    'sitting_proofs',
    'sittings',
    'spans',
  ],
  patterns: ['alerts', 'classes', 'face_likenesses', 'lessons', 'prompts', 'questions', 'sessions', 'spans'],
  proofs: [
    ...['class_lessons', 'classes', 'events', 'exams', 'question_pictures', 'questions', 'roster', 'sessions'],
    ...['sittings', 'trainees'],
  ],
  review: ['alerts', 'classes', 'ledger_leaves', 'lessons', 'prompts', 'roster', 'sessions', 'spans', 'trainees'],
};

/** @example roomOf('server/judge/store.ts') // 'judge'; 'programs/admin/people.ts' is 'programs' */
function roomOf(path: string): string {
  const [top = '', room = ''] = path.split('/');
  return top === 'server' && !room.endsWith('.ts') ? room : top;
}

const tables = tablesOf(migrationTexts());

/** What is wrong with this file's use of tables. */
function complaints(path: string, text: string): string[] {
  const room = roomOf(path);
  const { reads, writes, hidden } = usesOf(text, tables);
  return [
    ...[...writes].filter((table) => owners[table] !== room).map((table) => `${room} writes ${table}`),
    ...[...reads]
      .filter((table) => owners[table] !== room && !readers[room]?.includes(table))
      .map((table) => `${room} reads ${table}`),
    ...hidden.map((place) => `${room} hides a table: ${place}`),
  ];
}

const files = ['server', 'programs'].flatMap(sources).map((path) => ({ path, text: read(path) }));

describe('every table', () => {
  it('has an owner, and every owner’s table is there', () => {
    expect(Object.keys(owners).sort()).toEqual([...tables].sort());
  });

  it('is written by its owner', () => {
    for (const [table, owner] of Object.entries(owners)) {
      const written = files.filter(
        ({ path, text }) => roomOf(path) === owner && usesOf(text, [table]).writes.has(table),
      );
      expect(written.length, table).toBeGreaterThan(0);
    }
  });

  it('is written by nobody else, and read by those who are listed', () => {
    for (const { path, text } of files) expect(complaints(path, text), path).toEqual([]);
  });

  it('is listed as read by those who still read it', () => {
    for (const [room, listed] of Object.entries(readers)) {
      const mine = files.filter(({ path }) => roomOf(path) === room);
      const reads = new Set(mine.flatMap(({ text }) => [...usesOf(text, tables).reads]));
      expect([...reads].filter((table) => owners[table] !== room).sort(), room).toEqual([...listed]);
    }
  });
});

it('the ledger’s pure part speaks to no database', () => {
  for (const path of sources('ledger')) {
    const { reads, writes } = usesOf(read(path), tables);
    expect([...reads, ...writes], path).toEqual([]);
  }
});

describe('would be stopped', () => {
  it.each([
    ['server/review/store.ts', "db.query('insert into spans values (1)');", 'review writes spans'],
    ['server/review/store.ts', 'db.query(`update\n  alerts set status = $1`);', 'review writes alerts'],
    ['server/review/store.ts', "db.query('UPDATE ONLY alerts a SET status = $1');", 'review writes alerts'],
    ['server/alerts/store.ts', "db.query('delete from ledger_salts where true');", 'alerts writes ledger_salts'],
    ['server/alerts/store.ts', "db.query('truncate table events');", 'alerts writes events'],
    [
      'server/judge/store.ts',
      'db.query(`with a as (insert into "prompts" values (1)) select 1`);',
      'judge writes prompts',
    ],
    ['server/serve.ts', "db.query('update heads set epoch = 0');", 'server writes heads'],
    ['programs/admin/people.ts', "db.query('insert into people values (1)');", 'programs writes people'],
    ['programs/replay.ts', "db.query('select line from events');", 'programs reads events'],
    ['server/console/store.ts', "db.query('select 1 from people p');", 'console reads people'],
    ['server/console/store.ts', "db.query('select 1 from sessions s, people p');", 'console reads people'],
    ['server/console/store.ts', "const tables = 'left join people p on true';", 'console reads people'],
    ['server/console/store.ts', "db.query('delete from alerts using people where true');", 'console reads people'],
    ['server/console/store.ts', `db.query(\`select 1 from \${name}\`);`, `console hides a table: from \${name}`],
  ])('%s: %s', (path, text, complaint) => {
    expect(complaints(path, text)).toContain(complaint);
  });

  it('a new table without an owner', () => {
    const made = [...migrationTexts(), '-- create table no (id text);\ncreate table if not exists faces (id text);'];
    expect(tablesOf(made)).toEqual([...tables, 'faces']);
    expect(tablesOf([...made, 'drop table faces;'])).toEqual(tables);
  });
});

it('a room may use what is its own, and words may speak of it', () => {
  expect(complaints('server/judge/store.ts', "db.query('select 1 from events for update'); // update alerts")).toEqual(
    [],
  );
});
