-- Who delivers a lesson's media and tells of it: this server, from a file of its media directory, or the
-- platform, by its reports. Null: nobody tells, and nothing is concluded from what was not delivered.
alter table lessons
  add column delivery text check (delivery in ('server', 'platform')),
  add column media_file text,   -- under MEDIA_DIR, for `server` alone
  add constraint lessons_media_file check ((media_file is not null) = (delivery is not distinct from 'server'));
