/**
 * What one run of the patterns takes on a large day, on a fresh embedded Postgres:
 * `node --import tsx test/patterns/speed.ts [sessions a day]`. Ten answers a session; three
 * days of sessions, a week of wrong answers (a twentieth of all), one day of the right ones.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../../server/db/embedded.ts';
import { migrate } from '../../server/db/migrate.ts';
import { connect } from '../../server/db/pool.ts';
import { runPatterns } from '../../server/patterns/run.ts';
import { depsOf } from './world.ts';

const perDay = Number(process.argv[2] ?? 100_000);
const NOW = Date.parse('2026-03-02T20:00:00.000+08:00');
const DAY = 86_400_000;
const dir = await mkdtemp(join(tmpdir(), 'zhenxue-speed-'));
const embedded = await startEmbedded(dir);
const db = connect(embedded.url, { max: 2 });
try {
  await migrate(db);
  await db.query(`insert into platforms (id, name, api_key_hash) values ('pa', 'pa', '\\x01')`);
  await db.query(`insert into policies values ('policy', '{}')`);
  await db.query(`insert into lessons select 'l' || n, 'l', 1800000, '/1' from generate_series(0, 99) n`);
  await db.query(
    `insert into classes select 'c' || n, 'pa', '220581', 'c', 'school ' || n / 4, '6-31-01-03', 'policy' from generate_series(0, 999) n`,
  );
  await db.query(
    `insert into questions select 'q' || n, 'l' || n % 100, '发现有人触电以后首先应当做什么？', 'x',
            '[{"id":"a","zh":"切断"},{"id":"b","zh":"拉开"},{"id":"c","zh":"呼救"},{"id":"d","zh":"等待"}]', 'b' from generate_series(0, 1999) n`,
  );
  // 20 000 people in 1000 classes; every eighth device is a seat under several people, every school has one address.
  await db.query(`insert into trainees select 't' || n, 'pa', 'p' || n, '', '', '' from generate_series(0, 19999) n`);
  await db.query(
    `insert into sessions (id, person_key, trainee_id, platform_id, class_id, lesson_id, device, policy_hash, opened_ms, closed_ms)
     select 's' || n, 'p' || n % 20000, 't' || n % 20000, 'pa', 'c' || n % 1000, 'l' || (n / 1000) % 100,
            case when n % 8 = 0 then 'seat' || n % 4000 else 'own' || n % 20000 end, 'policy', at, at + 1800000 + floor(random() * 600000)
       from (select n, $2::bigint - floor(random() * 3 * $3::bigint)::bigint as at from generate_series(0, $1::int * 3 - 1) n) as made`,
    [perDay, NOW, DAY],
  );
  await db.query(
    `insert into session_origins select id, person_key, opened_ms, decode(md5(class_id), 'hex'), decode(md5(class_id), 'hex') from sessions`,
  );
  await db.query(
    `insert into spans (person_key, id, session_id, from_ms, to_ms, ms, fate, reason, open)
     select person_key, row_number() over (partition by person_key)::int, id, opened_ms + 180000 * k, opened_ms + 180000 * (k + 1), 180000,
            'credited', 'presence.proven', false
       from sessions cross join generate_series(0, 9) k where opened_ms > $1`,
    [NOW - DAY],
  );
  await db.query(
    `insert into prompts (id, person_key, session_id, question_id, choice_ids, issued_ms, deadline_ms, answered_ms, outcome, chosen,
                          answered_session, manner)
     select id || '-' || k, person_key, id, 'q' || floor(random() * 2000)::int, '{a,b,c,d}', opened_ms + 170000 * k, opened_ms + 170000 * k + 60000,
            opened_ms + 170000 * k + floor(1500 + 9000 * random()), case when wrong then 'wrong' else 'right' end,
            case when wrong then (array['a', 'c', 'd'])[1 + floor(random() * 3)::int] else 'b' end, id,
            jsonb_build_object('latencyMs', 5000, 'readMs', 800, 'hand', jsonb_build_object('events', '[40, 0, 0, 0]'::jsonb,
              'times', '[900, 5000]'::jsonb, 'page', '[0, 1]'::jsonb, 'path', jsonb_build_array(50 + floor(1500 * random() ^ 3)::int,
              100 - floor(60 * random() ^ 2)::int, 3 + floor(100 * random() ^ 2)::int)))
       from (select *, random() < 0.05 as wrong from sessions cross join generate_series(0, 9) k where opened_ms > $1) as made`,
    [NOW - DAY],
  );
  await db.query(
    `insert into prompts (id, person_key, session_id, question_id, choice_ids, issued_ms, deadline_ms, answered_ms, outcome, chosen)
     select p.id || '+' || d, p.person_key, p.session_id, 'q' || floor(random() * 2000)::int, p.choice_ids, p.issued_ms - d * $1::bigint, p.deadline_ms - d * $1::bigint,
            p.answered_ms - d * $1::bigint, 'wrong', p.chosen
       from prompts p cross join generate_series(1, 6) d where p.outcome = 'wrong'`,
    [DAY],
  );
  await db.query('vacuum analyze');
  const { rows } = await db.query(
    'select (select count(*) from prompts) as prompts, (select count(*) from sessions) as sessions',
  );
  console.log(rows[0]);
  for (const round of ['first', 'again']) {
    const ran = await runPatterns(depsOf(db, NOW));
    if (ran.kind !== 'ran') throw new Error(ran.kind);
    for (const { rule, found, raised, seconds, error } of ran.outcomes) {
      console.log(
        `${round}: ${rule} ${seconds.toFixed(2)} s, found ${found}, raised ${raised}${error === null ? '' : ` ${error.message}`}`,
      );
    }
  }
} finally {
  await db.end();
  await embedded.stop();
  await rm(dir, { recursive: true, force: true });
}
