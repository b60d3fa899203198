-- What completes a training beside the theory: practice marked on site, results of other bodies, and the people
-- drawn to supervise a sitting. Owner: server/exams. All of it is only ever added to: a correction is another row.

-- Practice of a candidate whose theory was handed in, as an examiner marked it.
create table practice_marks (
  id          text primary key,
  sitting_id  text not null references sittings,
  attempt     integer not null check (attempt > 0),
  corrects    text references practice_marks,
  theory      text not null references exam_results, -- the theory's result that stood then
  record      text not null,                         -- canonical JSON: where, when, points, evidence, reason, examiner
  score       integer not null check (score between 0 and 100),
  passed      boolean not null,
  by_person   text not null references people,
  at_ms       bigint not null,
  unique (corrects)
);
create unique index practice_marks_first on practice_marks (sitting_id, attempt) where corrects is null;

-- Results that another body gave. They are no sitting of ours and never counted as one.
create table outside_results (
  id          text primary key,
  person_key  text not null,
  trainee_id  text not null references trainees,
  class_id    text not null references classes,
  corrects    text references outside_results,
  assessment  text not null check (assessment in ('completionExam', 'qualification', 'skillLevel', 'specialAbility')),
  certificate text not null,                         -- keyed hash of the number
  passed      boolean not null,
  record      text not null,                         -- canonical JSON: issuer, masked number, date, document, reason, who
  at_ms       bigint not null,
  unique (corrects)
);
create index outside_results_certificate on outside_results (certificate);
create index outside_results_class on outside_results (class_id, trainee_id);

-- Who has to do with which institution, and so is not drawn to supervise its exams (回避).
create table exam_recusals (
  person_id        text not null references people,
  institution_name text not null,
  reason           text not null,
  by_person        text not null references people,
  at_ms            bigint not null,
  primary key (person_id, institution_name)
);

-- Drawings of supervisors. The seed is told when the exam is over; its commitment from the start.
create table supervision_draws (
  id          text primary key,
  exam_id     text not null references exams,
  nth         integer not null check (nth > 0),
  eligible    text not null,                         -- canonical JSON: the sorted ids
  seed        bytea not null,
  commitment  text not null,                         -- hex SHA-256: see server/exams/supervision/draw.ts
  drawn       text not null references people,
  reason      text,                                  -- of a redraw
  by_person   text not null references people,
  at_ms       bigint not null,
  unique (exam_id, nth),
  check ((nth = 1) = (reason is null))
);
create index supervision_draws_drawn on supervision_draws (drawn, at_ms);

-- What the drawn person saw.
create table supervision_reports (
  id          text primary key,
  draw_id     text not null references supervision_draws,
  attended    boolean not null,
  remarks     text not null,
  at_ms       bigint not null
);
create index supervision_reports_draw on supervision_reports (draw_id, at_ms);

-- The state of a sitting that people were told was tampered with: they are told again when it is another.
alter table sittings add column tampering_told text;

do $$
declare one text;
begin
  foreach one in array array['practice_marks', 'outside_results', 'exam_recusals', 'supervision_draws', 'supervision_reports'] loop
    execute format('create trigger %I before update or delete on %I for each row execute function never_again()', one || '_final', one);
    execute format('create trigger %I before truncate on %I execute function never_again()', one || '_not_truncated', one);
  end loop;
end $$;

-- A leaf may be of one of these records too. Owner: server/ledger. A process of the release before this one can
-- neither seal such a leaf nor set it aside (the checks refuse it), and leaves it to a process that can.
alter table ledger_pending add column record_id text; -- of practice_marks or outside_results: the leaf's kind says which
alter table ledger_leaves add column record_id text;
alter table ledger_doubts add column record_id text;
alter table ledger_pending drop constraint ledger_pending_names,
  add constraint ledger_pending_names check (num_nonnulls(span_id, result_id, record_id) = 1);
alter table ledger_leaves drop constraint ledger_leaves_names,
  add constraint ledger_leaves_names check (num_nonnulls(span_id, result_id, record_id) = 1);
alter table ledger_doubts drop constraint ledger_doubts_names,
  add constraint ledger_doubts_names check (num_nonnulls(span_id, result_id, record_id) = 1);
create unique index ledger_pending_record on ledger_pending (record_id) where record_id is not null;
create unique index ledger_leaves_record on ledger_leaves (record_id) where record_id is not null;

-- Version 2 of an exam's leaf says why a result was corrected. A process of the release before this one cannot read
-- it and would set it aside; it does not say that it can, so this check refuses, and it leaves the leaf to one that can.
alter table ledger_doubts add column reads_v2 boolean not null default false;
alter table ledger_doubts add constraint ledger_doubts_v2 check (reads_v2 or leaf not like '{"kind":"exam","v":2,%');
