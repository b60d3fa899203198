-- What became of a prompt stands with it, in words that a reviewer can rely on; and what an
-- answer is measured by is kept as it was when the question was asked.

alter table prompts add column late_ms integer not null default 0;        -- an answer this much later still counts
alter table prompts add column min_latency_ms integer not null default 0; -- a right answer faster than this is no proof

-- Another question came only after this one's time was over: nobody had answered it.
update prompts set outcome = 'missed'
 where outcome = 'superseded' and answered_ms is null
   and deadline_ms < (select min(later.issued_ms) from prompts later
                       where later.person_key = prompts.person_key and later.issued_ms > prompts.issued_ms);

alter table prompts add constraint prompts_outcome
  check (outcome in ('right', 'wrong', 'tooFast', 'expired', 'missed', 'withdrawn', 'superseded'));
