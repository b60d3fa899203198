-- The ground: who trains where, what happened, what it came to, and the ledger.
-- Times are whole milliseconds since the epoch (columns *_ms): the laws of credit
-- compare them exactly. Forward only; one transaction a file.

-- ── the catalogue: platforms, people who train, classes, lessons ─────────────
create table platforms (
  id            text primary key,
  name          text not null,
  api_key_hash  bytea not null unique
);

-- Keys with which a platform signs its own tickets. The algorithm is pinned here,
-- never taken from a ticket's header.
create table platform_keys (
  platform_id text not null references platforms,
  kid         text not null,
  alg         text not null check (alg in ('ES256', 'RS256')),
  public_pem  text not null,
  retired_ms  bigint,
  primary key (platform_id, kid)
);

-- person_key = HMAC(citizen id): one person across platforms. The citizen id and
-- the name are kept sealed (AES-256-GCM) and masked wherever they are shown.
create table trainees (
  id                text primary key,
  platform_id       text not null references platforms,
  person_key        text not null,
  name_sealed       bytea not null,
  citizen_id_sealed bytea not null,
  citizen_id_masked text not null,
  unique (platform_id, person_key)
);
create index trainees_person on trainees (person_key);

create table policies (
  hash text primary key,   -- hex SHA-256 of body, exactly as stored
  body text not null
);

create table classes (
  id               text primary key,
  platform_id      text not null references platforms,
  region           text not null check (region ~ '^[0-9]{6}$'),   -- GB/T 2260
  name             text not null,
  institution_name text not null,
  occupation_code  text not null,
  policy_hash      text not null references policies
);
create index classes_region on classes (region text_pattern_ops);

create table lessons (
  id          text primary key,
  title       text not null,
  duration_ms integer not null check (duration_ms > 0),
  media_url   text not null
);

create table class_lessons (
  class_id  text not null references classes,
  lesson_id text not null references lessons,
  position  integer not null,
  primary key (class_id, lesson_id)
);

create table roster (
  class_id   text not null references classes,
  trainee_id text not null references trainees,
  primary key (class_id, trainee_id)
);

-- choices: [{id, zh, en}]; answer_id never leaves the server.
create table questions (
  id        text primary key,
  lesson_id text not null references lessons,
  text_zh   text not null,
  text_en   text not null,
  choices   jsonb not null,
  answer_id text not null
);
create index questions_lesson on questions (lesson_id);

-- ── people who look: monitors, reviewers, platform staff, trainees ───────────
create table people (
  id            text primary key,
  username      text not null unique,
  password_hash text not null,            -- scrypt, self-describing
  role          text not null check (role in ('monitor', 'reviewer', 'platform', 'trainee')),
  region        text not null default '', -- prefix of classes.region; '' sees none for platform and trainee
  platform_id   text references platforms,
  trainee_id    text references trainees
);

-- ── the way of a beat ────────────────────────────────────────────────────────
create table spent_tickets (
  platform_id text not null,
  jti         text not null,
  expires_ms  bigint not null,
  primary key (platform_id, jti)
);

create table sessions (
  id          text primary key,
  person_key  text not null,
  trainee_id  text not null references trainees,
  platform_id text not null references platforms,
  class_id    text not null references classes,
  lesson_id   text not null references lessons,
  device      text not null,
  policy_hash text not null references policies,
  opened_ms   bigint not null,
  closed_ms   bigint
);
create index sessions_trainee on sessions (trainee_id, class_id);
create index sessions_person on sessions (person_key);

-- One row a person: the lease and the head of the person's evidence. Every commit
-- compares and swaps (epoch, ordinal), so a process with an old view writes nothing.
create table heads (
  person_key text primary key,
  epoch      bigint not null default 0,  -- rises each time a session takes the lease
  session_id text,                       -- who holds the lease
  ordinal    bigint not null default 0,  -- events folded so far
  chain      bytea not null,             -- SHA-256 chain over the event lines
  wake_ms    bigint                      -- when the detector wants a tick, if nothing happens before
);
create index heads_wake on heads (wake_ms) where wake_ms is not null;

-- The evidence. `line` is the exact JSON text that was judged and chained.
create table events (
  person_key text not null,
  ordinal    bigint not null,
  session_id text,
  seq        integer,                    -- beats: the browser's number
  mac        text,                       -- beats: the chain head, for admission after a restart
  at_ms      bigint not null,
  line       text not null,
  primary key (person_key, ordinal)
);
create unique index events_beat on events (session_id, seq) where seq is not null;

-- What the detector made of it. id counts per person; a span is updated until its fate is final.
create table spans (
  person_key  text not null,
  id          integer not null,
  session_id  text not null,
  from_ms     bigint not null,
  to_ms       bigint not null,
  ms          bigint not null,
  fate        text not null check (fate in ('credited', 'held', 'denied')),
  reason      text not null,
  primary key (person_key, id)
);
create index spans_session on spans (session_id);

create table alerts (
  id          text primary key,
  person_key  text not null,
  session_id  text not null,
  sessions    text[] not null,
  trainee_id  text not null,
  class_id    text not null,
  platform_id text not null,
  region      text not null,
  code        text not null,
  rule        text not null,
  severity    text not null check (severity in ('low', 'medium', 'high')),
  facts       jsonb not null,
  at_ms       bigint not null,
  status      text not null default 'open'
);
create index alerts_region on alerts (region text_pattern_ops, at_ms desc);
create index alerts_trainee on alerts (trainee_id, at_ms desc);
create index alerts_platform on alerts (platform_id, at_ms desc);

-- Prompts sent. choice_ids is the order shown; the key stays in questions.
create table prompts (
  id          text primary key,
  person_key  text not null,
  session_id  text not null,
  question_id text not null references questions,
  choice_ids  text[] not null,
  issued_ms   bigint not null,
  deadline_ms bigint not null,
  answered_ms bigint,
  outcome     text
);
create index prompts_person on prompts (person_key, issued_ms desc);

-- ── the ledger ───────────────────────────────────────────────────────────────
-- Salts blind the trainee in leaves; erasing a row unlinks the leaves from the person.
create table ledger_salts (
  person_key text primary key,
  salt       bytea not null
);

-- Written in the same transaction as the span it proves; the sequencer takes them in id order.
create table ledger_pending (
  id         bigint generated always as identity primary key,
  person_key text not null,
  span_id    integer not null,
  leaf       text not null,             -- the exact bytes to be
  unique (person_key, span_id)
);

create table ledger_leaves (
  origin     text not null,
  index      bigint not null,
  leaf       text not null,
  person_key text not null,
  span_id    integer not null,
  primary key (origin, index)
);
create unique index ledger_leaves_span on ledger_leaves (person_key, span_id);

-- Complete subtrees: node (level, index) covers leaves [index·2^level, (index+1)·2^level).
create table ledger_nodes (
  origin text not null,
  level  integer not null,
  index  bigint not null,
  hash   bytea not null,
  primary key (origin, level, index)
);

create table ledger_heads (
  origin     text primary key,
  size       bigint not null,
  root       bytea not null,
  checkpoint text not null               -- the signed note, as served
);

-- A copy of a person's folded state, to shorten rebuilding. A cache: the events are the truth.
create table snapshots (
  person_key text primary key,
  ordinal    bigint not null,
  detector   text not null,
  state      text not null
);
