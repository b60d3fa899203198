-- Faces in exams; kept pictures that people look at; a key for each person; faces that are alike.

-- A check is asked by a learning session or in a sitting. Owner: server/proofs.
alter table face_checks add column sitting_id text;
alter table face_checks alter column session_id drop not null;
alter table face_checks alter column asked drop not null;
alter table face_checks add constraint face_checks_by check
  ((session_id is null) <> (sitting_id is null) and (session_id is null) = (asked is null));
-- One waits for a person's lessons, and one for each sitting: neither ends the other.
drop index face_checks_waiting;
create unique index face_checks_waiting on face_checks (person_key) where outcome is null and sitting_id is null;
create unique index face_checks_sitting on face_checks (sitting_id) where outcome is null and sitting_id is not null;

-- Who sits: what is to be asked in a sitting, when, and what came of it. Owner: server/exams.
create table sitting_proofs (
  sitting_id text not null references sittings,
  nth        integer not null,
  kind       text not null check (kind in ('face', 'supervisor')),
  point      text not null check (point in ('start', 'random', 'again', 'handIn', 'instead')),
  due_ms     bigint,                        -- null: at the hand-in
  id         text,                          -- its name in the leaf, of no other use; null: not asked
  asked_ms   bigint,
  outcome    text check (outcome in (
    'passed', 'mismatch', 'failed',                              -- judged
    'unclear', 'missed', 'declined', 'noCamera', 'unconsented',  -- nothing is known
    'asked',                                                     -- of a supervisor; what came of it is noted elsewhere
    'notAsked')),
  ended_ms   bigint,
  primary key (sitting_id, nth),
  check ((outcome is null) = (ended_ms is null)),
  check ((id is null) = (asked_ms is null))
);
create unique index sitting_proofs_open on sitting_proofs (sitting_id) where asked_ms is not null and outcome is null;

-- Sittings whose page can show a face check.
create table sitting_pages (
  sitting_id text primary key references sittings,
  shows_face boolean not null
);

-- `stopped`: by the exam's terms, after faces that were another person's.
alter table sittings drop constraint sittings_handed_in_by_check;
alter table sittings add constraint sittings_handed_in_by_check
  check (handed_in_by in ('candidate', 'clock', 'stopped'));

-- What a proof of a sealed result came to is not written again.
create function proof_never_again() returns trigger language plpgsql as $$
begin
  if old.outcome is not null then raise exception 'what a proof came to is never written again'; end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger sitting_proofs_final before update or delete on sitting_proofs
  for each row execute function proof_never_again();
create trigger sitting_proofs_not_truncated before truncate on sitting_proofs execute function never_again();

-- A person's own key: it seals all that is stored of that person's body, and is itself sealed by the operator's key.
-- Erasure deletes it, and with it what any copy of the other tables still holds: so a copy of this table is to be
-- kept for days only, see docs/operations.md. Owner: server/proofs, as of the two below.
create table face_keys (
  person_key text primary key,
  id         text not null unique,   -- as the rows that it sealed name it
  sealed     bytea not null,
  key_id     text not null,          -- of the operator's key that sealed it
  made_ms    bigint not null
);
create index face_keys_key on face_keys (key_id);

-- Who looked at kept pictures, and why; written before they are shown.
create table face_views (
  id        bigint generated always as identity primary key,
  check_id  text not null references face_checks (id),
  person_id text not null references people,
  reason    text not null,
  at_ms     bigint not null
);
create index face_views_check on face_views (check_id);
create trigger face_views_final before update or delete on face_views
  for each row execute function never_again();
create trigger face_views_not_truncated before truncate on face_views execute function never_again();

-- Two people of one platform whose enrolled faces are alike: for a person to look at.
create table face_likenesses (
  person_key text not null,      -- who enrolled later
  other_key  text not null,
  distance   real not null,
  compared   integer not null,   -- people that the later one was compared with
  found_ms   bigint not null,
  primary key (person_key, other_key)
);
create index face_likenesses_found on face_likenesses (found_ms);
create index face_templates_made on face_templates (made_ms);

-- Templates that were not held against other people's yet.
alter table face_templates add column compared_ms bigint;
create index face_templates_uncompared on face_templates (made_ms) where compared_ms is null and retired_ms is null;
