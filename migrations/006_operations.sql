-- What tells an operator how the service fares.

-- Rewritten now and then to learn whether the database still takes writes; what it holds means nothing.
-- Owner: server/db.
create table write_probe (
  probed_ms bigint not null
);

-- Since when a leaf waits. By the database's clock, which judges its age as well.
alter table ledger_pending
  add column written_ms bigint not null default (extract(epoch from now()) * 1000)::bigint;
