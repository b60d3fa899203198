-- Growth: detector versions that follow one another, spans and evidence that are never
-- written again, and processes of different releases on one database.

-- ── which version folds a person ─────────────────────────────────────────────
-- The version that wrote the head. A process that does not know it may not judge the person.
alter table heads add column detector integer not null default 1;

-- Living processes and the newest detector version each can fold. A person moves on to a newer
-- version only when no living process would then be unable to judge that person.
create table processes (
  id       text primary key,
  detector integer not null,
  seen_at  timestamptz not null default now()
);

-- A release from before this table says nothing of itself: it may no longer write heads, and is
-- told why. Once per statement, so that a commit of hundreds of persons pays for it once.
create function heads_need_a_release() returns trigger language plpgsql as $$
begin
  if pg_trigger_depth() = 1 and coalesce(current_setting('zhenxue.release', true), '') = '' then
    raise exception 'this database has moved on to a newer release; restart this server with that release'
      using errcode = '55000';
  end if;
  return null;
end $$;
create trigger heads_need_a_release before update or insert on heads
  for each statement execute function heads_need_a_release();

-- ── what is final is never written again ─────────────────────────────────────
-- open: it may still change (held; or denied and growing). The rest is final.
alter table spans add column open boolean not null default true;
update spans set open = false where fate = 'credited';
update spans set open = false from sessions
  where sessions.id = spans.session_id and sessions.closed_ms is not null and spans.fate = 'denied';
alter table spans alter column open drop default;

create function never_again() returns trigger language plpgsql as $$
begin
  raise exception 'a row of % is never written again', tg_table_name using errcode = '55000';
end $$;
create trigger spans_final before update or delete on spans
  for each row when (not old.open) execute function never_again();
create trigger spans_kept before delete on spans
  for each row execute function never_again();
create trigger events_final before update or delete on events
  for each row execute function never_again();
create trigger ledger_leaves_final before update or delete on ledger_leaves
  for each row execute function never_again();
-- Truncating is a statement of its own, and no row trigger hears of it.
create trigger spans_not_truncated before truncate on spans execute function never_again();
create trigger events_not_truncated before truncate on events execute function never_again();
create trigger ledger_leaves_not_truncated before truncate on ledger_leaves execute function never_again();

-- For the statement itself: refuses where it would write over what is final.
create function still_open(open boolean) returns boolean language plpgsql immutable as $$
begin
  if not open then
    raise exception 'a span whose fate is final is never written again' using errcode = '55000';
  end if;
  return true;
end $$;

-- ── sessions of several kinds; facts about a person that no session made ─────
alter table sessions add column kind text not null default 'lesson' check (kind in ('lesson', 'exam'));

-- ── an erased salt reaches every process ─────────────────────────────────────
-- Whoever has the person in memory, with the old pseudonym, is fenced by the higher epoch and
-- reads the person again.
create function ledger_salts_fence() returns trigger language plpgsql as $$
begin
  update heads set epoch = epoch + 1 where person_key = old.person_key;
  return null;
end $$;
create trigger ledger_salts_fence after update or delete on ledger_salts
  for each row execute function ledger_salts_fence();
