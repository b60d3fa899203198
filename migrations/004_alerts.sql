-- Alerts through one door: about a person, a class, an institution or a platform, with or
-- without a session; the same suspicion joins the alert that stands open.

alter table alerts
  alter column person_key drop not null,
  alter column session_id drop not null,
  alter column trainee_id drop not null,
  alter column class_id drop not null,
  -- Null: for people only; no platform sees it.
  alter column platform_id drop not null,
  add column subject_kind text,
  -- person: person_key; class: its id; institution: its name; platform: its id.
  add column subject text,
  -- What makes two alerts the same suspicion. Never shown: it may hold a person_key.
  add column suspicion text,
  -- How often it was raised, from at_ms (the first time; it never moves, pages are cut by it) to last_ms.
  add column count integer,
  add column last_ms bigint;

-- What was stored before stays as it is: each row a suspicion of its own.
update alerts
  set subject_kind = 'person', subject = person_key, suspicion = 'before|' || id, count = 1, last_ms = at_ms;

alter table alerts
  alter column subject_kind set not null,
  alter column subject set not null,
  alter column suspicion set not null,
  alter column count set not null,
  alter column last_ms set not null,
  add constraint alerts_subject check (case subject_kind
    when 'person' then coalesce(person_key = subject, false)
    when 'class' then coalesce(class_id = subject, false)
    else subject_kind in ('institution', 'platform') end),
  -- GB/T 2260, or the two or four digits above it; '' is the whole country.
  add constraint alerts_region_code check (region ~ '^([0-9]{2}){0,3}$'),
  add constraint alerts_count check (count > 0),
  add constraint alerts_times check (last_ms >= at_ms);

-- The law of joining: one open alert a suspicion, whoever raises it and however many at once.
create unique index alerts_suspected on alerts (suspicion) where status = 'open';
-- The fan-out reads by suspicion, whatever the status.
create index alerts_suspicion on alerts (suspicion);
-- What is new since then: raised or grown.
create index alerts_latest on alerts (last_ms desc);
