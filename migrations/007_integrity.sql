-- Leaves that were not sealed because they contradict what they claim to prove. They are set
-- aside one by one, so that a wrong one stops nobody else's; a person finds out why.
-- Owner: server/ledger. A table of its own: the span's true leaf may still come to wait.
create table ledger_doubts (
  id         bigint generated always as identity primary key,
  person_key text not null,
  span_id    integer not null,
  leaf       text not null,
  -- What contradicts what, in words.
  doubt      text not null,
  written_ms bigint not null default (extract(epoch from now()) * 1000)::bigint
);
create index ledger_doubts_person on ledger_doubts (person_key);
