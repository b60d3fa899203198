-- Exams: banks of items, exams of a class, each candidate's sittings with what was asked, answered and seen,
-- and what came of them. Owner: server/exams. Keys stand in exam_items.item and sittings.paper: both never leave
-- the server whole.

create table exam_banks (
  platform_id     text not null references platforms,
  id              text not null,
  occupation_code text not null,                               -- 国家职业分类大典
  level           smallint not null check (level between 1 and 5), -- 1 is the highest
  primary key (platform_id, id)
);

create table exam_items (
  platform_id text not null,
  bank_id     text not null,
  id          text not null,
  topic       text not null,
  difficulty  text not null check (difficulty in ('easy', 'medium', 'hard')),
  item        jsonb not null,                                  -- as server/classes/item.ts has it
  primary key (platform_id, bank_id, id),
  foreign key (platform_id, bank_id) references exam_banks
);

-- The terms (window, time, attempts, pass mark, blueprint) are never changed: another exam is defined instead.
create table exams (
  id          text primary key,
  platform_id text not null references platforms,
  class_id    text not null references classes,
  bank_id     text not null,
  title       text not null,
  terms       text not null,                                   -- canonical JSON
  terms_hash  text not null,                                   -- hex SHA-256 of terms
  defined_ms  bigint not null,
  -- When its candidates were held against each other, all of them having handed in; null: not yet.
  compared_ms bigint,
  foreign key (platform_id, bank_id) references exam_banks
);
create index exams_class on exams (class_id);

create table sittings (
  id           text primary key,
  exam_id      text not null references exams,
  attempt      integer not null check (attempt > 0),
  person_key   text not null,
  trainee_id   text not null references trainees,
  paper        text not null,                                  -- canonical JSON, with its keys
  paper_hash   text not null,                                  -- hex SHA-256 of paper
  lease        integer not null,                               -- rises each time a page takes it
  paused       boolean not null default false,                 -- no page holds it
  opened_ms    bigint not null,
  deadline_ms  bigint not null,
  handed_in_ms bigint,
  handed_in_by text check (handed_in_by in ('candidate', 'clock')),
  judged_ms    bigint,                                         -- when the rules were run over it; null: not yet
  check ((handed_in_ms is null) = (handed_in_by is null)),
  unique (exam_id, person_key, attempt)
);
-- One at a time, by however many processes at once.
create unique index sittings_open on sittings (exam_id, person_key) where handed_in_ms is null;
create index sittings_due on sittings (deadline_ms) where handed_in_ms is null;
create index sittings_unjudged on sittings (handed_in_ms) where judged_ms is null and handed_in_ms is not null;
create index sittings_person on sittings (person_key, opened_ms);

-- Every answer that was saved, changed ones too: the last one to an item counts.
create table sitting_answers (
  sitting_id text not null references sittings,
  seq        integer not null,
  n          integer not null,
  given      jsonb not null,
  took_ms    integer not null,
  lease      integer not null,
  at_ms      bigint not null,
  primary key (sitting_id, seq)
);

-- What else happened: opened, resumed, facts that the page told, handed in. For the timeline and the rules.
create table sitting_events (
  sitting_id text not null references sittings,
  nth        integer not null,
  kind       text not null,
  facts      jsonb not null,
  at_ms      bigint not null,
  primary key (sitting_id, nth)
);

-- What a sitting came to. Never changed: a correction is another row that names the one it corrects.
create table exam_results (
  id           text primary key,
  sitting_id   text not null references sittings,
  corrects     text references exam_results,
  paper_hash   text not null,
  answers_hash text not null,
  terms_hash   text not null,
  score        integer not null check (score between 0 and 100),
  passed       boolean not null,
  grade        jsonb not null,
  reason       text,                                           -- of a correction
  by_person    text references people,                         -- who corrected
  at_ms        bigint not null,
  check ((corrects is null) = (reason is null)),
  unique (corrects)
);
create unique index exam_results_first on exam_results (sitting_id) where corrects is null;
create index exam_results_sitting on exam_results (sitting_id);
