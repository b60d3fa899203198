-- 疑点 → 线索 → 认定: every step of an alert is a person's, with the time and the words.
-- The indexes serve the console: newest alerts, live sessions, one class, one trainee's classes.

alter table alerts
  add constraint alerts_status check (status in ('open', 'lead', 'determined', 'dismissed'));

create table alert_decisions (
  id          bigint generated always as identity primary key,
  alert_id    text not null references alerts,
  decision    text not null check (decision in ('lead', 'confirmed', 'dismissed')),
  from_status text not null,
  to_status   text not null,
  note        text not null default '',
  person_id   text not null references people,
  decided_ms  bigint not null,
  -- The way is acyclic: a status is reached once.
  unique (alert_id, to_status)
);

create index alerts_newest on alerts (at_ms desc, id desc);
create index alerts_class on alerts (class_id, at_ms desc);
create index alerts_person on alerts (person_key, at_ms desc);
create index alerts_undecided on alerts (region) where status = 'open';
create index sessions_live on sessions (opened_ms desc, id desc) where closed_ms is null;
create index sessions_class on sessions (class_id, trainee_id);
create index roster_trainee on roster (trainee_id);
