-- The question bank: items about a stretch of a lesson's media, of several forms, with numbers and
-- terms that are drawn for each asking; and what each person was asked, kept as it was asked.

alter table questions
  -- [from_ms, to_ms) of the lesson's media that the item is about; null: the lesson as a whole.
  add column from_ms integer,
  add column to_ms integer,
  add column form text not null default 'single',
  -- A template's variables: {"r": {"from": 5, "to": 20, "step": 5}, "i": {"oneOf": [1, 2]}}; null: no template.
  add column variables jsonb,
  -- multiple: {"answers": [ids]}; number: {"answer", "tolerance", "unit"?}. The key of a single
  -- choice stays in answer_id; of an order, the choices stand in their right order.
  add column key jsonb,
  alter column answer_id drop not null,
  add constraint questions_interval check (
    num_nulls(from_ms, to_ms) = 2 or (num_nulls(from_ms, to_ms) = 0 and from_ms >= 0 and to_ms > from_ms)),
  add constraint questions_key check (case form
    when 'single' then num_nulls(answer_id, key) = 1 and key is null
    when 'order' then num_nulls(answer_id, key) = 2
    when 'multiple' then answer_id is null and key is not null
    when 'number' then answer_id is null and key is not null
    else false end);

-- What was asked, with its key and with what was drawn for it: an answer is judged by what stood on
-- the page, whatever became of the bank since. Null: asked word for word as in the bank, before this.
alter table prompts add column asked jsonb;

-- The forms that a session's page can draw, as it said when it opened; without a row: single choices.
create table session_forms (
  session_id text primary key references sessions,
  forms      text[] not null
);
