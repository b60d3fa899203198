-- Faces. What is of a person's body is sealed (AES-256-GCM, its key outside the database) and can be deleted
-- whole: nothing else, and no leaf of the ledger, stands on it. What a check came to outlives it.

-- Consent of its own, to one version of the notice. A row is never changed but to end it.
create table face_consents (
  person_key   text not null,
  notice       text not null,
  session_id   text not null,   -- whose page gave it
  given_ms     bigint not null,
  ended_ms     bigint,
  ended_by     text check (ended_by in ('withdrawn', 'replaced', 'erased')),
  primary key (person_key, given_ms),
  check ((ended_ms is null) = (ended_by is null))
);
create unique index face_consents_standing on face_consents (person_key) where ended_ms is null;

create table face_templates (
  id          text primary key,
  person_key  text not null,
  sealed      bytea not null,
  key_id      text not null,    -- of the key that sealed it: a key's rotation finds what it must seal anew
  model       text not null,    -- descriptors of two models are not comparable
  made_ms     bigint not null,
  retired_ms  bigint            -- a later enrolment took its place
);
create index face_templates_person on face_templates (person_key);

-- Sessions whose page can show a check.
create table face_pages (
  session_id  text primary key
);

create table face_checks (
  id          text primary key,
  person_key  text not null,
  session_id  text not null,
  asked       jsonb not null,   -- what the detector asked for: to ask the same again, or otherwise
  tries       integer not null, -- checks of the same asking before this one
  challenge   jsonb not null,
  issued_ms   bigint not null,
  deadline_ms bigint not null,  -- the last moment for the frames to come
  late_ms     integer not null, -- so much longer they may be looked at
  outcome     text check (outcome in (
    'pass', 'unsure', 'mismatch', 'failed',   -- judged
    'refused', 'busy', 'engineDied',          -- not looked at: the frames were no frames, or this machine's trouble
    'declined', 'noCamera',                   -- by the trainee's choice, or for want of a camera: a question instead
    'unconsented',                            -- consent was withdrawn meanwhile
    'expired', 'missed', 'withdrawn', 'superseded')),
  reasons     jsonb,
  distance    real,
  ended_ms    bigint
);
create unique index face_checks_waiting on face_checks (person_key) where outcome is null;
create index face_checks_person on face_checks (person_key, issued_ms);

-- One row a frame that was looked at: to know it again, whoever sends it.
create table face_probes (
  check_id    text not null references face_checks (id),
  frame       integer not null,
  sealed      bytea not null,       -- descriptor and hash
  key_id      text not null,
  veiled      bit(256) not null,    -- its hash under a secret order of bits: distances are kept, pictures are not
  bands       integer[] not null,   -- 16 pieces of it: hashes within 15 bits share one at least
  made_ms     bigint not null,
  primary key (check_id, frame)
);
create index face_probes_bands on face_probes using gin (bands);
create index face_probes_made on face_probes (made_ms);

-- Pictures of checks that did not pass, where the operator keeps them, until then.
create table face_frames (
  check_id    text not null references face_checks (id),
  frame       integer not null,
  sealed      bytea not null,
  key_id      text not null,
  kept_until_ms bigint not null,
  primary key (check_id, frame)
);
