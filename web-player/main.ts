/**
 * The lesson page: opens the launch link, shows the lesson, and lets the SDK watch the
 * page's one video. Guarantees: nothing plays by itself; every load, and every session
 * after it, has a ticket of its own; what is shown of hours is what the server said.
 */
import { watch } from '../sdk/watch.ts';
import { announcer, need, text } from './dom.ts';
import { faceCard } from './face.ts';
import { drawn, locale, pick, say, switchLanguage } from './language.ts';
import { type Launched, launch } from './launch.ts';
import { problem } from './problem.ts';
import { prompt } from './prompt.ts';
import { forms } from './promptFields.ts';
import { record } from './record.ts';
import { status } from './status.ts';
import { tally } from './tally.ts';
import { tickets } from './tickets.ts';
import { clock } from './time.ts';
import type { Key } from './words.ts';

const link = new URLSearchParams(location.search).get('launch');
const page = need('[data-page]');
const video = need<HTMLVideoElement>('#lesson');
const problems = problem();
let lesson: Launched | null = null;
let asked = false;

drawn(() => {
  document.documentElement.lang = locale();
  for (const node of document.querySelectorAll<HTMLElement>('[data-words]')) {
    text(node, say(node.getAttribute('data-words') as Key));
  }
  text(need('[data-language]'), say('otherLanguage'));
  name();
});
need('[data-language]').addEventListener('click', switchLanguage);

function name(): void {
  const title = lesson?.lesson.title ?? say('course');
  document.title = asked
    ? say('pagePromptTitle', { lesson: title })
    : say('pageTitle', { lesson: title, platform: say('platform') });
  text(need('[data-class]'), lesson?.class.name ?? say('course'));
  text(need('[data-title]'), lesson?.lesson.title ?? say('loading'));
  text(need('[data-lesson-name]'), lesson?.lesson.title ?? '');
  text(need('[data-lesson-length]'), lesson ? say('lessonLength', { total: clock(lesson.lesson.durationMs) }) : '');
  const trainee = need('[data-trainee]');
  trainee.hidden = !lesson;
  text(trainee, lesson ? say('trainee', { name: lesson.trainee.name }) : '');
}

async function open(): Promise<void> {
  problems.hide();
  const result = await launch(link);
  page.hidden = !result.ok;
  if (!result.ok) {
    problems.show(result.failure, result.code, () => void open());
    return;
  }
  lesson = result.value;
  name();
  play(result.value);
}

function play(launched: Launched): void {
  const sayNow = announcer(need('[data-say-now]'));
  const sayPolitely = announcer(need('[data-say]'));
  const hours = tally(need('.tally'));
  const rows = record(need('[data-record-root]'));
  const question = prompt(need('[data-prompt-slot]'), {
    announce: sayNow,
    waiting(is) {
      asked = is;
      hours.waiting(is);
      name();
    },
  });
  const face = faceCard(need('[data-face]'));
  hours.length(launched.lesson.durationMs);

  const { fromSession = false, mediaUrl } = launched.lesson;
  let failures = 0;
  video.addEventListener('error', () => {
    failures += 1;
    problems.show('media', null, () => {
      problems.hide();
      // A pass that has expired is not mended by asking again: a fresh load brings a fresh one.
      if (fromSession && failures > 1) location.reload();
      else video.load();
    });
  });
  if (!fromSession) video.src = mediaUrl;

  const strip = status(page, () => watching.retake());
  const watching = watch(video, {
    getTicket: tickets(launched.ticket, () => launch(link)),
    endpoint: location.origin,
    forms: [...forms, 'face'],
    onFace: face.show,
    onMedia(url) {
      // A later session of this page plays on from what the first one was sent.
      if (fromSession && (!video.currentSrc || video.error)) video.src = url;
    },
    onState: (state) => {
      strip.show(state);
      if (state === 'takenOver' || state === 'closed' || state === 'failed') question.drop();
    },
    onTotals: (totals) => {
      hours.show(totals);
      rows.totals(totals);
    },
    onChallenge: (challenge, answer) => question.show(challenge, answer),
    onNotice: (notice) => {
      rows.add(notice);
      if (notice.kind === 'promptWithdrawn') question.withdraw(notice.words);
      else if (notice.kind !== 'held') sayPolitely(() => pick(notice.words));
    },
    onError: (trouble) => strip.trouble(trouble),
  });
}

void open();
