-- Rules over many people: where sessions were opened from, which choice was taken, and what was
-- already said of whom.

-- Owner: server/patterns. Keyed hashes of the address a session was opened from, and of its network
-- (IPv4: /24, IPv6: /48); never the address itself. Rows older than 180 days are deleted.
create table session_origins (
  session_id text primary key,
  person_key text not null,
  opened_ms  bigint not null,
  address    bytea not null,
  network    bytea not null
);
create index session_origins_opened on session_origins (opened_ms);
-- To erase a person's.
create index session_origins_person on session_origins (person_key);

-- Owner: server/patterns. The newest evidence on which a pattern was raised against a subject:
-- the same evidence is never raised twice, be it after a person dismissed it. Deleted after 180 days.
create table pattern_marks (
  rule         text not null,
  subject_kind text not null,
  subject      text not null,
  evidence_ms  bigint not null,
  primary key (rule, subject_kind, subject)
);
create index pattern_marks_evidence on pattern_marks (evidence_ms);

-- Owner: server/patterns. One row: when the patterns last ran, in whatever process. By the database's clock.
create table pattern_runs (
  only_row boolean primary key default true check (only_row),
  ran_at   timestamptz not null
);

-- The bank's id of the choice taken; null: not answered, no such choice, or from before this column.
alter table prompts add column chosen text;

-- A day of prompts or sessions is read by its time; wrong answers, which are few, over more days.
create index prompts_issued on prompts (issued_ms);
create index prompts_wrong on prompts (issued_ms) where outcome = 'wrong';
create index sessions_opened on sessions (opened_ms);
