-- How a question stands before a person: pictures of the bank that are pointed at, questions that are
-- sent as an image, and what is asked of people whose platform says that they use assistive technology.

-- By the SHA-256 of their bytes, so that a prompt's picture stays what was shown. Never changed.
create table question_pictures (
  sha256 text primary key,
  type   text not null check (type in ('image/png', 'image/jpeg')),
  width  integer not null,
  height integer not null,
  bytes  bytea not null check (octet_length(bytes) <= 204800)
);

alter table questions
  drop constraint questions_key,
  -- point: {"picture": sha256, "region": {"circle": [x, y, r]} or {"polygon": [[x, y], …]}}
  add constraint questions_key check (case form
    when 'single' then num_nulls(answer_id, key) = 1 and key is null
    when 'order' then num_nulls(answer_id, key) = 2
    when 'multiple' then answer_id is null and key is not null
    when 'number' then answer_id is null and key is not null
    when 'point' then answer_id is null and key is not null
    else false end);

-- The ticket said that this trainee uses assistive technology.
alter table session_forms add column assistive boolean not null default false;

alter table prompts
  -- words · image · assistive: in words, for a trainee who uses assistive technology · unable: in words,
  -- for the page shows no images · failed: in words, for no image could be made.
  add column shown_as text not null default 'words'
    check (shown_as in ('words', 'image', 'assistive', 'unable', 'failed')),
  -- What was drawn for the image: with it the same image is made again. Null: it was not an image.
  add column image_seed bigint;
