-- A leaf may be of an exam's result and not of a span. Owner: server/ledger. What is sealed stays as it is.
-- A process of the release before this one cannot seal such a leaf, nor set it aside (the checks refuse it): it
-- fails and tries again, and leaves it to a process that can.

alter table ledger_pending alter column span_id drop not null;
alter table ledger_pending add column result_id text; -- of exam_results
alter table ledger_pending add constraint ledger_pending_names check ((span_id is null) <> (result_id is null));
create unique index ledger_pending_result on ledger_pending (result_id) where result_id is not null;

alter table ledger_leaves alter column span_id drop not null;
alter table ledger_leaves add column result_id text;
alter table ledger_leaves add constraint ledger_leaves_names check ((span_id is null) <> (result_id is null));
create unique index ledger_leaves_result on ledger_leaves (result_id) where result_id is not null;

alter table ledger_doubts alter column span_id drop not null;
alter table ledger_doubts add column result_id text;
alter table ledger_doubts add constraint ledger_doubts_names check ((span_id is null) <> (result_id is null));

-- What a leaf is of is never written again: a correction is another result, a changed answer another answer.
create trigger exam_results_final before update or delete on exam_results
  for each row execute function never_again();
create trigger exam_results_not_truncated before truncate on exam_results execute function never_again();
create trigger sitting_answers_final before update or delete on sitting_answers
  for each row execute function never_again();
create trigger sitting_answers_not_truncated before truncate on sitting_answers execute function never_again();
