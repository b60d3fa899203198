-- The question bank: items about a stretch of a lesson's media, so that a person is asked about
-- what that person has watched.

-- [from_ms, to_ms) of the lesson's media that the item is about; null: the lesson as a whole.
alter table questions
  add column from_ms integer,
  add column to_ms integer,
  add constraint questions_interval check (
    num_nulls(from_ms, to_ms) = 2 or (num_nulls(from_ms, to_ms) = 0 and from_ms >= 0 and to_ms > from_ms));
