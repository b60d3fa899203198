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
