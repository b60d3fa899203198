-- Who put which policy in force, where and from when: proposed by one person, published by another.
-- A new session opens under the newest publication in force that covers its class; sessions that
-- are open keep theirs. Moments are by the server's clock, which stamps the events too.

-- What one person proposes. Alone it has no effect.
create table policy_proposals (
  id              text primary key,
  policy_hash     text not null references policies,
  -- What it covers: classes whose region starts so ('' is the whole country), …
  region          text not null check (region ~ '^([0-9]{2}){0,3}$'),
  -- … of this platform and of this occupation; null: of any.
  platform_id     text references platforms,
  occupation_code text,
  -- Judged beside the live policy, and counted; never what a session opens under.
  shadow          boolean not null,
  -- In force from then on, but never from before it was published.
  effective_ms    bigint not null check (effective_ms >= 0),
  proposed_by     text not null references people,
  proposed_ms     bigint not null,
  unique (id, proposed_by)
);
create index policy_proposals_region on policy_proposals (region);
create index policy_proposals_newest on policy_proposals (proposed_ms desc, id desc);
create index policy_proposals_policy on policy_proposals (policy_hash);

-- The second person's word. `proposed_by` is the proposal's own (the foreign key sees to it), so
-- that this row alone shows that they are two.
create table policy_publications (
  proposal_id  text primary key,
  proposed_by  text not null,
  published_by text not null references people,
  published_ms bigint not null,
  revoked_by   text references people,
  revoked_ms   bigint,
  foreign key (proposal_id, proposed_by) references policy_proposals (id, proposed_by),
  constraint policy_publications_two_people check (published_by <> proposed_by),
  constraint policy_publications_revoked check ((revoked_by is null) = (revoked_ms is null))
);

create trigger policy_proposals_final before update or delete on policy_proposals
  for each row execute function never_again();
create trigger policy_proposals_not_truncated before truncate on policy_proposals execute function never_again();

-- Of a publication only its end is ever written, and once.
create function publications_only_end() returns trigger language plpgsql as $$
begin
  if old.revoked_ms is null and new.revoked_ms is not null
    and (new.proposal_id, new.proposed_by, new.published_by, new.published_ms)
      is not distinct from (old.proposal_id, old.proposed_by, old.published_by, old.published_ms) then
    return new;
  end if;
  raise exception 'a publication is never changed; it may be revoked, once' using errcode = '55000';
end $$;
create trigger policy_publications_only_end before update on policy_publications
  for each row execute function publications_only_end();
create trigger policy_publications_kept before delete on policy_publications
  for each row execute function never_again();
create trigger policy_publications_not_truncated before truncate on policy_publications execute function never_again();

-- What was proposed is what is judged by: its bytes stay.
create function proposed_policies_stay() returns trigger language plpgsql as $$
begin
  if exists (select from policy_proposals where policy_hash = old.hash) then
    raise exception 'a policy that was proposed is never changed' using errcode = '55000';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger proposed_policies_stay before update or delete on policies
  for each row execute function proposed_policies_stay();

-- ── a policy in the shadow: judged beside the live one, and counted ──────────
-- How far each person's events are folded under both. A cache that must not be lost halfway: it
-- moves together with the counts. Gone once the publication is revoked.
-- Owner: server/judge.
create table policy_shadow_folds (
  proposal_id text not null references policy_proposals,
  person_key  text not null,
  ordinal     bigint not null,
  live        text not null,
  -- null: no session in question yet; the same as live.
  shadow      text,
  primary key (proposal_id, person_key)
);

-- What it came to by day (China's), class and rule: alerts raised, milliseconds finally credited and
-- denied. Sessions opened while the shadow was in force, in both columns. Owner: server/judge.
create table policy_shadow_counts (
  proposal_id text not null references policy_proposals,
  day         text not null check (day ~ '^\d{4}-\d{2}-\d{2}$'),
  class_id    text not null,
  what        text not null check (what in ('alert', 'credited', 'denied')),
  -- code.rule of an alert, the reason of a span.
  rule        text not null,
  live        bigint not null,
  shadow      bigint not null,
  primary key (proposal_id, day, class_id, what, rule)
);

-- ── the breaker: a rule far above its own baseline on one platform ───────────
-- Owner: server/breaker.
-- Credited time by platform and hour of learning, from the leaves up to `next` of each tree.
create table breaker_hours (
  platform_id text not null references platforms,
  hour_ms     bigint not null,
  credited_ms bigint not null,
  primary key (platform_id, hour_ms)
);
create table breaker_places (
  origin text primary key,
  next   bigint not null
);

-- New sessions of the platform open under their policy without this rule's section, until then or
-- until a person ends it. That version is stored among the policies, and the session names it.
create table policy_trips (
  id          text primary key,
  platform_id text not null references platforms,
  rule        text not null,
  tripped_ms  bigint not null,
  ends_ms     bigint not null check (ends_ms > tripped_ms),
  -- What was seen, and what the baseline was.
  facts       jsonb not null,
  ended_by    text references people,
  ended_ms    bigint,
  constraint policy_trips_ended check ((ended_by is null) = (ended_ms is null))
);
create index policy_trips_latest on policy_trips (platform_id, ends_ms desc);

create function trips_only_end() returns trigger language plpgsql as $$
begin
  if old.ended_ms is null and new.ended_ms is not null
    and (new.id, new.platform_id, new.rule, new.tripped_ms, new.ends_ms, new.facts)
      is not distinct from (old.id, old.platform_id, old.rule, old.tripped_ms, old.ends_ms, old.facts) then
    return new;
  end if;
  raise exception 'a trip is never changed; it may be ended, once' using errcode = '55000';
end $$;
create trigger policy_trips_only_end before update on policy_trips
  for each row execute function trips_only_end();
create trigger policy_trips_kept before delete on policy_trips for each row execute function never_again();
create trigger policy_trips_not_truncated before truncate on policy_trips execute function never_again();
