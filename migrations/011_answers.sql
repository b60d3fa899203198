-- How an answer was given is kept with it, as evidence: how long it took, and what the page told of the
-- hand that gave it. Counts and lengths only: no key, no place on a screen, no target.

alter table prompts
  -- {"latencyMs", "readMs", "again"?, "hand"?: {"events", "times", "path", "page"}}; null: not answered, or from before this.
  add column manner jsonb,
  -- The session whose page gave the answer: a question follows its person to another page. Null: as `manner`.
  add column answered_session text,
  add constraint prompts_manner check (jsonb_typeof(manner) = 'object' and octet_length(manner::text) <= 512);
