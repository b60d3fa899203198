function migrate(before, at) {
  return { state: { ...before, ordinal: before.ordinal + 1, at: Math.max(at, before.at) }, verdicts: [] };
}

var alone = { at: 60, wrong: 120, missed: 60, lostAt: -300, decidedEvery: 1 };
function readPolicy2(stored) {
  const { mostWrong, ...presence } = stored.presence;
  const { minDueMs, maxDueMs } = presence;
  const release2 = { ...alone, lostAt: alone.at - mostWrong * alone.wrong };
  return { ...stored, schema: 3, presence: { ...presence, minDoubtMs: minDueMs, maxDoubtMs: maxDueMs, release: release2 } };
}
var second = 1e3;
var minute = 60 * second;
var day = 24 * 60 * minute;
var standard2 = {
  schema: 2,
  name: "standard",
  version: 2,
  clock: { toleranceMs: 2 * second },
  beat: { minIntervalMs: 8 * second, maxIntervalMs: 15 * second },
  // A laptop that sleeps through the night goes on with its page, and with what it had not told yet.
  session: { silentMs: 12 * 60 * minute },
  // A lost line must not cost a lesson, and no label may replace proofs.
  disconnected: { capMs: 10 * minute },
  presence: {
    // A proof due after 15 minutes, and a line that is lost just then for as long as may count, fit in.
    maxGapMs: 30 * minute,
    heldForMs: 7 * day,
    ticketOpens: true,
    // 驾培: every 10–15 min. With a question at each lesson's end this stays below 6 an hour.
    minDueMs: 10 * minute,
    maxDueMs: 15 * minute,
    minReturnMs: 20 * second,
    maxReturnMs: 90 * second,
    retryMs: 10 * second,
    mostWrong: 3,
    freePauseMs: 45 * minute,
    mostPerHour: 6,
    nearEndMs: 5 * minute,
    endCoverage: 0.9
  },
  proofs: { question: { windowMs: 60 * second, lateMs: 30 * second, minLatencyMs: 800 } },
  alerts: { repeatMs: minute },
  rules: {
    hidden: { afterMs: 10 * second, times: 5, withinMs: 10 * minute },
    spoofedVisibility: { evidenceMs: 2500, minFramesPerSecond: 3, maxThrottledTicksPerSecond: 3 },
    secondDevice: { overlapMs: 10 * second },
    secondPage: { overlapMs: 10 * second },
    playbackRate: { firstViewingMax: 1, slackMs: 400, driftShare: 0.02, alertAfterMs: 2 * minute },
    seekAhead: { flagShare: 0.5, jumps: 3 },
    fasterThanClock: { aheadMs: 30 * second, driftShare: 0.02 },
    clockHook: { maxDateDrift: 0.25, beats: 5 },
    forgedBeats: { window: 6, maxResidualMs: 220, roundWeight: 24 },
    replayedBeats: { refusals: 3 },
    promptMissed: { misses: 3 },
    promptGuessing: { wrong: 5, of: 8 },
    presenceGap: { lapsedMs: 1 * minute },
    syntheticInput: { events: 5, beats: 3 }
  }
};
var demo2 = {
  ...standard2,
  name: "demo",
  presence: {
    ...standard2.presence,
    maxGapMs: 5 * minute,
    minDueMs: 40 * second,
    maxDueMs: 60 * second,
    minReturnMs: 10 * second,
    maxReturnMs: 20 * second,
    mostPerHour: 120,
    nearEndMs: 0
  },
  proofs: { question: { windowMs: 45 * second, lateMs: 15 * second, minLatencyMs: 800 } }
};

function readPolicy1(stored) {
  const { name, version, clock, beat: beat2, session, alerts } = stored;
  const { windowMs, lateMs, minLatencyMs, maxGapMs, ticketOpens, minPromptMs, maxPromptMs, retryMs, mostWrong } = stored.presence;
  const { presence } = standard2;
  return {
    schema: 2,
    name,
    version,
    clock,
    beat: beat2,
    session,
    disconnected: { capMs: stored.offline.capMs },
    presence: {
      ...{ maxGapMs, ticketOpens, retryMs, mostWrong },
      ...{ minDueMs: minPromptMs, maxDueMs: maxPromptMs },
      heldForMs: presence.heldForMs,
      // A short policy returns shortly: its question must come while its bracket can still be closed.
      minReturnMs: Math.min(presence.minReturnMs, minPromptMs),
      maxReturnMs: Math.min(presence.maxReturnMs, minPromptMs),
      freePauseMs: presence.freePauseMs,
      mostPerHour: Math.max(presence.mostPerHour, Math.ceil(36e5 / minPromptMs)),
      nearEndMs: 0,
      endCoverage: presence.endCoverage
    },
    proofs: { question: { windowMs, lateMs, minLatencyMs } },
    alerts,
    rules: rules1(stored)
  };
}
function rules1({ rate, seek, focus, background, forgery }) {
  const shipped = standard2.rules;
  const always = {
    ...pick(shipped, ["secondDevice", "secondPage", "fasterThanClock", "syntheticInput"]),
    ...pick(shipped, ["promptMissed", "promptGuessing", "presenceGap"])
  };
  return {
    ...always,
    ...background === void 0 ? {} : { ...pick(shipped, ["hidden"]), spoofedVisibility: { ...background } },
    ...focus?.required === true ? { unfocused: { afterMs: 1e4 } } : {},
    ...rate === void 0 ? {} : { playbackRate: { ...rate, alertAfterMs: 12e4 } },
    ...seek === void 0 ? {} : { seekAhead: { flagShare: Math.max(seek.flagShare, 0.5), jumps: 3 } },
    ...forgery === void 0 ? {} : {
      ...pick(shipped, ["forgedBeats"]),
      clockHook: { maxDateDrift: forgery.maxDateDrift, beats: 5 },
      replayedBeats: { refusals: forgery.refusals }
    }
  };
}
function pick(from, names) {
  return Object.fromEntries(names.map((name) => [name, from[name]]));
}

function readPolicy3(stored) {
  return { ...stored, schema: 4 };
}
var second2 = 1e3;
var minute2 = 60 * second2;
var hour = 60 * minute2;
var day2 = 24 * hour;
var standard3 = {
  schema: 3,
  name: "standard",
  version: 3,
  clock: { toleranceMs: 2 * second2 },
  beat: { minIntervalMs: 8 * second2, maxIntervalMs: 15 * second2 },
  // A laptop that sleeps through the night goes on with its page, and with what it had not told yet.
  session: { silentMs: 12 * 60 * minute2 },
  // A lost line must not cost a lesson, and no label may replace proofs.
  disconnected: { capMs: 10 * minute2 },
  presence: {
    // A proof due after 15 minutes, and a line that is lost just then for as long as may count, fit in.
    maxGapMs: 30 * minute2,
    // Who studies half an hour a week has the five answers of a beginning within four weeks.
    heldForMs: 28 * day2,
    ticketOpens: true,
    // 驾培: every 10–15 min. With a question at each lesson's end this stays below 6 an hour.
    minDueMs: 10 * minute2,
    maxDueMs: 15 * minute2,
    minReturnMs: 20 * second2,
    maxReturnMs: 90 * second2,
    // Six an hour, until five right answers have been given: then as seldom as above.
    minDoubtMs: 7 * minute2,
    maxDoubtMs: 10 * minute2,
    retryMs: 10 * second2,
    // 5 right answers of forms that cannot be guessed. Of who answers 92 % right, 0.05 % is lost or waits for good; who
    // knows a quarter of the bank and guesses the rest is credited 0.4 %, who guesses all 0.00 % (standing.ts).
    release: { at: 500, wrong: 200, missed: 200, lostAt: -500, decidedEvery: 8 },
    freePauseMs: 45 * minute2,
    mostPerHour: 6,
    nearEndMs: 5 * minute2,
    endCoverage: 0.9
  },
  // An image costs a script a reader, and a person nothing much: only where evidence is weak.
  proofs: { question: { windowMs: 60 * second2, lateMs: 30 * second2, minLatencyMs: 800, rendered: "whenWeak" } },
  alerts: { repeatMs: minute2 },
  rules: {
    hidden: { afterMs: 10 * second2, times: 5, withinMs: 10 * minute2 },
    spoofedVisibility: { evidenceMs: 2500, minFramesPerSecond: 3, maxThrottledTicksPerSecond: 3 },
    secondDevice: { overlapMs: 10 * second2 },
    secondPage: { overlapMs: 10 * second2 },
    playbackRate: { firstViewingMax: 1, slackMs: 400, driftShare: 0.02, alertAfterMs: 2 * minute2 },
    seekAhead: { flagShare: 0.5, jumps: 3 },
    fasterThanClock: { aheadMs: 30 * second2, driftShare: 0.02 },
    clockHook: { maxDateDrift: 0.25, beats: 5 },
    forgedBeats: { window: 6, maxResidualMs: 220, roundWeight: 24 },
    replayedBeats: { refusals: 3 },
    promptMissed: { misses: 3 },
    promptGuessing: { wrong: 5, of: 8 },
    presenceGap: { lapsedMs: 1 * minute2 },
    syntheticInput: { events: 5, beats: 3 },
    // A glance at the notes below is forgiven; three questions one after another, each open for a minute and a half, too.
    outOfView: { graceMs: 10 * second2, coveredMs: 5 * minute2, alertAfterMs: 5 * minute2 },
    // Filed lengths are rounded and openings are cut. Advertisements end within three minutes, and none is a stream.
    mediaReplaced: {
      slackMs: 30 * second2,
      share: 0.1,
      alertAfterMs: 3 * minute2,
      streamAfterMs: 10 * second2,
      endlessMs: 1 * minute2
    },
    // A page of an application may be left with its player running on, unseen; not for long before it is noticed.
    mediaMissing: { alertAfterMs: 1 * minute2 },
    // Questions come each 10–15 min of play: two were answered, or missed, without a hand.
    automated: { quietMs: 30 * minute2 },
    // Windows are dragged about.
    offScreen: { standingMs: 1 * minute2 },
    pageSealed: {},
    imageRefused: {},
    noRecord: { standingMs: 1 * minute2 },
    // Recordings of slides change their picture seldom; for three minutes hardly one does not at all.
    framesAbsent: { minFramesPerSecond: 3, standingMs: 1 * minute2, pictureMs: 3 * minute2 },
    noHand: { quietMs: 60 * minute2 },
    undelivered: {
      slackMs: 10 * second2,
      // As long as browsers and networks are commonly told to keep media.
      keepMs: 30 * day2,
      // Ours is told before it leaves: this is for a database that was away just then.
      serverLateMs: 30 * second2,
      // A network's real-time log comes within seconds, or minutes; its hourly log is of no use here.
      reportLateMs: 15 * minute2,
      missingMs: 30 * second2,
      waitingMs: 2 * minute2,
      alertAfterMs: 30 * second2,
      beats: 3
    },
    answerWithoutHand: { answers: 4 },
    constantLatency: { sdMs: 120, answers: 6, alertAnswers: 10 },
    answeredHidden: { answers: 3 },
    tooFastToRead: { answers: 3, alertAnswers: 6 },
    // Scale: 1 odd but common, 2 hardly ever of honest people, 4 never seen of them.
    suspicion: { askAt: 2, holdAt: 4, holdMore: 200, alertAt: 6, beats: 3, lastsMs: 30 * minute2 },
    // Six times what a flood of changes swallowed in an hour of a player that stutters.
    saysPaused: { weakMs: 10 * second2, alertMs: minute2 },
    // An outage of its own for each of 20 to 40 beats in a row; slow lines of three minutes stay below.
    lateLabel: { weakMs: 2 * minute2, alertMs: 5 * minute2 },
    // A phone that was put away and woke again makes one such beat.
    rareBeats: { weakMs: 2 * minute2, alertMs: 5 * minute2 },
    // 40 drawn intervals vary by less than a third of what is expected in one of a million windows.
    constantCadence: { window: 40, share: 0.3, windows: 3 },
    // By chance less than once in 1000 beats: three in a row once in 10⁹.
    stuckSequence: { weakBeats: 3, alertBeats: 6 },
    // 0.6 % by chance: five in a row once in 10⁹; a platform may pause for its own reasons, so eight.
    equalPauses: { weakPauses: 5, alertPauses: 8 },
    // Credits begin at one place, too: people who leave then differ by a second or two.
    fixedEnd: { weakLessons: 5, alertLessons: 20 },
    constantGaps: { oddGaps: 5, weakGaps: 10 },
    smallSkips: { flagShare: 0.5, jumps: 20 },
    // One each 75 s, each with play; by hand it takes a minute to log in and find the place.
    deviceSwitching: { switches: 8, withinMs: 10 * minute2 },
    parallelLessons: { overlapMs: 30 * second2, takeovers: 3, turns: 12, withinMs: 10 * minute2 },
    // Twice in a row happens on a train; a line that is down at each of eight questions, and up between, does not.
    silentAtQuestions: { weakSilences: 2, alertSilences: 8 },
    // Who attends misses 3 in 100, and pauses on a few: six of eight would be one in a hundred thousand.
    avoidedQuestions: { of: 8, weakAvoided: 4, alertAvoided: 6 },
    // No rule names it; driving schools allow 4 to 8 class hours a day.
    dayCap: { capMs: 8 * hour },
    // A morning or an afternoon of lessons, and the break between two classes.
    studyCap: { capMs: 4 * hour, breakMs: 10 * minute2 }
  }
};
var demo3 = {
  ...standard3,
  name: "demo",
  presence: {
    ...standard3.presence,
    maxGapMs: 5 * minute2,
    minDueMs: 40 * second2,
    maxDueMs: 60 * second2,
    minDoubtMs: 20 * second2,
    maxDoubtMs: 30 * second2,
    minReturnMs: 10 * second2,
    maxReturnMs: 20 * second2,
    mostPerHour: 120,
    nearEndMs: 0,
    // A lesson of three minutes has six questions, each one of four: four of them convince here.
    release: { ...standard3.presence.release, at: 250 }
  },
  proofs: { question: { windowMs: 45 * second2, lateMs: 15 * second2, minLatencyMs: 800, rendered: "whenWeak" } }
};

function readPolicy(body) {
  const stored = JSON.parse(body);
  switch (stored.schema) {
    case void 0:
      return readPolicy3(readPolicy2(readPolicy1(stored)));
    case 2:
      return readPolicy3(readPolicy2(stored));
    case 3:
      return readPolicy3(stored);
    case 4:
      return stored;
    default:
      throw new Error(`policy schema ${String(stored.schema)} is newer than this detector`);
  }
}

var emptyState = {
  ordinal: 0,
  at: 0,
  nextSpan: 1,
  policy: null,
  holder: null,
  freeFrom: 0,
  played: 0,
  brackets: [],
  asking: {
    duePlayed: null,
    notBeforeAt: 0,
    returning: false,
    askedAt: null,
    pending: null,
    missedAt: null,
    standing: 0,
    answers: 0,
    askedAts: [],
    freePlayed: null,
    draw: 0,
    turn: 0
  },
  held: [],
  lessons: {},
  sessions: {},
  rules: {}
};
var emptyLesson = [[], 0, 0];
function lessonIn({ lessons }, id) {
  return (Object.hasOwn(lessons, id) ? lessons[id] : void 0) ?? emptyLesson;
}
function totalsOf(state, lesson) {
  const [, creditedMs, deniedMs] = lessonIn(state, lesson);
  return { creditedMs, heldMs: heldOf(state, lesson), deniedMs };
}
function heldOf({ held }, lesson) {
  let sum3 = 0;
  for (const { span } of held) if (span.lesson === lesson) sum3 += span.ms;
  return sum3;
}

var none = [];
function measure(set) {
  let total = 0;
  for (const [from, to] of set) total += to - from;
  return total;
}
function add(set, from, to) {
  if (to <= from) return set;
  const last = set[set.length - 1];
  if (last !== void 0 && from === last[1]) return set.with(-1, [last[0], to]);
  const out = [];
  let low = from;
  let high = to;
  let placed = false;
  for (const part of set) {
    if (part[1] < low) out.push(part);
    else if (part[0] > high) {
      if (!placed) {
        out.push([low, high]);
        placed = true;
      }
      out.push(part);
    } else {
      low = Math.min(low, part[0]);
      high = Math.max(high, part[1]);
    }
  }
  if (!placed) out.push([low, high]);
  return out;
}
function union(a, b) {
  if (a.length === 0) return b;
  const only = b[0];
  if (only === void 0) return a;
  if (b.length === 1) return add(a, only[0], only[1]);
  const out = [];
  let [i, j] = [0, 0];
  let low = 0;
  let high = -1;
  for (; ; ) {
    const [left, right] = [a[i], b[j]];
    const next = right === void 0 || left !== void 0 && left[0] <= right[0] ? left : right;
    if (next === void 0) break;
    if (next === left) i += 1;
    else j += 1;
    if (next[0] <= high) high = Math.max(high, next[1]);
    else {
      if (high >= low) out.push([low, high]);
      [low, high] = next;
    }
  }
  out.push([low, high]);
  return out;
}
function subtract(set, taken) {
  if (taken.length === 0 || set.length === 0) return set;
  const out = [];
  for (const [from, to] of set) {
    let low = from;
    for (let i = firstBeyond(taken, from); i < taken.length && low < to; i += 1) {
      const [a, b] = taken[i];
      if (a >= to) break;
      if (a > low) out.push([low, a]);
      low = Math.max(low, b);
    }
    if (low < to) out.push([low, to]);
  }
  return out;
}
function firstBeyond(set, position) {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = low + high >> 1;
    if (set[middle][1] <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
function clip(set, from, to) {
  const out = [];
  for (const [a, b] of set) {
    const low = Math.max(a, from);
    const high = Math.min(b, to);
    if (low < high) out.push([low, high]);
  }
  return out;
}
function split(set, length) {
  if (measure(set) <= length) return [set, none];
  const head = [];
  const tail = [];
  let left = Math.max(0, length);
  for (const [from, to] of set) {
    const take = Math.min(left, to - from);
    if (take > 0) head.push([from, from + take]);
    if (from + take < to) tail.push([from + take, to]);
    left -= take;
  }
  return [head, tail];
}

var proofKinds = {
  question: { asked: true },
  face: { asked: true },
  supervisor: { asked: false }
};

function between(draw, turn, low, high) {
  let x = draw + Math.imul(turn + 1, 2654435769) | 0;
  x = Math.imul(x ^ x >>> 16, 569420461);
  x = Math.imul(x ^ x >>> 15, 1935289751);
  const unit = ((x ^ x >>> 15) >>> 0) / 2 ** 32;
  return low + Math.floor(unit * (high - low + 1));
}

function isWeak(work) {
  const band = work.policy.rules.suspicion;
  return band !== void 0 && points(work, band.lastsMs) >= band.askAt;
}
function withheld(work) {
  const band = work.policy.rules.suspicion;
  return band !== void 0 && points(work, band.lastsMs) >= band.holdAt ? band.holdMore : 0;
}
function points({ state, at }, lastsMs) {
  const own = state.rules.suspicion;
  return own === void 0 || at - own.at > lastsMs ? 0 : own.points;
}

function begin(policy, state, at) {
  const now = Math.max(at, state.at);
  return {
    policy,
    at: now,
    before: state,
    state: {
      ...state,
      ordinal: state.ordinal + 1,
      at: now,
      sessions: { ...state.sessions }
    },
    verdicts: []
  };
}
function draft(work, id) {
  const session = work.state.sessions[id];
  if (session === void 0 || session !== work.before.sessions[id]) return session;
  const own = { ...session };
  work.state.sessions[id] = own;
  return own;
}
function patchSession(work, id, patch) {
  const own = draft(work, id);
  return own === void 0 ? void 0 : Object.assign(own, patch);
}
function patchAsking(work, patch) {
  work.state.asking = { ...work.state.asking, ...patch };
}
function holderOf(work) {
  return work.state.holder === null ? void 0 : work.state.sessions[work.state.holder];
}
function covered(state, lesson) {
  const sets = [lessonIn(state, lesson)[0]];
  for (const held of state.held) if (held.span.lesson === lesson) sets.push(held.media);
  return sets;
}
function countDenied(work, id, ms) {
  const [credited, creditedMs, deniedMs] = lessonIn(work.state, id);
  setLesson(work, id, [credited, creditedMs, deniedMs + ms]);
}
function countCredited(work, id, ms, media) {
  const [credited, creditedMs, deniedMs] = lessonIn(work.state, id);
  setLesson(work, id, [union(credited, media), creditedMs + ms, deniedMs]);
}
function setLesson({ state, before }, id, lesson) {
  if (state.lessons === before.lessons) state.lessons = { ...state.lessons };
  state.lessons[id] = lesson;
}
function told({ id, session, lesson, from, to, ms }, fate, reason4) {
  return { id, session, lesson, from, to, ms, fate, reason: reason4, open: fate === "held" };
}
function decide(work, held, fate, reason4) {
  const span = told(held.span, fate, reason4);
  const credited = fate === "credited";
  if (credited) countCredited(work, span.lesson, span.ms, held.media);
  else countDenied(work, span.lesson, span.ms);
  work.verdicts.push({ verdict: credited ? "release" : "deny", span });
  return span;
}
function notice(work, session, kind, reason4, ms) {
  work.verdicts.push({ verdict: "notice", session, kind, reason: reason4, ms });
}

var HOUR_MS = 36e5;
var ASK_AGAIN_MS = 15e3;
var UNSAID_MS = 5e3;
var END_MS = 3e3;
var RESCUE_MS = 18e4;
function reach({ beat: beat2, clock }) {
  return beat2.maxIntervalMs + clock.toleranceMs;
}
function drawn(work, low, high) {
  const { draw, turn } = work.state.asking;
  patchAsking(work, { turn: turn + 1 });
  return between(draw, turn, low, high);
}
function due(work) {
  const { minDueMs, maxDueMs, minDoubtMs, maxDoubtMs, release: release2 } = work.policy.presence;
  const doubted = work.state.asking.standing < release2.at || isWeak(work);
  return work.state.played + (doubted ? drawn(work, minDoubtMs, maxDoubtMs) : drawn(work, minDueMs, maxDueMs));
}
function dueSooner(work) {
  const { duePlayed } = work.state.asking;
  if (duePlayed !== null && duePlayed > work.state.played)
    patchAsking(work, { duePlayed: Math.min(duePlayed, due(work)) });
}
function dueNow(work, pauseMs = 0) {
  patchAsking(work, { duePlayed: work.state.played, notBeforeAt: work.at + pauseMs });
}
function dueAfterReturn(work) {
  const { returning, duePlayed } = work.state.asking;
  if (returning) return;
  const { minReturnMs, maxReturnMs } = work.policy.presence;
  const back = work.state.played + drawn(work, minReturnMs, maxReturnMs);
  const later = duePlayed === null || duePlayed <= work.state.played || duePlayed > back;
  patchAsking(work, { duePlayed: later ? back : duePlayed, returning: true });
}
function maybeAsk(work, session) {
  const { asking, held, holder } = work.state;
  if (session.id !== holder || asking.pending !== null) return;
  if (asking.askedAt !== null && work.at - asking.askedAt < ASK_AGAIN_MS) return;
  if (work.at - session.lastAt > reach(work.policy) || work.at < asking.notBeforeAt) return;
  const plays = session.state === "playing" || session.unsaidMs >= UNSAID_MS;
  const ended = session.state === "ended" && session.position >= session.lessonMs - END_MS;
  const open2 = session.endsNew || asking.standing < work.policy.presence.release.at && !isOften(work, 2);
  const atEnd = ended && open2 && held.length > 0 && isCovered(work, session);
  if (!atEnd && !(plays && isDue(work, session))) return;
  const kinds = Object.keys(proofKinds).filter(
    (kind) => proofKinds[kind].asked && work.policy.proofs[kind] !== void 0
  );
  if (kinds.length === 0) return;
  patchAsking(work, { askedAt: work.at });
  const lesson = lessonAsked(work) ?? session.lesson;
  const others = new Set(held.flatMap(({ policy }) => policy ?? work.state.policy ?? []));
  others.delete(session.policy);
  work.verdicts.push({
    ...{ verdict: "proofAsked", session: session.id, kinds, lesson },
    ...others.size > 0 ? { policies: [...others] } : {},
    ...isWeak(work) ? { hard: true } : {}
  });
}
function isDue(work, session) {
  const { asking, held, played } = work.state;
  if (asking.duePlayed === null || played < asking.duePlayed) return false;
  const waits = held.filter(({ marked }) => !marked);
  const closing = Math.min(...waits.map((one) => one.expiresPlay)) - played <= RESCUE_MS;
  if (closing || asking.missedAt !== null && !isOften(work, 2)) return true;
  const { nearEndMs } = work.policy.presence;
  const nearEnd = session.lessonMs - session.position < nearEndMs && played - asking.duePlayed < nearEndMs;
  if (nearEnd && !asking.returning) return false;
  return !isOften(work);
}
function isOften({ state, policy, at }, times = 1) {
  return state.asking.askedAts.filter((one) => at - one < HOUR_MS).length >= times * policy.presence.mostPerHour;
}
function lessonAsked(work) {
  const { held } = work.state;
  const waits = held.some(({ marked }) => !marked) ? held.filter(({ marked }) => !marked) : held;
  let place = drawn(work, 0, Math.max(0, waits.reduce((sum3, { span }) => sum3 + span.ms, 0) - 1));
  for (const { span } of waits) {
    if (place < span.ms) return span.lesson;
    place -= span.ms;
  }
  return waits.at(-1)?.span.lesson ?? null;
}
function isCovered(work, session) {
  const all = covered(work.state, session.lesson).reduce(union);
  return measure(all) >= work.policy.presence.endCoverage * session.lessonMs;
}

var WINDOW_MS = 6e4;
function firstAnchor(openedAt) {
  return [openedAt, openedAt, openedAt];
}
function origin([low, lowBefore]) {
  return Math.min(low, lowBefore);
}
function observe(anchor, offset, at) {
  const bound = at - offset;
  const aheadMs = Math.max(0, origin(anchor) - bound);
  const [lowest, lowBefore, since] = anchor;
  const turned = at - since >= WINDOW_MS;
  if (!turned && bound >= lowest) return { anchor, aheadMs };
  const low = turned ? bound : Math.min(lowest, bound);
  const before = turned ? lowest : lowBefore;
  return { anchor: [low, aheadMs > 0 ? bound : before, turned ? at : since], aheadMs };
}

var SLIVER_MS = 500;
var TOUCH_MS = 250;
var MOST_HELD = 200;
function hold(placing, ms, media) {
  let kept = none;
  let rest = media;
  for (let left = ms; left > 0; ) {
    const { bracket, until } = bracketAt(placing);
    const piece = Math.min(left, until - placing.cursor);
    const [shown, later] = split(rest, Math.ceil(measure(rest) * piece / left));
    kept = union(kept, holdIn(placing, bracket, piece, shown));
    rest = later;
    left -= piece;
  }
  return kept;
}
function bracketAt({ work, cursor, late }) {
  const { brackets } = work.state;
  const last = brackets.length - 1;
  const index = !late && brackets[last]?.[1] !== null ? last : brackets.findLastIndex(([from]) => from <= cursor);
  return { bracket: brackets[index], until: brackets[index + 1]?.[0] ?? Number.POSITIVE_INFINITY };
}
function holdIn(placing, bracket, ms, media) {
  const { state, policy } = placing.work;
  const opener = bracket?.[1];
  if (opener === null) {
    deny(placing, ms, "presence.missed");
    return none;
  }
  const expiresPlay = opener === void 0 ? 0 : opener + policy.presence.maxGapMs;
  const take = Math.min(ms, Math.max(0, expiresPlay - state.played));
  const [kept] = split(media, Math.ceil(measure(media) * take / ms));
  const held = opener !== void 0 && take > 0 && holdSpan(placing, take, kept, expiresPlay);
  if (!held) deny(placing, take, "coverage.fragmented");
  deny(placing, ms - take, "presence.none");
  return held ? kept : none;
}
function holdSpan(placing, ms, media, expiresPlay) {
  const { work, session, cursor: from } = placing;
  const owner = work.state.sessions[session];
  if (owner === void 0) return false;
  const to = from + ms;
  const reason4 = placing.late ? "disconnected.awaiting" : "presence.awaiting";
  const expiresAt = to + work.policy.presence.heldForMs;
  const more = withheld(work);
  const index = work.state.held.findLastIndex((one) => one.span.session === session);
  const last = work.state.held[index];
  const touches = last !== void 0 && from - last.span.to <= TOUCH_MS;
  const joins = touches && !last.marked && last.span.reason === reason4 && last.expiresPlay === expiresPlay;
  if (!joins && work.state.held.length >= MOST_HELD) return false;
  placing.cursor = to;
  work.state.played += ms;
  if (joins) {
    const { id: id2, lesson, from: since } = last.span;
    const span2 = { id: id2, session, lesson, from: since, to, ms: last.span.ms + ms, reason: reason4 };
    const joined2 = { ...last, span: span2, expiresAt, media: union(last.media, media) };
    work.state.held = work.state.held.with(index, more > (last.more ?? 0) ? { ...joined2, more } : joined2);
    work.verdicts.push({ verdict: "hold", span: told(span2, "held", reason4) });
    return true;
  }
  const id = nextId(work);
  const span = { id, session, lesson: owner.lesson, from, to, ms, reason: reason4 };
  work.state.held = [
    ...work.state.held,
    {
      ...{ span, expiresPlay, expiresAt, media, releasesAt: work.policy.presence.release.at },
      ...more > 0 ? { more } : {},
      ...owner.policy === work.state.policy ? {} : { policy: owner.policy }
    }
  ];
  work.verdicts.push({ verdict: "hold", span: told(span, "held", reason4) });
  return true;
}
function deny(placing, ms, reason4) {
  const { work } = placing;
  const session = work.state.sessions[placing.session];
  if (ms <= 0 || session === void 0) return;
  const from = Math.min(placing.cursor, work.at);
  const sliver = reason4 === "coverage.slow" && ms < SLIVER_MS;
  const to = sliver ? from : Math.min(from + ms, work.at);
  placing.cursor = Math.max(placing.cursor, to);
  if (session.lost === null) work.state.played += ms;
  placing.denied.set(reason4, (placing.denied.get(reason4) ?? 0) + ms);
  countDenied(work, session.lesson, ms);
  const last = session.denied[reason4];
  const touches = last !== void 0 && from >= last[2] && from - last[2] <= TOUCH_MS;
  const grows = last !== void 0 && (touches || ms < SLIVER_MS);
  const denial = grows ? [last[0], last[1], touches ? Math.max(last[2], to) : last[2], last[3] + ms] : [nextId(work), from, to, ms];
  if (last !== void 0 && !grows) work.verdicts.push({ verdict: "deny", span: spanOf(session, reason4, last, false) });
  work.verdicts.push({ verdict: "deny", span: spanOf(session, reason4, denial, true) });
  const own = draft(work, session.id);
  if (own !== void 0) own.denied = { ...own.denied, [reason4]: denial };
}
function finish(work, { id }) {
  const session = work.state.sessions[id];
  if (session === void 0) return;
  for (const [reason4, denial] of Object.entries(session.denied)) {
    work.verdicts.push({ verdict: "deny", span: spanOf(session, reason4, denial, false) });
  }
}
function spanOf({ id: session, lesson }, reason4, denial, open2) {
  const [id, from, to, ms] = denial;
  return { id, session, lesson, from, to, ms, fate: "denied", reason: reason4, open: open2 };
}
function nextId(work) {
  const id = work.state.nextSpan;
  work.state.nextSpan = id + 1;
  return id;
}

var sessionKinds = {
  lesson: { credits: true },
  exam: { credits: false }
};

var MOST_FRAGMENTS = 400;
function sightsOf(runs, lessonMs, taken) {
  let here = none;
  return runs.map(([mediaFrom, mediaTo, from, to]) => {
    const ms = to - from;
    const length = mediaTo - mediaFrom;
    let fresh = clip([[mediaFrom, mediaTo]], 0, lessonMs);
    const inside = measure(fresh);
    for (const set of taken) fresh = subtract(fresh, set);
    fresh = subtract(fresh, here);
    for (const [a, b] of fresh) here = add(here, a, b);
    const freshMs = length === 0 ? 0 : Math.round(ms * measure(fresh) / length);
    return { ms, offset: from, freshMs, fresh, beyond: inside < length };
  });
}
function pieces({ sights, played }, credits, judgement) {
  const out = [];
  const put = (ms, offset, denied, media = none) => {
    if (ms > 0) out.push({ ms, offset, media, denied });
    return offset + ms;
  };
  const whole = judgement.refuse ?? (credits ? null : "session.exam");
  let foreground = played - Math.min(played, judgement.backgroundMs);
  for (const [i, { ms, offset, freshMs, fresh, beyond }] of sights.entries()) {
    if (whole !== null) {
      put(ms, offset, whole);
      continue;
    }
    const front = Math.min(ms, foreground);
    foreground -= front;
    const mine = Math.min(freshMs, front);
    const unpaid = judgement.unpaid[i] ?? null;
    let next = offset;
    if (unpaid !== null) next = put(mine, next, unpaid);
    else {
      const [shown] = split(fresh, Math.ceil(measure(fresh) * mine / Math.max(1, freshMs)));
      const paid = Math.min(mine, measure(shown));
      next = put(paid, next, null, shown);
      next = put(mine - paid, next, "coverage.slow");
    }
    next = put(front - mine, next, beyond && freshMs === 0 ? "coverage.beyondLesson" : "coverage.seen");
    put(ms - front, next, judgement.backgroundReason);
  }
  return out;
}
function layClaim(work, session, claim, judgement) {
  const { lost } = session;
  const { late } = claim;
  const placing = {
    work,
    session: session.id,
    cursor: Math.max(session.cursor, session.startAt ?? work.at),
    late,
    denied: /* @__PURE__ */ new Map()
  };
  const horizon = lost === null ? work.at : Math.min(work.at, lost.at);
  const beyond = lost === null ? "clock.exceeded" : `${lost.code}.leaseLost`;
  let roomLeft = disconnectedRoom(work, session, late);
  const all = pieces(claim, sessionKinds[session.of].credits, judgement);
  const sets = covered(work.state, session.lesson);
  const most = [...sets, ...all.map(({ media }) => media)].reduce((sum3, { length }) => sum3 + length, 0);
  let coverage = most > MOST_FRAGMENTS ? sets.reduce(union) : none;
  const { toleranceMs } = work.policy.clock;
  let { endsNew } = session;
  for (const piece of all) {
    const from = Math.min(horizon, claim.origin + piece.offset - toleranceMs);
    placing.cursor = Math.max(placing.cursor, from);
    const grown = most > MOST_FRAGMENTS && piece.denied === null ? union(coverage, piece.media) : coverage;
    const denied = piece.denied ?? (grown.length > Math.max(MOST_FRAGMENTS, coverage.length) ? "coverage.fragmented" : null);
    if (denied !== null) {
      deny(placing, piece.ms, denied);
      continue;
    }
    const room = Math.max(0, Math.min(piece.ms, horizon - placing.cursor));
    const take = Math.min(room, roomLeft);
    roomLeft -= take;
    const [media] = split(piece.media, Math.ceil(measure(piece.media) * take / piece.ms));
    const kept = hold(placing, take, media);
    if (most > MOST_FRAGMENTS) coverage = union(coverage, kept);
    endsNew ||= (kept.at(-1)?.[1] ?? 0) >= session.lessonMs - END_MS;
    deny(placing, room - take, "disconnected.overCap");
    deny(placing, piece.ms - room, beyond);
  }
  const own = draft(work, session.id);
  if (own !== void 0) {
    own.cursor = placing.cursor;
    own.endsNew = endsNew;
  }
  return placing.denied;
}
function disconnectedRoom({ policy, at }, { queuedMs, lastAt }, late) {
  if (!late && queuedMs === null) return Number.POSITIVE_INFINITY;
  const left = Math.max(0, policy.disconnected.capMs - (queuedMs ?? 0));
  return late ? left : left + (at - lastAt);
}

var MOST_LESSONS = 16;
var MOST_STRETCHES = 64;
function deliver(work, event) {
  const kept = work.policy.rules.undelivered;
  const lesson = work.state.sessions[event.session]?.lesson ?? event.lesson;
  if (kept === void 0 || lesson === void 0) return;
  const all = work.state.delivered ?? [];
  const before = all.find((one) => one.lesson === lesson);
  const old = before === void 0 || work.at - before.at > kept.keepMs ? none : before.media;
  const media = longest(union(old, event.media));
  const others = all.filter((one) => one.lesson !== lesson);
  work.state.delivered = [...others, { lesson, at: work.at, media }].slice(-MOST_LESSONS);
}
function longest(set) {
  if (set.length <= MOST_STRETCHES) return set;
  const kept = set.toSorted((a, b) => b[1] - b[0] - (a[1] - a[0])).slice(0, MOST_STRETCHES);
  return kept.sort((a, b) => a[0] - b[0]);
}

function takeLease(work, taker, playedFrom) {
  const older = holderOf(work);
  if (taker.lost !== null || older?.id === taker.id) return taker;
  const free = older === void 0 ? work.state.freeFrom : older.cursor;
  const startAt = Math.min(work.at, Math.max(taker.openedAt, free, playedFrom));
  work.state.holder = taker.id;
  if (older !== void 0) {
    const code = older.device === taker.device ? "multiPagePlayback" : "concurrentLogin";
    patchSession(work, older.id, { lost: { at: startAt, by: taker.id, code } });
    notice(work, older.id, "takenOver", `${code}.leaseLost`, 0);
  }
  return patchSession(work, taker.id, { startAt, cursor: Math.max(taker.cursor, startAt) }) ?? taker;
}
function leaveLease(work, session) {
  if (work.state.holder !== session.id) return;
  work.state.holder = null;
  work.state.freeFrom = Math.max(work.state.freeFrom, session.cursor);
}

function mannerIn({ event, news }) {
  if (event.kind !== "proofGiven" || event.proof !== "question" || news.given === null) return null;
  return event.manner ?? null;
}
function standing(own, weak, alert) {
  if (weak === 0 && alert === void 0) return { own };
  return { own, finding: { ...weak > 0 ? { weak } : {}, ...alert === void 0 ? {} : { alert } } };
}

var weakOf = (answers) => answers === 0 ? 0 : answers === 1 ? 2 : 4;
var answeredHidden = {
  name: "answeredHidden",
  code: "idleAttendance",
  severity: "medium",
  scope: "person",
  thresholds: ["answers"],
  first: { answers: 0 },
  judge(own, view) {
    const manner = mannerIn(view);
    if (manner?.hand === void 0) return standing(own, weakOf(own.answers));
    const answers = manner.hidden ? own.answers + 1 : 0;
    const worth = answers >= view.thresholds.answers;
    const facts = { answers, answersMin: view.thresholds.answers };
    return standing(answers === own.answers ? own : { answers }, weakOf(answers), worth ? { facts } : void 0);
  }
};

var SCRIPTED = 4;
var BARE = 2;
var ELSEWHERE = 1;
var first = { answers: 0, weak: 0 };
var answerWithoutHand = {
  name: "answerWithoutHand",
  code: "idleAttendance",
  severity: "medium",
  scope: "person",
  thresholds: ["answers"],
  first,
  judge(own, view) {
    const manner = mannerIn(view);
    if (manner === null) return standing(own, own.weak);
    const told2 = manner.hand !== void 0;
    const [trusted, synthetic] = manner.hand ?? [0, 0];
    if (trusted > 0 || manner.assisted) return { own: first };
    if (view.news.given !== "passed") return standing(own, own.weak);
    const weak = synthetic > 0 ? SCRIPTED : manner.unfocused || !told2 ? ELSEWHERE : BARE;
    const answers = own.answers + (weak === ELSEWHERE ? 0 : 1);
    const worth = weak !== ELSEWHERE && answers >= view.thresholds.answers;
    const facts = { answers, answersMin: view.thresholds.answers, scriptedEvents: synthetic };
    const after = { answers, weak: Math.max(own.weak, weak) };
    return standing(after, after.weak, worth ? { facts } : void 0);
  }
};

var Sign = {
  ownVisibility: 1,
  visibilityMismatch: 2,
  canarySwallowed: 4,
  ownMedia: 8,
  webdriver: 16,
  offScreen: 32,
  proxiedEvent: 64,
  automation: 128,
  noRecord: 256
};
var Unseen = {
  detached: 1,
  notDrawn: 2,
  transparent: 4,
  clipped: 8,
  tiny: 16,
  covered: 32,
  noPicture: 64,
  unvouched: 128
};

var spoofSigns = Sign.ownVisibility | Sign.visibilityMismatch | Sign.canarySwallowed;
function hiddenMsOf({ page: [visibleMs, , recordedMs], busy = 0, span }) {
  const seen = Math.max(0, span[1] - span[0] - visibleMs);
  return Math.max(seen, Math.min(recordedMs, seen + busy));
}
function isHidden({ cause, page, span }) {
  return cause === "hidden" || cause !== "visible" && span[1] > span[0] && page[0] === 0;
}
function standing2(ms, stands, played, capMs) {
  if (played === 0) return ms;
  return stands ? Math.min(capMs, ms + played) : 0;
}

var automated = {
  name: "automated",
  code: "idleAttendance",
  severity: "medium",
  scope: "session",
  thresholds: ["quietMs"],
  first: { ms: 0 },
  judge(own, { claim, thresholds: { quietMs } }) {
    if (claim === null) return { own };
    const { signs, input } = claim.beat;
    const driven = signs & (Sign.webdriver | Sign.automation);
    const [pointer, key, scroll] = input;
    const ms = driven === 0 || pointer + key + scroll > 0 ? 0 : own.ms + claim.played;
    const kept = ms === own.ms ? own : { ms };
    if (driven === 0) return { own: kept };
    const weak = driven & Sign.automation ? 2 : 1;
    return {
      own: kept,
      finding: { weak, ...ms >= quietMs && claim.played > 0 ? { alert: { facts: { signs, quietMs: ms } } } : {} }
    };
  }
};

var first2 = { open: false, last: [] };
var avoidedQuestions = {
  name: "avoidedQuestions",
  code: "idleAttendance",
  severity: "medium",
  scope: "person",
  thresholds: ["of", "weakAvoided", "alertAvoided"],
  first: first2,
  judge(own, { event, news, thresholds }) {
    const { of, alertAvoided } = thresholds;
    if (news.given !== null) {
      const last2 = own.last.length === 0 ? own.last : [...own.last, 0].slice(-of);
      return standing3(last2.includes(1) ? { open: false, last: last2 } : first2, thresholds);
    }
    if (event.kind !== "proofIssued") return standing3(own, thresholds);
    const last = own.open ? [...own.last, 1].slice(-of) : own.last;
    const next = { open: news.free !== true, last };
    const avoided = count(last);
    if (!own.open || avoided < alertAvoided) return standing3(next, thresholds);
    return { own: next, finding: { weak: 1, alert: { facts: { avoided, of: last.length } } } };
  }
};
var count = (last) => last.filter((one) => one === 1).length;
function standing3(own, { weakAvoided }) {
  return count(own.last) >= weakAvoided ? { own, finding: { weak: 1 } } : { own };
}

var LONG_ENOUGH_MS = 2e3;
var SLACK_MS = 1e3;
var clockHook = {
  name: "clockHook",
  code: "courseBrushing",
  severity: "high",
  scope: "session",
  thresholds: ["maxDateDrift", "beats"],
  first: { beats: 0 },
  judge(own, { claim, thresholds }) {
    if (claim === null || claim.lengthMs < LONG_ENOUGH_MS) return { own };
    const dateMs = claim.beat.clocks[0];
    const apart = Math.abs(dateMs - claim.lengthMs) > Math.max(SLACK_MS, claim.lengthMs * thresholds.maxDateDrift);
    if (!apart) return own.beats === 0 ? { own } : { own: { beats: 0 } };
    const beats = own.beats + 1;
    if (beats < thresholds.beats) return { own: { beats } };
    return { own: { beats }, finding: { alert: { facts: { dateMs, elapsedMs: claim.lengthMs } } } };
  }
};

var MOST_CUT = 1 / 8;
var LEAST_RANGE_MS = 2e3;
var first3 = { n: 0, cut: 0, sum: 0, squares: 0, stiff: 0 };
var constantCadence = {
  name: "constantCadence",
  code: "courseBrushing",
  severity: "medium",
  scope: "session",
  thresholds: ["window", "share", "windows"],
  first: first3,
  judge(own, { claim, beat: { minIntervalMs, maxIntervalMs }, thresholds }) {
    const range = maxIntervalMs - minIntervalMs;
    if (claim === null || claim.late || claim.played === 0 || range < LEAST_RANGE_MS) return standing4(own);
    const { beat: beat2, lengthMs } = claim;
    if (beat2.page[0] < lengthMs / 2) return standing4(own);
    if (beat2.cause !== "interval") return standing4(own.n === 0 ? own : { ...own, cut: own.cut + 1 });
    const off = lengthMs - (minIntervalMs + maxIntervalMs) / 2;
    const [n, sum3, squares] = [own.n + 1, own.sum + off, own.squares + off * off];
    if (n < thresholds.window) return standing4({ n, cut: own.cut, sum: sum3, squares, stiff: own.stiff });
    if (own.cut > n * MOST_CUT) return standing4({ ...first3, stiff: own.stiff });
    const variance = squares / n - (sum3 / n) ** 2;
    const stiff = variance < thresholds.share * range * range / 12 ? own.stiff + 1 : 0;
    if (stiff < thresholds.windows) return standing4({ ...first3, stiff });
    const facts = { intervals: n * stiff, spreadMs: Math.round(Math.sqrt(variance)), minIntervalMs, maxIntervalMs };
    return { own: { ...first3, stiff }, finding: { weak: 2, alert: { facts } } };
  }
};
function standing4(own) {
  return own.stiff > 0 ? { own, finding: { weak: 2 } } : { own };
}

function hash32(text) {
  let hash = 0;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash, 31) + text.charCodeAt(i) | 0;
  return hash;
}

var SHORT_MS = 1e4;
var SAME_MS = 250;
var first4 = { lesson: 0, ms: 0, gaps: 0 };
var constantGaps = {
  name: "constantGaps",
  code: null,
  severity: "low",
  scope: "person",
  thresholds: ["oddGaps", "weakGaps"],
  first: first4,
  judge(own, { claim, session, freeFrom, thresholds }) {
    if (claim?.starts !== true || session.startAt === null || claim.took !== null) return standing5(own, thresholds);
    const lesson = hash32(session.lesson);
    if (lesson === own.lesson) return standing5(own, thresholds);
    const ms = session.startAt - freeFrom;
    const equal = Math.abs(ms - own.ms) <= SAME_MS;
    if (ms > SHORT_MS) return { own: first4 };
    const next = { lesson, ms: equal ? own.ms : ms, gaps: equal ? own.gaps + 1 : 1 };
    return standing5(next, thresholds);
  }
};
function standing5(own, { oddGaps, weakGaps }) {
  if (own.gaps < oddGaps) return { own };
  return { own, finding: { weak: own.gaps < weakGaps ? 1 : 2 } };
}

var WEAK = 2;
var constantLatency = {
  name: "constantLatency",
  code: "idleAttendance",
  severity: "medium",
  scope: "person",
  thresholds: ["sdMs", "answers", "alertAnswers"],
  first: { latencies: [], weak: 0 },
  judge(own, view) {
    const manner = mannerIn(view);
    if (manner === null) return standing(own, own.weak);
    const { sdMs, answers, alertAnswers } = view.thresholds;
    const latencies = [...own.latencies, manner.latencyMs].slice(-alertAnswers);
    const weak = latencies.length >= answers && deviation(latencies.slice(-answers)) < sdMs ? WEAK : 0;
    const sd = deviation(latencies);
    const worth = latencies.length >= alertAnswers && sd < sdMs;
    const latencyMeanMs = Math.round(mean(latencies));
    const facts = { answers: latencies.length, latencyMeanMs, latencySdMs: Math.round(sd), latencySdMinMs: sdMs };
    return standing({ latencies, weak }, weak, worth ? { facts } : void 0);
  }
};
var mean = (values) => values.reduce((sum3, one) => sum3 + one, 0) / values.length;
function deviation(values) {
  if (values.length < 2) return Number.POSITIVE_INFINITY;
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum3, one) => sum3 + (one - middle) ** 2, 0) / (values.length - 1));
}

var DAY_MS = 864e5;
var CHINA_MS = 8 * 36e5;
var CLOSE_MS = 6e4;
var dayCap = {
  name: "dayCap",
  code: null,
  severity: "low",
  scope: "person",
  thresholds: ["capMs"],
  first: { day: 0, before: 0, lookAt: 0 },
  judge(own, { at, claim, session, earnedMs: earnedMs2, thresholds: { capMs } }) {
    if (claim === null || claim.played === 0 || session.lost !== null) return { own };
    const day3 = Math.floor((at + CHINA_MS) / DAY_MS);
    if (day3 === own.day && at < own.lookAt) return { own };
    const earned = earnedMs2();
    const today = day3 === own.day ? own : { day: day3, before: earned, lookAt: at };
    const left = Math.max(0, capMs - (earned - today.before));
    if (left > CLOSE_MS) return { own: { ...today, lookAt: at + Math.floor(left / 2) } };
    const ms = Math.max(0, claim.played - left);
    return { own: today, ...ms === 0 ? {} : { finding: { background: { ms, reason: "session.dayCap" } } } };
  }
};

var deviceSwitching = {
  name: "deviceSwitching",
  code: "concurrentLogin",
  severity: "medium",
  scope: "person",
  thresholds: ["switches", "withinMs"],
  first: { device: 0, ats: [] },
  judge(own, { at, claim, session, thresholds: { switches, withinMs } }) {
    if (claim === null || claim.played === 0 || session.lost !== null) return { own };
    const device = hash32(session.device);
    const moved = device !== own.device;
    if (!moved && own.ats.length === 0) return { own };
    const recent = own.ats.filter((one) => at - one <= withinMs);
    const ats = moved && own.device !== 0 ? [...recent, at].slice(-switches) : recent;
    const next = moved || ats.length !== own.ats.length ? { device, ats } : own;
    if (ats.length < switches / 2) return { own: next };
    const alert = { facts: { switches: ats.length, inMs: at - (ats[0] ?? at) } };
    return { own: next, finding: { weak: 2, ...moved && ats.length >= switches ? { alert } : {} } };
  }
};

var SAME_MS2 = 250;
var SHORT_MS2 = 500;
var equalPauses = {
  name: "equalPauses",
  code: "courseBrushing",
  severity: "low",
  scope: "person",
  thresholds: ["weakPauses", "alertPauses"],
  first: { from: 0, ms: 0, pauses: 0 },
  judge(own, { claim, session, thresholds }) {
    if (claim === null) return standing6(own, thresholds);
    const { beat: beat2, origin: origin2 } = claim;
    const run = beat2.runs[0];
    if (run === void 0 || own.from === 0) {
      const begins = beat2.player[0] === "paused" && (run !== void 0 || session.state === "playing");
      const end = beat2.runs.at(-1)?.[3] ?? beat2.span[0];
      return standing6(begins ? { ...own, from: origin2 + end } : own, thresholds);
    }
    const ms = origin2 + run[2] - own.from;
    if (ms < SHORT_MS2) return standing6({ ...own, from: 0 }, thresholds);
    const equal = Math.abs(ms - own.ms) <= SAME_MS2;
    const next = equal ? { from: 0, ms: own.ms, pauses: own.pauses + 1 } : { from: 0, ms, pauses: 1 };
    if (next.pauses < thresholds.alertPauses) return standing6(next, thresholds);
    return { own: next, finding: { weak: 2, alert: { facts: { pauses: next.pauses, pauseMs: next.ms } } } };
  }
};
function standing6(own, { weakPauses }) {
  return own.pauses >= weakPauses ? { own, finding: { weak: 2 } } : { own };
}

var POINTS = { otherPerson: 4, notLive: 2 };
var first5 = { checks: [] };
var faceRefused = {
  name: "faceRefused",
  code: "proxyAttendance",
  severity: "high",
  scope: "person",
  thresholds: ["of", "mismatches", "failures", "unshown", "ends"],
  first: first5,
  judge(own, { event, news, thresholds }) {
    const now = outcomeOf(own, event, news.given !== null);
    if (now === null) {
      const waits = event.kind === "proofIssued" && event.proof === "face" && own.checks.includes("otherPerson");
      const points2 = pointsOf(own.checks);
      return { own: waits ? { ...own, waits } : own, ...points2 > 0 ? { finding: { weak: points2 } } : {} };
    }
    const checks = [...own.checks, now].slice(-thresholds.of);
    if (!checks.some((one) => one === "otherPerson" || one === "notLive")) return { own: first5 };
    if (now === "passed") return { own: { checks } };
    const count2 = (what) => checks.filter((one) => one === what).length;
    const [mismatches, failures, unshown] = [count2("otherPerson"), count2("notLive"), count2("unshown")];
    const weak = pointsOf(checks);
    const isMany = now === "unshown" ? unshown >= thresholds.unshown : mismatches >= thresholds.mismatches || failures >= thresholds.failures;
    if (!isMany) return { own: { checks }, finding: { weak } };
    const facts = { mismatches, failures, unshown, checks: checks.length, ...measured(event) };
    if (now === "unshown") return { own: { checks }, finding: { weak, alert: { facts, severity: "medium" } } };
    const ends = thresholds.ends > 0 ? { ends: "session.faceRefused" } : {};
    return { own: { checks }, finding: { weak, alert: { facts }, ...ends } };
  }
};
function outcomeOf({ waits }, event, counts) {
  if (event.kind === "proofIssued") return waits && event.proof === "question" ? "unshown" : null;
  if (event.kind !== "proofGiven" || event.proof !== "face" || !counts) return null;
  return event.outcome === "passed" ? "passed" : event.refusal?.why ?? "notLive";
}
function pointsOf(checks) {
  const last = checks.findLast((one) => one !== "unshown");
  return last === "otherPerson" || last === "notLive" ? POINTS[last] : 0;
}
function measured(event) {
  if (event.kind !== "proofGiven" || event.refusal === void 0) return {};
  const { distance, limit, reasons } = event.refusal;
  return {
    reasons: reasons.join(" "),
    ...distance === void 0 ? {} : { distance: distance / 1e3, mismatchDistance: limit / 1e3 }
  };
}

var first6 = { aheadMs: 0, at: 0 };
var fasterThanClock = {
  name: "fasterThanClock",
  code: "courseBrushing",
  severity: "high",
  scope: "session",
  thresholds: ["aheadMs", "driftShare"],
  first: first6,
  judge(own, { claim, at, thresholds }) {
    if (claim === null || claim.aheadMs === 0 && own.aheadMs === 0) return { own };
    const forgiven = thresholds.driftShare * (at - own.at);
    const aheadMs = Math.max(0, own.aheadMs - forgiven) + claim.aheadMs;
    if (aheadMs === 0) return { own: first6 };
    if (aheadMs <= thresholds.aheadMs) return { own: { aheadMs, at } };
    return {
      own: { aheadMs, at },
      finding: {
        refuse: "courseBrushing.fasterThanClock",
        alert: { facts: { aheadMs: Math.round(aheadMs) } }
      }
    };
  }
};

var LEAST_SHARE = 500;
var MOST_SHARE = 985;
var fixedEnd = {
  name: "fixedEnd",
  code: "courseBrushing",
  severity: "low",
  scope: "person",
  thresholds: ["weakLessons", "alertLessons"],
  first: { share: 0, lesson: 0, lessons: 0 },
  judge(own, { claim, session, thresholds }) {
    if (claim === null || claim.beat.cause !== "closing" || session.startAt === null) return standing7(own, thresholds);
    const { runs, player } = claim.beat;
    const share = Math.round(1e3 * (runs.at(-1)?.[1] ?? player[1]) / session.lessonMs);
    if (share < LEAST_SHARE || share > MOST_SHARE) return standing7(own, thresholds);
    const lesson = hash32(session.lesson);
    if (lesson === own.lesson) return standing7(own, thresholds);
    const same2 = Math.abs(share - own.share) <= 1;
    const next = { share: same2 ? own.share : share, lesson, lessons: same2 ? own.lessons + 1 : 1 };
    if (next.lessons < thresholds.alertLessons) return standing7(next, thresholds);
    const facts = { endShare: next.share / 1e3, lessonsInRow: next.lessons };
    return { own: next, finding: { weak: 2, alert: { facts } } };
  }
};
function standing7(own, { weakLessons }) {
  if (own.lessons < weakLessons) return { own };
  return { own, finding: { weak: own.lessons < 2 * weakLessons ? 1 : 2 } };
}

var STRETCH_MS = 2e3;
var JOIN_MS = 60;
var ROUNDING_MS = 5;
var BEHIND_MS = 100;
var EXACT_MS = 2;
var EXACT_WEIGHT = 4;
var forgedBeats = {
  name: "forgedBeats",
  code: "courseBrushing",
  severity: "high",
  scope: "session",
  thresholds: ["window", "maxResidualMs", "roundWeight"],
  first: { begun: null, residuals: [], round: 0 },
  judge(own, { claim, session, thresholds }) {
    if (claim === null) return { own };
    if (impossible(claim.beat, session)) return made(own, { why: "impossibleRuns" });
    if (claim.beat.runs.length === 0) return { own };
    const { done, begun } = stretches(own.begun, claim);
    let { residuals, round } = own;
    const hidden2 = claim.lengthMs > 0 && claim.beat.page[0] === 0;
    for (const [[mediaFrom, mediaTo, from, to], rate] of done) {
      const residual = Math.round(mediaTo - mediaFrom - rate / 100 * (to - from));
      residuals = [...residuals, Math.max(-BEHIND_MS, residual)].slice(-thresholds.window);
      if (hidden2) continue;
      const exact = Math.abs(residual) <= EXACT_MS;
      const onSeconds = mediaFrom % 1e3 === 0 && mediaTo % 1e3 === 0;
      round = onSeconds && (exact || !claim.late) ? round + (exact ? EXACT_WEIGHT : 1) : 0;
    }
    const next = { begun, residuals, round };
    if (round >= thresholds.roundWeight) return made(next, { why: "roundPositions", weight: round });
    const sd = residuals.length === thresholds.window ? deviation2(residuals) : 0;
    if (sd > thresholds.maxResidualMs) return made(next, { why: "residuals", residualSdMs: Math.round(sd) });
    return { own: next };
  }
};
function made(own, facts) {
  return { own, finding: { refuse: "courseBrushing.forgedBeats", alert: { facts } } };
}
function impossible(beat2, session) {
  if (beat2.span[0] < session.offset - ROUNDING_MS) return true;
  let edge = beat2.span[0];
  for (const [, , from, to] of beat2.runs) {
    if (from < edge - ROUNDING_MS || to > beat2.span[1] + ROUNDING_MS) return true;
    edge = to;
  }
  return false;
}
function stretches(before, { beat: beat2 }) {
  const done = [];
  let begun = before;
  for (const [i, run] of beat2.runs.entries()) {
    const rate = beat2.rates?.[i] ?? likeliest(run, beat2.player[2]);
    const last = begun?.[0];
    const joins = last !== void 0 && begun?.[1] === rate && Math.abs(run[0] - last[1]) <= JOIN_MS && run[2] - last[3] <= JOIN_MS;
    begun = joins && last !== void 0 ? [[last[0], run[1], last[2], run[3]], rate] : [run, rate];
    if (begun[0][3] - begun[0][2] < STRETCH_MS) continue;
    done.push(begun);
    begun = null;
  }
  return { done, begun };
}
function likeliest([mediaFrom, mediaTo, from, to], told2) {
  const slope = 100 * (mediaTo - mediaFrom) / Math.max(1, to - from);
  let best = told2;
  for (const rate of [25, 50, 75, 100, 125, 150, 175, 200]) {
    if (Math.abs(rate - slope) < Math.abs(best - slope)) best = rate;
  }
  return best;
}
function deviation2(values) {
  const mean2 = values.reduce((sum3, value) => sum3 + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum3, value) => sum3 + (value - mean2) ** 2, 0) / values.length);
}

var LONG_ENOUGH_MS2 = 2e3;
var MOSTLY = 0.8;
var framesAbsent = {
  name: "framesAbsent",
  code: null,
  severity: "low",
  scope: "session",
  thresholds: ["minFramesPerSecond", "standingMs", "pictureMs"],
  first: { ms: 0, pictureMs: 0 },
  judge(own, { claim, thresholds: { minFramesPerSecond, standingMs, pictureMs: longMs } }) {
    if (claim === null) return { own };
    let { ms, pictureMs } = own;
    if (isPlainlySeen(claim)) {
      const [animation, video] = claim.beat.frames;
      const few = minFramesPerSecond * claim.lengthMs / 1e3;
      ms = animation < few && video < few ? Math.min(standingMs, ms + claim.played) : 0;
      pictureMs = video === 0 ? Math.min(longMs, pictureMs + claim.played) : 0;
    }
    const kept = ms === own.ms && pictureMs === own.pictureMs ? own : { ms, pictureMs };
    const weak = ms >= standingMs ? 2 : pictureMs >= longMs ? 1 : 0;
    return weak > 0 ? { own: kept, finding: { weak } } : { own: kept };
  }
};
function isPlainlySeen({ beat: beat2, lengthMs, played }) {
  const { view, page, busy } = beat2;
  if (view === void 0 || busy === void 0 || lengthMs < LONG_ENOUGH_MS2) return false;
  const [unseenMs, percent, why] = view;
  const inView = unseenMs === 0 && percent > 0 && (why & Unseen.noPicture) === 0;
  return inView && Math.min(page[0], played, lengthMs - busy) >= MOSTLY * lengthMs;
}

var POLL_MS = 150;
var hidden = {
  name: "hidden",
  code: "backgroundPlayback",
  severity: "low",
  scope: "session",
  thresholds: ["afterMs", "times", "withinMs"],
  first: { ms: 0, hidAts: [] },
  judge(own, { claim, at, thresholds: { afterMs, times, withinMs } }) {
    if (claim === null) return { own };
    const { beat: beat2, played } = claim;
    const goes = beat2.cause === "hidden" && beat2.player[0] === "playing";
    const hiddenMs = hiddenMsOf(beat2);
    const backgroundMs = hiddenMs > POLL_MS ? Math.min(played, hiddenMs) : 0;
    if (backgroundMs === 0 && !goes && own.ms === 0) return { own };
    const ms = backgroundMs > 0 ? own.ms + backgroundMs : 0;
    const hidAts = goes ? [...own.hidAts, at].filter((one) => at - one <= withinMs).slice(-times) : own.hidAts;
    const worth = (beat2.signs & spoofSigns) === 0 && (ms > afterMs || goes && hidAts.length >= times);
    return {
      // Seen again as the beat ends: the next time is another time.
      own: { ms: isHidden(beat2) ? ms : 0, hidAts },
      finding: {
        ...backgroundMs > 0 ? { background: { ms: backgroundMs, reason: "backgroundPlayback.hidden" } } : {},
        ...goes ? { warn: "backgroundPlayback.hidden" } : {},
        ...worth ? { alert: { facts: { hiddenMs: ms, times: hidAts.length } } } : {}
      }
    };
  }
};

var first7 = { refused: false };
var imageRefused = {
  name: "imageRefused",
  code: null,
  severity: "low",
  scope: "session",
  thresholds: [],
  first: first7,
  judge(own, { event }) {
    const kept = event.kind !== "proofIssued" ? own : event.plain === true ? { refused: true } : first7;
    return kept.refused ? { own: kept, finding: { weak: 1 } } : { own: kept };
  }
};

var POINTS2 = 2;
function standing8(own, { weakMs }) {
  return own.ms >= weakMs ? { own, finding: { weak: POINTS2 } } : { own };
}

var MADE_GOOD = 1 / 4;
var lateLabel = {
  name: "lateLabel",
  code: "courseBrushing",
  severity: "medium",
  scope: "session",
  thresholds: ["weakMs", "alertMs"],
  first: { ms: 0 },
  judge(own, { at, event, claim, session, beat: beat2, toleranceMs, thresholds }) {
    if (event.kind !== "beat" || claim === null || claim.played === 0) return standing8(own, thresholds);
    const madeAt = claim.origin + claim.beat.span[1];
    const unnoticed = at - session.lastAt <= beat2.maxIntervalMs + toleranceMs && madeAt > session.lastAt;
    if (!event.queued || !unnoticed) {
      if (own.ms === 0 || event.queued) return standing8(own, thresholds);
      return standing8({ ms: Math.max(0, own.ms - Math.round(claim.played * MADE_GOOD)) }, thresholds);
    }
    const ms = own.ms + claim.played;
    if (ms < thresholds.alertMs) return standing8({ ms }, thresholds);
    return { own: { ms }, finding: { weak: 2, alert: { facts: { labelledMs: ms, alertMs: thresholds.alertMs } } } };
  }
};

var reason = "courseBrushing.mediaMissing";
var mediaMissing = {
  name: "mediaMissing",
  code: "courseBrushing",
  severity: "medium",
  scope: "session",
  thresholds: ["alertAfterMs"],
  first: { ms: 0 },
  judge(own, { claim, thresholds }) {
    if (claim === null || claim.played === 0) return { own };
    const { source, view, player } = claim.beat;
    if (source === void 0 && view === void 0) return { own };
    const empty = source?.[0] === "none" && player[0] === "playing";
    const apart = view !== void 0 && (view[2] & Unseen.detached) !== 0 ? Math.min(claim.played, view[0]) : 0;
    const missed = empty ? claim.played : apart;
    if (missed === 0) return own.ms === 0 ? { own } : { own: { ms: 0 } };
    const ms = own.ms + missed;
    return {
      own: { ms },
      finding: {
        ...empty ? { refuse: reason } : { background: { ms: missed, reason } },
        ...ms >= thresholds.alertAfterMs ? { alert: { facts: { missingMs: ms, detached: !empty } } } : {}
      }
    };
  }
};

var mediaReplaced = {
  name: "mediaReplaced",
  code: "courseBrushing",
  severity: "medium",
  scope: "session",
  thresholds: ["slackMs", "share", "alertAfterMs", "streamAfterMs", "endlessMs"],
  first: { other: false, ms: 0, endlessMs: 0 },
  judge(own, { claim, session, thresholds }) {
    const source = claim?.beat.source;
    if (claim === null || source === void 0) return { own };
    const { played } = claim;
    const [kind, durationMs, changes] = source;
    const other = isOther(source, session.lessonMs, thresholds) ?? (changes === 0 && own.other);
    const endless = kind === "blob" && durationMs < 0;
    const endlessMs = endless ? Math.min(thresholds.endlessMs, own.endlessMs + played) : 0;
    const odd = endless && endlessMs >= thresholds.endlessMs;
    const suspect = other || changes > 0 && own.other;
    const ms = suspect ? own.ms + played : played > 0 ? 0 : own.ms;
    const same2 = other === own.other && ms === own.ms && endlessMs === own.endlessMs;
    const kept = same2 ? own : { other, ms, endlessMs };
    if (!suspect || played === 0) return odd ? { own: kept, finding: { weak: 1 } } : { own: kept };
    const isStream = kind === "stream";
    const afterMs = isStream ? thresholds.streamAfterMs : thresholds.alertAfterMs;
    const facts = { source: kind, replacedMs: ms, mediaMs: durationMs, lessonMs: session.lessonMs };
    return {
      own: kept,
      finding: {
        refuse: "courseBrushing.mediaReplaced",
        ...ms >= afterMs ? { alert: { facts, ...isStream ? { severity: "high" } : {} } } : {}
      }
    };
  }
};
function isOther([kind, durationMs], lessonMs, { slackMs, share }) {
  if (kind === "stream") return true;
  if (kind === "none" || durationMs < 0) return null;
  return Math.abs(durationMs - lessonMs) > Math.max(slackMs, share * lessonMs);
}

var first8 = { ms: 0 };
var noHand = {
  name: "noHand",
  code: null,
  severity: "low",
  scope: "person",
  thresholds: ["quietMs"],
  first: first8,
  judge(own, { claim, thresholds: { quietMs } }) {
    if (claim === null) return { own };
    const [pointer, key, scroll] = claim.beat.input;
    const ms = pointer + key + scroll > 0 ? 0 : Math.min(quietMs, own.ms + claim.played);
    const kept = ms === own.ms ? own : ms === 0 ? first8 : { ms };
    return ms >= quietMs ? { own: kept, finding: { weak: 1 } } : { own: kept };
  }
};

var first9 = { owedMs: 0, coveredMs: 0, ms: 0, askedUntil: 0 };
var hindrances = ["detached", "notDrawn", "transparent", "clipped", "tiny", "covered"];
var outOfView = {
  name: "outOfView",
  code: "backgroundPlayback",
  severity: "low",
  scope: "session",
  thresholds: ["graceMs", "coveredMs", "alertAfterMs"],
  first: first9,
  judge(own, { claim, event, news, thresholds }) {
    if (event.kind === "proofIssued") return { own: { ...own, askedUntil: event.deadlineAt } };
    if (news.given !== null) return { own: memory({ ...own, askedUntil: 0 }) };
    const view = claim?.beat.view;
    if (claim === null || view === void 0 || claim.played === 0) return { own };
    const [unseenMs, percent, why] = view;
    const missed = Math.min(claim.played, unseenMs);
    const asked = claim.origin + claim.beat.span[0] <= own.askedUntil;
    const askedUntil = asked ? own.askedUntil : 0;
    if (missed === 0 && own.owedMs === 0 && own.coveredMs === 0 && own.ms === 0 && askedUntil === own.askedUntil)
      return { own };
    const watched = claim.played - missed;
    let owedMs = Math.max(0, own.owedMs - watched);
    let coveredMs = Math.max(0, own.coveredMs - watched);
    let overMs = 0;
    if (asked || (why & Unseen.covered) !== 0) {
      coveredMs += missed;
      overMs = coveredMs - thresholds.coveredMs;
      coveredMs = Math.min(coveredMs, thresholds.coveredMs);
    } else {
      owedMs += missed;
      overMs = owedMs - thresholds.graceMs;
      owedMs = Math.min(owedMs, thresholds.graceMs);
    }
    const ms = 2 * missed > claim.played ? own.ms + missed : 0;
    const kept = memory({ owedMs, coveredMs, ms, askedUntil });
    if (overMs <= 0) return { own: kept };
    const hindrance = hindrances.filter((name) => (why & Unseen[name]) !== 0).join(" ");
    return {
      own: kept,
      finding: {
        background: { ms: Math.min(missed, overMs), reason: "backgroundPlayback.outOfView" },
        ...ms >= thresholds.alertAfterMs ? { alert: { facts: { unseenMs: ms, percent, hindrance } } } : {}
      }
    };
  }
};
function memory(now) {
  return now.owedMs === 0 && now.coveredMs === 0 && now.ms === 0 && now.askedUntil === 0 ? first9 : now;
}

var pageSealed = {
  name: "pageSealed",
  code: null,
  severity: "low",
  scope: "session",
  thresholds: [],
  first: null,
  judge(own, { claim, session: { keyAt } }) {
    if (claim === null || keyAt === void 0) return { own };
    return { own, finding: { weak: keyAt === "page" ? 2 : 1 } };
  }
};

var parallelLessons = {
  name: "parallelLessons",
  code: "multiPagePlayback",
  severity: "medium",
  scope: "person",
  thresholds: ["overlapMs", "takeovers", "turns", "withinMs"],
  first: { since: 0, takeovers: 0, ms: 0 },
  judge(own, { at, claim, toleranceMs, thresholds }) {
    const took = claim?.took ?? null;
    const over = own.takeovers > 0 && at - own.since > thresholds.withinMs;
    if (claim === null || took === null) return over ? { own: parallelLessons.first } : standing9(own, thresholds);
    const twice = claim.late ? 0 : Math.max(0, Math.min(claim.played, took.overlapMs) - toleranceMs);
    const before = over || own.takeovers === 0 ? { since: at, takeovers: 0, ms: 0 } : own;
    const next = { ...before, takeovers: before.takeovers + 1, ms: before.ms + twice };
    const overlaps = next.ms >= thresholds.overlapMs && next.takeovers >= thresholds.takeovers;
    if (!overlaps && next.takeovers < thresholds.turns) return standing9(next, thresholds);
    const facts = { overlapMs: next.ms, takeovers: next.takeovers, inMs: at - next.since };
    const code = took.sameDevice ? "multiPagePlayback" : "concurrentLogin";
    return { own: next, finding: { weak: 2, alert: { facts, code, with: [took.from] } } };
  }
};
function standing9(own, { overlapMs, turns }) {
  return own.ms >= overlapMs / 3 || own.takeovers >= turns / 2 ? { own, finding: { weak: 2 } } : { own };
}

var playbackRate = {
  name: "playbackRate",
  code: "courseBrushing",
  severity: "medium",
  scope: "session",
  thresholds: ["firstViewingMax", "slackMs", "driftShare", "alertAfterMs"],
  first: { debtMs: 0, fastMs: 0 },
  judge(own, { claim, thresholds }) {
    if (claim === null || claim.sights.length === 0) return { own };
    const { firstViewingMax, slackMs, driftShare, alertAfterMs } = thresholds;
    let { debtMs, fastMs } = own;
    const unpaid = claim.sights.map(({ fresh, freshMs }) => {
      const media = measure(fresh);
      debtMs = Math.max(0, debtMs + media - freshMs * firstViewingMax * (1 + driftShare));
      if (debtMs <= slackMs) return null;
      debtMs = 0;
      fastMs += media;
      return "courseBrushing.playbackRate";
    });
    if (fastMs === own.fastMs) return debtMs === own.debtMs ? { own } : { own: { debtMs, fastMs } };
    const facts = { fastMs, rate: claim.beat.player[2] / 100 };
    return {
      own: { debtMs, fastMs },
      finding: { unpaid, ...fastMs >= alertAfterMs ? { alert: { facts } } : {} }
    };
  }
};

var presenceGap = {
  name: "presenceGap",
  code: "idleAttendance",
  severity: "medium",
  scope: "person",
  thresholds: ["lapsedMs"],
  first: null,
  judge(own, { news: { lapsedMs }, maxGapMs, thresholds }) {
    if (lapsedMs < thresholds.lapsedMs) return { own };
    return { own, finding: { alert: { facts: { lapsedMs, maxGapMs } } } };
  }
};

var first10 = { answers: [] };
var promptGuessing = {
  name: "promptGuessing",
  code: "idleAttendance",
  severity: "medium",
  scope: "person",
  thresholds: ["wrong", "of"],
  first: first10,
  judge(own, { news, thresholds }) {
    if (news.given === null) return { own };
    const is = news.given === "failed" ? 1 : 0;
    const answers = [...own.answers, is].slice(-thresholds.of);
    const wrong = answers.filter((one) => one === 1).length;
    if (wrong === 0) return { own: first10 };
    if (is === 0 || wrong < thresholds.wrong) return { own: { answers } };
    return { own: { answers }, finding: { alert: { facts: { wrong, of: answers.length } } } };
  }
};

var promptMissed = {
  name: "promptMissed",
  code: "idleAttendance",
  severity: "medium",
  scope: "person",
  thresholds: ["misses"],
  first: { misses: 0 },
  judge(own, { news, thresholds }) {
    if (news.given !== null) return own.misses === 0 ? { own } : { own: { misses: 0 } };
    if (!news.missed) return { own };
    const misses = own.misses + 1;
    return { own: { misses }, ...misses >= thresholds.misses ? { finding: { alert: { facts: { misses } } } } : {} };
  }
};

var MOST_OF_ONE_MS = 6e4;
var rareBeats = {
  name: "rareBeats",
  code: "courseBrushing",
  severity: "medium",
  scope: "session",
  thresholds: ["weakMs", "alertMs"],
  first: { ms: 0 },
  judge(own, { claim, beat: { maxIntervalMs }, toleranceMs, thresholds }) {
    if (claim === null || claim.played === 0) return standing8(own, thresholds);
    const { beat: beat2, lengthMs, played } = claim;
    const half = lengthMs / 2;
    const rare = lengthMs > maxIntervalMs + toleranceMs;
    if (!rare || played < half || beat2.page[0] < half || (beat2.busy ?? 0) > half) {
      if (own.ms === 0 || rare) return standing8(own, thresholds);
      return standing8({ ms: Math.max(0, own.ms - played) }, thresholds);
    }
    const ms = own.ms + Math.min(played, MOST_OF_ONE_MS);
    if (ms < thresholds.alertMs) return standing8({ ms }, thresholds);
    const facts = { rareMs: ms, intervalMs: lengthMs, maxIntervalMs };
    return { own: { ms }, finding: { weak: 2, alert: { facts } } };
  }
};

var replayedBeats = {
  name: "replayedBeats",
  code: "courseBrushing",
  severity: "high",
  scope: "session",
  thresholds: ["refusals"],
  first: { refused: 0 },
  judge(own, { event, thresholds }) {
    if (event.kind !== "refused") return { own };
    const refused = own.refused + event.count;
    if (refused < thresholds.refusals) return { own: { refused } };
    return { own: { refused }, finding: { alert: { facts: { code: event.code, refused } } } };
  }
};

var saysPaused = {
  name: "saysPaused",
  code: "courseBrushing",
  severity: "medium",
  scope: "session",
  thresholds: ["weakMs", "alertMs"],
  first: { ms: 0 },
  judge(own, { claim, session, thresholds }) {
    if (claim === null || claim.played < claim.lengthMs / 2 || claim.lengthMs === 0) return standing8(own, thresholds);
    const { beat: beat2, played } = claim;
    if (session.state === "playing" || beat2.player[0] === "playing" || beat2.cause === "closing") {
      return standing8(own, thresholds);
    }
    const ms = own.ms + played;
    if (ms < thresholds.alertMs) return standing8({ ms }, thresholds);
    const facts = { unsaidMs: ms, says: beat2.player[0], alertMs: thresholds.alertMs };
    return { own: { ms }, finding: { weak: 2, alert: { facts } } };
  }
};

function secondPlace(name, code) {
  return {
    name,
    code,
    severity: "high",
    scope: "session",
    thresholds: ["overlapMs"],
    first: { ms: 0 },
    judge(own, { claim, session: { lost }, toleranceMs, thresholds }) {
      if (claim === null || lost === null || lost.code !== code) return { own };
      const from = lost.at + toleranceMs - claim.origin;
      let after = 0;
      for (const { offset, ms: ms2 } of claim.sights) after += Math.max(0, offset + ms2 - Math.max(offset, from));
      if (after === 0) return { own };
      const ms = own.ms + after;
      if (ms < thresholds.overlapMs) return { own: { ms } };
      return { own: { ms }, finding: { alert: { facts: { takenOverAt: lost.at, overlapMs: ms }, with: [lost.by] } } };
    }
  };
}
var secondDevice = secondPlace("secondDevice", "concurrentLogin");
var secondPage = secondPlace("secondPage", "multiPagePlayback");

var seekAhead = {
  name: "seekAhead",
  code: "courseBrushing",
  severity: "low",
  scope: "session",
  thresholds: ["flagShare", "jumps"],
  first: { skippedMs: 0, jumps: 0 },
  judge(own, { claim, session: { lessonMs }, covered: covered2, thresholds }) {
    if (claim === null) return { own };
    let { skippedMs, jumps } = own;
    for (const [from, to] of claim.beat.seeks) {
      if (to <= from) continue;
      let skipped = clip([[from, to]], 0, lessonMs);
      for (const set of covered2) skipped = subtract(skipped, set);
      if (measure(skipped) < lessonMs / 10) continue;
      skippedMs += measure(skipped);
      jumps += 1;
    }
    if (jumps === own.jumps) return { own };
    const worth = jumps >= thresholds.jumps && skippedMs >= thresholds.flagShare * lessonMs;
    const share = Math.round(100 * skippedMs / lessonMs) / 100;
    return { own: { skippedMs, jumps }, ...worth ? { finding: { alert: { facts: { jumps, share } } } } : {} };
  }
};

var first11 = { askedAt: 0, deadlineAt: 0, silences: 0 };
var silentAtQuestions = {
  name: "silentAtQuestions",
  code: "idleAttendance",
  severity: "medium",
  scope: "person",
  thresholds: ["weakSilences", "alertSilences"],
  first: first11,
  judge(own, { at, event, claim, news, session, beat: { maxIntervalMs }, toleranceMs, thresholds }) {
    if (event.kind === "proofIssued") {
      return standing10({ askedAt: at, deadlineAt: event.deadlineAt, silences: own.silences }, thresholds);
    }
    if (news.given !== null) return { own: first11 };
    if (claim === null || own.askedAt === 0) return standing10(own, thresholds);
    const silentMs = at - Math.max(session.lastAt, own.askedAt);
    const settled = { askedAt: 0, deadlineAt: 0, silences: own.silences };
    if (silentMs <= 2 * maxIntervalMs + toleranceMs) {
      return standing10(at > own.deadlineAt ? settled : own, thresholds);
    }
    const silences = own.silences + 1;
    if (silences < thresholds.alertSilences) return standing10({ ...settled, silences }, thresholds);
    const facts = { silences, silentMs };
    return { own: { ...settled, silences }, finding: { weak: 2, alert: { facts } } };
  }
};
function standing10(own, { weakSilences }) {
  return own.silences >= weakSilences ? { own, finding: { weak: 2 } } : { own };
}

var SMALL_SHARE = 1 / 10;
var PLAYED_MS = 500;
var smallSkips = {
  name: "smallSkips",
  code: "courseBrushing",
  severity: "low",
  scope: "session",
  thresholds: ["flagShare", "jumps"],
  first: { skippedMs: 0, jumps: 0 },
  judge(own, { claim, session: { lessonMs }, covered: covered2, thresholds }) {
    if (claim === null || claim.beat.seeks.length === 0 || claim.played < PLAYED_MS) {
      return standing11(own, lessonMs, thresholds);
    }
    let { skippedMs, jumps } = own;
    for (const [from, to] of claim.beat.seeks) {
      if (to <= from) continue;
      let skipped = clip([[from, to]], 0, lessonMs);
      for (const set of covered2) skipped = subtract(skipped, set);
      const ms = measure(skipped);
      if (ms === 0 || ms >= lessonMs * SMALL_SHARE) continue;
      skippedMs += ms;
      jumps += 1;
    }
    if (jumps === own.jumps) return standing11(own, lessonMs, thresholds);
    const next = { skippedMs, jumps };
    if (jumps < thresholds.jumps || skippedMs < thresholds.flagShare * lessonMs) {
      return standing11(next, lessonMs, thresholds);
    }
    const facts = { jumps, share: Math.round(100 * skippedMs / lessonMs) / 100 };
    return { own: next, finding: { weak: 1, alert: { facts } } };
  }
};
function standing11(own, lessonMs, { flagShare, jumps }) {
  const odd = own.jumps >= jumps / 2 && own.skippedMs >= flagShare / 2 * lessonMs;
  return odd ? { own, finding: { weak: 1 } } : { own };
}

var POLL_MS2 = 150;
var RECORD_SLACK_MS = 1e3;
var WORKER_ALIVE_PER_SECOND = 7;
var MOSTLY2 = 0.8;
var first12 = { ms: 0, animation: 0, video: 0, pageTicks: 0, workerTicks: 0 };
var spoofedVisibility = {
  name: "spoofedVisibility",
  code: "backgroundPlayback",
  severity: "high",
  scope: "session",
  thresholds: ["evidenceMs", "minFramesPerSecond", "maxThrottledTicksPerSecond"],
  first: first12,
  judge(own, { claim, thresholds }) {
    if (claim === null) return { own };
    const { beat: beat2, played } = claim;
    const [, , recordedHiddenMs] = beat2.page;
    const hiddenMs = hiddenMsOf(beat2);
    const seen = sum(own, claim);
    const enough = seen.ms >= thresholds.evidenceMs;
    const contradictions = enough && frozen(seen, thresholds) ? ["frames", "timers"] : [];
    if (recordedHiddenMs > hiddenMs + RECORD_SLACK_MS) contradictions.push("visibilityRecord");
    const next = enough ? first12 : seen;
    if (contradictions.length > 0) {
      const facts2 = { backgroundMs: played, contradictions: contradictions.join(" "), signs: beat2.signs };
      return { own: next, finding: { background: { ms: played, reason: reason2 }, alert: { facts: facts2 } } };
    }
    const spoofs = (beat2.signs & spoofSigns) !== 0;
    const goes = beat2.cause === "hidden" && beat2.player[0] === "playing";
    if (!spoofs || !(goes || hiddenMs > POLL_MS2 && played > 0)) return { own: next };
    const backgroundMs = hiddenMs > POLL_MS2 ? Math.min(played, hiddenMs) : 0;
    const facts = { backgroundMs, contradictions: "pageScripts", signs: beat2.signs };
    return {
      own: next,
      finding: { ...backgroundMs > 0 ? { background: { ms: backgroundMs, reason: reason2 } } : {}, alert: { facts } }
    };
  }
};
var reason2 = "backgroundPlayback.spoofedVisibility";
function sum(seen, { beat: beat2, lengthMs, played }) {
  if (beat2.busy === void 0) return seen;
  const ran = lengthMs - beat2.busy;
  const visible = Math.min(beat2.page[0], ran);
  if (ran <= 0 || beat2.busy > lengthMs / 2 || visible < MOSTLY2 * ran || played < MOSTLY2 * lengthMs) return seen;
  const plus = (a, b) => a < 0 || b < 0 ? -1 : a + b;
  return {
    ms: seen.ms + visible,
    animation: seen.animation + beat2.frames[0],
    video: plus(seen.video, beat2.frames[1]),
    pageTicks: seen.pageTicks + beat2.clocks[1],
    workerTicks: plus(seen.workerTicks, beat2.clocks[2])
  };
}
function frozen(seen, { minFramesPerSecond, maxThrottledTicksPerSecond }) {
  const seconds = seen.ms / 1e3;
  const few = minFramesPerSecond * seconds;
  const throttled = seen.pageTicks <= maxThrottledTicksPerSecond * seconds;
  return seen.animation < few && seen.video < few && throttled && seen.workerTicks >= WORKER_ALIVE_PER_SECOND * seconds;
}

function standingSign(name, sign) {
  return {
    name,
    code: null,
    severity: "low",
    scope: "session",
    thresholds: ["standingMs"],
    first: { ms: 0 },
    judge(own, { claim, thresholds: { standingMs } }) {
      if (claim === null) return { own };
      const ms = standing2(own.ms, (claim.beat.signs & sign) !== 0, claim.played, standingMs);
      const kept = ms === own.ms ? own : { ms };
      return ms >= standingMs ? { own: kept, finding: { weak: 2 } } : { own: kept };
    }
  };
}
var offScreen = standingSign("offScreen", Sign.offScreen);
var noRecord = standingSign("noRecord", Sign.noRecord);

var LEAST_GAP_MS = 500;
var SAME_GAP_MS = 5;
var stuckSequence = {
  name: "stuckSequence",
  code: "courseBrushing",
  severity: "medium",
  scope: "session",
  thresholds: ["weakBeats", "alertBeats"],
  first: { digest: 0, same: 0, gapMs: 0, gaps: 0, moved: false },
  judge(own, { claim, session, thresholds }) {
    if (claim === null || claim.late || claim.played === 0 || claim.beat.page[0] < claim.lengthMs / 2) {
      return standing12(own, thresholds);
    }
    const digest = digestOf(claim);
    const same2 = digest === own.digest ? own.same + 1 : 0;
    const moved = claim.beat.seeks.length > 0;
    const gapMs = moved || own.moved ? 0 : gapOf(claim.beat, session);
    const gaps = gapMs === 0 ? 0 : Math.abs(gapMs - own.gapMs) <= SAME_GAP_MS ? own.gaps + 1 : 1;
    const next = { digest, same: same2, gapMs, gaps, moved };
    const beats = Math.max(same2, gaps);
    if (beats < thresholds.alertBeats) return standing12(next, thresholds);
    const facts = same2 >= gaps ? { why: "sameValues", beats } : { why: "sameGaps", beats, gapMs };
    return { own: next, finding: { weak: 2, alert: { facts } } };
  }
};
function standing12(own, { weakBeats }) {
  return Math.max(own.same, own.gaps) >= weakBeats ? { own, finding: { weak: 2 } } : { own };
}
function gapOf(beat2, { state, position }) {
  const gapMs = (beat2.runs[0]?.[0] ?? position) - position;
  return state === "playing" && gapMs >= LEAST_GAP_MS ? gapMs : 0;
}
function digestOf({ beat: beat2, lengthMs, played }) {
  let digest = Math.imul(lengthMs, 31) + played;
  for (const list of [beat2.frames, beat2.clocks, beat2.input]) {
    for (const value of list) digest = Math.imul(digest, 31) + value | 0;
  }
  return Math.imul(digest, 31) + (beat2.busy ?? 0) | 0;
}

var NOTED_MS = 6e4;
var studyCap = {
  name: "studyCap",
  code: null,
  severity: "low",
  scope: "person",
  thresholds: ["capMs", "breakMs"],
  first: { since: 0, until: 0 },
  judge(own, { at, claim, session, thresholds: { capMs, breakMs } }) {
    if (claim === null || claim.played === 0 || session.lost !== null) return { own };
    const away = at - own.until;
    if (away - claim.played >= breakMs) return { own: { since: at - claim.played, until: at } };
    const next = away >= NOTED_MS ? { since: own.since, until: at } : own;
    const ms = Math.min(claim.played, at - own.since - capMs);
    return { own: next, ...ms <= 0 ? {} : { finding: { background: { ms, reason: "session.studyCap" } } } };
  }
};

var LONG_ENOUGH_MS3 = 5e3;
var suspicion = {
  name: "suspicion",
  code: "idleAttendance",
  severity: "medium",
  scope: "person",
  thresholds: ["askAt", "holdAt", "holdMore", "alertAt", "beats", "lastsMs"],
  first: { points: 0, at: 0, beats: 0 },
  judge(own, { claim, at, weak, thresholds: { alertAt, beats, lastsMs } }) {
    if (claim === null || weak.length === 0 && own.points === 0) return { own };
    const sum3 = weak.reduce((all, { points: points2 }) => all + points2, 0);
    const stands = at - own.at <= lastsMs ? own.points : 0;
    const short = claim.lengthMs < LONG_ENOUGH_MS3;
    const next = {
      ...sum3 >= stands ? { points: sum3, at: sum3 === 0 ? 0 : at } : { points: stands, at: own.at },
      beats: sum3 >= alertAt ? own.beats + 1 : short ? own.beats : 0
    };
    if (sum3 < alertAt || next.beats < beats) return { own: next };
    const code = weak.toSorted((a, b) => b.points - a.points).find((one) => one.code !== null)?.code;
    const parts = weak.map(({ rule, points: points2 }) => `${rule} ${points2}`).join(", ");
    return {
      own: next,
      finding: { alert: { facts: { points: sum3, parts }, ...code != null && { code } } }
    };
  }
};

var LONG_ENOUGH_MS4 = 2e3;
var reason3 = "idleAttendance.syntheticInput";
var first13 = { beats: 0, ms: 0, events: 0 };
var syntheticInput = {
  name: "syntheticInput",
  code: "idleAttendance",
  severity: "medium",
  scope: "session",
  thresholds: ["events", "beats"],
  first: first13,
  judge(own, { claim, thresholds }) {
    if (claim === null) return { own };
    const { beat: beat2, lengthMs, played } = claim;
    const [pointer, key, scroll, synthetic] = beat2.input;
    const nothingYet = own.beats === 0 && own.events === 0;
    if (pointer + key + scroll > 0 || synthetic === 0 && nothingYet) return { own: nothingYet ? own : first13 };
    const [ms, events] = [own.ms + lengthMs, own.events + synthetic];
    const enough = events >= thresholds.events;
    if (ms < LONG_ENOUGH_MS4 && !enough) return { own: { ...own, ms, events } };
    if (!enough) return { own: first13 };
    const beats = own.beats + 1;
    return {
      own: { beats, ms: 0, events: 0 },
      finding: {
        weak: 2,
        ...played > 0 ? { background: { ms: played, reason: reason3 }, warn: reason3 } : {},
        ...beats >= thresholds.beats ? { alert: { facts: { beats, events } } } : {}
      }
    };
  }
};

var WEAK2 = 2;
var tooFastToRead = {
  name: "tooFastToRead",
  code: "idleAttendance",
  severity: "medium",
  scope: "person",
  thresholds: ["answers", "alertAnswers"],
  first: { answers: 0 },
  judge(own, view) {
    const { answers: weakAnswers, alertAnswers } = view.thresholds;
    const weakOf2 = (answers2) => answers2 >= weakAnswers ? WEAK2 : 0;
    const manner = mannerIn(view);
    const readMs = manner?.readMs;
    if (manner === null || readMs === void 0) return standing(own, weakOf2(own.answers));
    const quick = manner.latencyMs < readMs;
    if (quick && view.news.given !== "passed") return standing(own, weakOf2(own.answers));
    const answers = quick ? own.answers + 1 : 0;
    const worth = answers >= alertAnswers;
    const facts = { answers, answersMin: alertAnswers, latencyMs: manner.latencyMs, readMs };
    return standing(answers === own.answers ? own : { answers }, weakOf2(answers), worth ? { facts } : void 0);
  }
};

var GROUPS = 8;
var MOST_LESSONS2 = 12;
var MOST_STRETCHES2 = 32;
var WAITING_POINTS = 1;
var MISSING_POINTS = 2;
var sum2 = (numbers) => numbers.reduce((total, one) => total + one, 0);
var undelivered = {
  name: "undelivered",
  code: "courseBrushing",
  severity: "medium",
  scope: "person",
  thresholds: [
    ...["slackMs", "keepMs", "serverLateMs", "reportLateMs"],
    ...["missingMs", "waitingMs", "alertAfterMs", "beats"]
  ],
  first: { owed: [], unpaidMs: 0, beats: 0 },
  judge(own, view) {
    const { claim, session, thresholds } = view;
    const owed = own.owed.length === 0 ? own.owed : settle(own.owed, view);
    const missing = sum2(owed.map((one) => measure(one.missing)));
    const tooMuch = missing > thresholds.missingMs;
    const kept = tooMuch ? { ...own, owed } : { owed, unpaidMs: 0, beats: 0 };
    if (claim === null || session.delivery === void 0) return { own: same(own, kept) };
    const lacking = lackingOf(claim, deliveredTo(session.lesson, view));
    const lacks = lacking.reduce(union, none);
    if (lacks.length === 0) return { own: same(own, kept) };
    const next = { ...kept, owed: owe(owed, lacks, view) };
    if (!tooMuch) {
      const waiting = sum2(next.owed.flatMap((one) => one.waiting.map(([, media]) => measure(media))));
      return { own: next, ...waiting > thresholds.waitingMs ? { finding: { weak: WAITING_POINTS } } : {} };
    }
    return refuse(next, { missing, lacking }, view);
  }
};
function refuse(own, { missing, lacking }, { claim, session, thresholds }) {
  const sights = claim?.sights ?? [];
  const unpaid = sights.map(({ fresh }, run) => 2 * measure(lacking[run] ?? none) > measure(fresh));
  const ms = sum2(sights.map(({ freshMs }, run) => unpaid[run] ? freshMs : 0));
  const unpaidMs = own.unpaidMs + ms;
  const beats = own.beats + (ms > 0 ? 1 : 0);
  const facts = { missingMs: missing, unpaidMs, beats, deliveredBy: session.delivery ?? "" };
  return {
    own: { ...own, unpaidMs, beats },
    finding: {
      weak: MISSING_POINTS,
      unpaid: unpaid.map((is) => is ? "courseBrushing.undelivered" : null),
      ...unpaidMs >= thresholds.alertAfterMs && beats >= thresholds.beats ? { alert: { facts } } : {}
    }
  };
}
function lackingOf({ sights }, delivered) {
  return sights.map(({ fresh }) => subtract(fresh, delivered));
}
function deliveredTo(lesson, { at, delivered, thresholds: { keepMs, slackMs } }) {
  const found = delivered.find((one) => one.lesson === lesson);
  if (found === void 0 || at - found.at > keepMs) return none;
  let wide = none;
  for (const [from, to] of found.media) wide = add(wide, from - slackMs, to + slackMs);
  return wide;
}
function settle(owed, view) {
  return owed.flatMap(({ lesson, waiting, missing }) => {
    const delivered = deliveredTo(lesson, view);
    const left = waiting.map(([dueAt, media]) => [dueAt, subtract(media, delivered)]).filter(([, media]) => media.length > 0);
    const overdue2 = left.filter(([dueAt]) => dueAt <= view.at).map(([, media]) => media);
    const lost = longest2(overdue2.reduce(union, subtract(missing, delivered)));
    const rest = left.filter(([dueAt]) => dueAt > view.at);
    return rest.length === 0 && lost.length === 0 ? [] : [{ lesson, waiting: rest, missing: lost }];
  });
}
function owe(owed, lacks, { at, session, thresholds }) {
  const { lesson } = session;
  const before = owed.find((one) => one.lesson === lesson) ?? { lesson, waiting: [], missing: none };
  const lateMs = session.delivery === "server" ? thresholds.serverLateMs : thresholds.reportLateMs;
  const groupMs = Math.max(1, Math.ceil(lateMs / GROUPS));
  const dueAt = (Math.floor((at + lateMs) / groupMs) + 1) * groupMs;
  let news = subtract(lacks, before.missing);
  for (const [, media] of before.waiting) news = subtract(news, media);
  if (news.length === 0) return owed;
  const last = before.waiting.at(-1);
  const waiting = last !== void 0 && last[0] >= dueAt ? before.waiting.with(-1, [last[0], longest2(union(last[1], news))]) : [...before.waiting, [dueAt, longest2(news)]];
  const all = [...owed.filter((one) => one !== before), { ...before, waiting }];
  if (all.length <= MOST_LESSONS2) return all;
  const least = Math.min(...all.map((one) => measure(one.missing)));
  const forgotten = all.find((one) => measure(one.missing) === least);
  return all.filter((one) => one !== forgotten);
}
function longest2(set) {
  if (set.length <= MOST_STRETCHES2) return set;
  const kept = set.toSorted((a, b) => b[1] - b[0] - (a[1] - a[0])).slice(0, MOST_STRETCHES2);
  return kept.sort((a, b) => a[0] - b[0]);
}
function same(before, after) {
  return before.owed.length === 0 && after.owed.length === 0 ? before : after;
}

var POLL_MS3 = 150;
var unfocused = {
  name: "unfocused",
  code: "backgroundPlayback",
  severity: "low",
  scope: "session",
  thresholds: ["afterMs"],
  first: { ms: 0 },
  judge(own, { claim, thresholds }) {
    if (claim === null) return { own };
    const awayMs = claim.lengthMs - claim.beat.page[1];
    const backgroundMs = awayMs > POLL_MS3 ? Math.min(claim.played, awayMs) : 0;
    if (backgroundMs === 0) return own.ms === 0 ? { own } : { own: { ms: 0 } };
    const ms = own.ms + backgroundMs;
    return {
      own: { ms },
      finding: {
        background: { ms: backgroundMs, reason: "backgroundPlayback.unfocused" },
        ...ms > thresholds.afterMs ? { alert: { facts: { unfocusedMs: ms } } } : {}
      }
    };
  }
};

var rules = [
  fasterThanClock,
  forgedBeats,
  spoofedVisibility,
  hidden,
  mediaReplaced,
  mediaMissing,
  outOfView,
  unfocused,
  playbackRate,
  secondDevice,
  secondPage,
  seekAhead,
  clockHook,
  replayedBeats,
  promptMissed,
  promptGuessing,
  presenceGap,
  syntheticInput,
  automated,
  offScreen,
  pageSealed,
  imageRefused,
  noRecord,
  framesAbsent,
  noHand,
  undelivered,
  saysPaused,
  lateLabel,
  rareBeats,
  constantCadence,
  stuckSequence,
  equalPauses,
  fixedEnd,
  constantGaps,
  smallSkips,
  deviceSwitching,
  parallelLessons,
  silentAtQuestions,
  avoidedQuestions,
  dayCap,
  studyCap,
  answerWithoutHand,
  constantLatency,
  answeredHidden,
  tooFastToRead,
  faceRefused,
  // Last: it adds up what the others see.
  suspicion
];

var nothing = {
  refuse: null,
  backgroundMs: 0,
  backgroundReason: "backgroundPlayback.hidden",
  unpaid: [],
  ends: null
};
var known = /* @__PURE__ */ new WeakMap();
function rulesOf(policy) {
  let found = known.get(policy);
  if (found === void 0) {
    found = rules.flatMap((rule) => {
      const thresholds = policy.rules[rule.name];
      return thresholds === void 0 ? [] : [{ rule, thresholds }];
    });
    known.set(policy, found);
  }
  return found;
}
var blankOf = (scope) => Object.fromEntries(
  rules.flatMap((one) => one.scope === scope ? [[one.name, void 0]] : [])
);
var blank = { session: blankOf("session"), person: blankOf("person") };
var places = { session: Object.keys(blank.session).length, person: Object.keys(blank.person).length };
function copyOf(memories, scope) {
  return Object.keys(memories).length === places[scope] ? { ...memories } : { ...blank[scope], ...memories };
}
function judge(work, { event, session, claim, news, covered: covered2 }) {
  const { beat: beat2, clock, presence } = work.policy;
  let { refuse: refuse2, backgroundMs, backgroundReason, unpaid, ends } = nothing;
  const weak = [];
  const view = {
    at: work.at,
    event,
    thresholds: void 0,
    session,
    claim,
    news,
    weak,
    covered: covered2,
    delivered: work.state.delivered ?? [],
    toleranceMs: clock.toleranceMs,
    maxGapMs: presence.maxGapMs,
    beat: beat2,
    freeFrom: work.state.freeFrom,
    earnedMs: () => earnedMs(work)
  };
  const ofSession = work.state.sessions[session.id]?.rules ?? {};
  const ofPerson = work.state.rules;
  let [afterSession, afterPerson] = [ofSession, ofPerson];
  for (const { rule, thresholds } of rulesOf(work.policy)) {
    view.thresholds = thresholds;
    const isSessions = rule.scope === "session";
    const own = (isSessions ? ofSession : ofPerson)[rule.name] ?? rule.first;
    const { own: kept, finding } = rule.judge(own, view);
    if (kept !== own) {
      const now = kept === rule.first ? void 0 : kept;
      if (isSessions) {
        if (afterSession === ofSession) afterSession = copyOf(ofSession, "session");
        afterSession[rule.name] = now;
      } else {
        if (afterPerson === ofPerson) afterPerson = copyOf(ofPerson, "person");
        afterPerson[rule.name] = now;
      }
    }
    if (finding === void 0) continue;
    refuse2 ??= finding.refuse ?? null;
    ends ??= finding.ends ?? null;
    if (finding.background !== void 0 && finding.background.ms > backgroundMs) {
      backgroundMs = finding.background.ms;
      backgroundReason = finding.background.reason;
    }
    if (finding.unpaid !== void 0) unpaid = joined(unpaid, finding.unpaid);
    if (finding.weak !== void 0) weak.push({ rule: rule.name, code: rule.code, points: finding.weak });
    if (finding.warn !== void 0) warn(work, session, finding.warn);
    if (finding.alert !== void 0) raise(work, rule, session, finding.alert);
  }
  if (afterSession !== ofSession) patchSession(work, session.id, { rules: afterSession });
  if (afterPerson !== ofPerson) work.state.rules = afterPerson;
  return { refuse: refuse2, backgroundMs, backgroundReason, unpaid, ends };
}
function joined(a, b) {
  return a.length === 0 ? b : b.map((reason4, run) => a[run] ?? reason4);
}
function earnedMs({ state }) {
  let sum3 = 0;
  for (const [, creditedMs] of Object.values(state.lessons)) sum3 += creditedMs;
  for (const { span } of state.held) sum3 += span.ms;
  return sum3;
}
function warn(work, session, reason4) {
  if (work.state.sessions[session.id]?.told === reason4) return;
  patchSession(work, session.id, { told: reason4 });
  notice(work, session.id, "denied", reason4, 0);
}
function raise(work, rule, session, alert) {
  const code = alert.code ?? rule.code;
  const alerted = work.state.sessions[session.id]?.alerted ?? session.alerted;
  const last = alerted[rule.name];
  if (code === null || last !== void 0 && work.at - last < work.policy.alerts.repeatMs) return;
  patchSession(work, session.id, { alerted: { ...alerted, [rule.name]: work.at } });
  work.verdicts.push({
    verdict: "alert",
    code,
    rule: rule.name,
    severity: alert.severity ?? rule.severity,
    session: session.id,
    sessions: [session.id, ...alert.with ?? []],
    facts: alert.facts
  });
}

var WORTH = [
  [50, 100, 100],
  [100, 89, 97],
  [200, 70, 92],
  [250, 63, 90],
  [340, 51, 84],
  [500, 33, 71]
];
function rightOf(guess) {
  return WORTH.find(([most]) => guess <= most)?.[1] ?? 0;
}
function wrongOf(guess, wrong) {
  return Math.round(wrong * (WORTH.find(([most]) => guess <= most)?.[2] ?? 0) / 100);
}
var AT_END = { right: 0.4, left: 0.16 };
function raised(standing13, points2, at) {
  return Math.max(standing13, Math.min(at, standing13 + points2));
}

var PAST_MS = 1e3;
var READ_MS = 2e4;
var BRACKETS_KEPT = 7;
function openPresence(work, { draw, face }) {
  patchAsking(work, { draw, turn: 0 });
  const { held, played } = work.state;
  const { duePlayed, missedAt } = work.state.asking;
  if (work.policy.presence.ticketOpens && missedAt === null) beginBracket(work, played);
  if (duePlayed === null) patchAsking(work, { duePlayed: due(work) });
  else if (missedAt === null && (held.some(({ marked }) => !marked) || duePlayed <= played)) dueAfterReturn(work);
  if (face && missedAt === null && isFaceWanted(work)) dueAfterReturn(work);
}
function isFaceWanted({ policy, state, at }) {
  const { openAgainMs } = policy.proofs.face ?? {};
  const { facedAt } = state.asking;
  return openAgainMs !== void 0 && (facedAt === void 0 || at - facedAt > openAgainMs);
}
function beginBracket(work, opener, closes = false, from = work.at) {
  const before = work.state.brackets.filter((one) => one[0] <= from);
  if (!closes && before.at(-1)?.[1] === opener) return;
  const bracket = closes ? [from, opener, closes] : [from, opener];
  work.state.brackets = [...before, bracket].slice(-BRACKETS_KEPT);
}
function issued(work, session, { proof, id, deadlineAt, draw, guess = 0 }) {
  const { policy, state } = work;
  const instead = state.asking.pending;
  const free = instead === null ? session.state === "ended" && session.endsNew && isCovered(work, session) : instead.free === true;
  const lately = state.asking.askedAts.filter((one) => work.at - one < HOUR_MS);
  const askedAts = [...instead === null ? lately : lately.slice(0, -1), work.at].slice(
    -2 * policy.presence.mostPerHour
  );
  const shownUntil = deadlineAt - (policy.proofs[proof]?.lateMs ?? 0);
  const silentAt = deadlineAt + reach(policy);
  const pending = {
    proof,
    id,
    deadlineAt,
    shownUntil,
    silentAt,
    guess,
    ...free ? { free } : {},
    terms: policy.presence.release
  };
  patchAsking(work, { pending, askedAt: null, askedAts, returning: false, draw, turn: 0 });
  return free;
}
function given(work, { proof, id, outcome, draw }) {
  const { pending } = work.state.asking;
  const answered = pending?.proof === proof && pending.id === id && work.at <= pending.deadlineAt ? pending : null;
  if (answered === null && proofKinds[proof].asked) return null;
  patchAsking(work, {
    ...answered === null && outcome === "failed" ? {} : { pending: null },
    ...proof === "face" && outcome === "passed" ? { facedAt: work.at } : {},
    ...{ draw, turn: 0 }
  });
  if (work.state.asking.missedAt !== null) beginBracket(work, lastOpener(work));
  patchAsking(work, { missedAt: null, returning: false });
  const closing = Math.min(...work.state.held.map((held) => held.marked ? Infinity : held.expiresPlay));
  if (answered === null) vouched(work, outcome);
  else if (scored(work, answered, outcome)) return outcome;
  if (outcome === "passed") {
    mark(work);
    release(work);
  }
  const duePlayed = Math.min(due(work), Math.max(work.state.played, closing - RESCUE_MS));
  patchAsking(work, { duePlayed, notBeforeAt: work.at + work.policy.presence.retryMs });
  return outcome;
}
function vouched(work, outcome) {
  const { release: own } = work.policy.presence;
  if (outcome === "failed") {
    lower(work, own.wrong, own);
    decided(work, own);
  } else
    patchAsking(work, {
      standing: Math.max(own.at, ...work.state.held.map((one) => one.releasesAt)) + ceilingMore(work)
    });
}
function scored(work, { guess, terms, free }, outcome) {
  const { standing: standing13 } = work.state.asking;
  if (free) endsShown(work);
  if (outcome === "failed") lower(work, wrongOf(guess, terms.wrong), terms);
  else {
    const points2 = Math.round(rightOf(guess) * (free ? AT_END.right : 1));
    patchAsking(work, { standing: raised(standing13, points2, terms.at + ceilingMore(work)) });
  }
  return decided(work, terms);
}
function lastOpener({ state }) {
  return state.brackets.findLast(([, opener]) => opener !== null)?.[1] ?? state.played;
}
function ceilingMore(work) {
  return Math.max(withheld(work), ...work.state.held.map(({ more }) => more ?? 0));
}
function lower(work, points2, { at }) {
  const own = work.state.asking.standing;
  const standing13 = Math.min(own, Math.max(at, ...work.state.held.map((one) => one.releasesAt)) + ceilingMore(work)) - points2;
  patchAsking(work, { standing: standing13 });
}
function decided(work, { decidedEvery, lostAt }) {
  const answers = (work.state.asking.answers + 1) % decidedEvery;
  patchAsking(work, { answers });
  if (answers > 0 || work.state.asking.standing > lostAt) return false;
  forfeit(work);
  return true;
}
function forfeit(work) {
  let lost = 0;
  for (const held of work.state.held) lost += decide(work, held, "denied", "presence.failed").ms;
  work.state.held = [];
  const missedAt = work.state.asking.missedAt ?? work.at;
  work.state.brackets = [[missedAt, null]];
  patchAsking(work, { standing: 0, missedAt });
  dueNow(work, work.policy.presence.retryMs);
  const holder = holderOf(work);
  if (lost > 0 && holder !== void 0) notice(work, holder.id, "denied", "presence.failed", lost);
}
function mark(work) {
  beginBracket(work, work.state.played, true);
  work.state.held = work.state.held.map((held) => held.marked ? held : { ...held, marked: true });
  endsShown(work);
}
function endsShown(work) {
  for (const { id, endsNew } of Object.values(work.state.sessions))
    if (endsNew) patchSession(work, id, { endsNew: false });
}
function release(work) {
  const { standing: standing13 } = work.state.asking;
  const extra = withheld(work);
  let released = 0;
  work.state.held = work.state.held.filter((held) => {
    if (!held.marked || standing13 < held.releasesAt + Math.max(held.more ?? 0, extra)) return true;
    const span = decide(work, held, "credited", "presence.proven");
    released += span.ms;
    return false;
  });
  const holder = holderOf(work);
  if (released > 0 && holder !== void 0) notice(work, holder.id, "released", "presence.proven", released);
}
function elapse(work) {
  lapse(work, (held) => work.at > held.expiresAt);
  const { pending } = work.state.asking;
  if (pending === null || work.at <= pending.deadlineAt) return;
  const left = holderOf(work) === void 0;
  if (left || work.at > pending.silentAt) letGo(work, left);
}
function overdue(work, session, { late, origin: origin2, beat: beat2, sights }) {
  const { pending } = work.state.asking;
  if (pending === null || session.id !== work.state.holder || late) return false;
  const deadline = pending.deadlineAt - origin2;
  const [from, to] = beat2.span;
  if (to < deadline) return false;
  const past = sights.filter(({ offset, ms }) => offset + ms >= deadline);
  const played = past.length > 0 && (from >= deadline || past.some(({ offset }) => offset < deadline));
  const playedOn = played && past.some(({ offset, ms }) => offset + ms >= deadline + PAST_MS);
  if (played && !playedOn && beat2.player[0] === "playing") return false;
  if (!playedOn || session.lineAt > pending.shownUntil - READ_MS) {
    letGo(work, !playedOn);
    return false;
  }
  miss(work, pending, "playedOn");
  tellMissed(work);
  return true;
}
function atMost({ state }, points2, { missed }) {
  return Math.min(points2, Math.max(0, state.asking.standing + missed));
}
function miss(work, { deadlineAt, terms }, how) {
  const { missedAt } = work.state.asking;
  if (missedAt === null) beginBracket(work, null, false, deadlineAt);
  patchAsking(work, { pending: null, missedAt: missedAt ?? deadlineAt });
  const points2 = how === "playedOn" ? terms.missed : atMost(work, terms.missed, terms);
  lower(work, points2, terms);
  if (how === "playedOn" && decided(work, terms)) return;
  dueNow(work, how === "avoided" ? work.policy.presence.retryMs : 0);
}
function letGo(work, avoided) {
  const { asking, played } = work.state;
  const { freePauseMs } = work.policy.presence;
  const { pending, missedAt, freePlayed } = asking;
  if (pending === null) return;
  if (pending.free && missedAt === null) {
    patchAsking(work, { pending: null, askedAts: asking.askedAts.slice(0, -1) });
    lower(work, atMost(work, Math.round(AT_END.left * pending.terms.missed), pending.terms), pending.terms);
    endsShown(work);
    dueAfterReturn(work);
    const holder = holderOf(work);
    if (holder !== void 0) notice(work, holder.id, "promptWithdrawn", "presence.awaiting", 0);
    return;
  }
  if (freePlayed === null || played - freePlayed >= freePauseMs) {
    patchAsking(work, { pending: null, freePlayed: played });
    if (missedAt === null) dueAfterReturn(work);
    else dueNow(work);
    const holder = holderOf(work);
    if (holder !== void 0) notice(work, holder.id, "promptWithdrawn", "presence.awaiting", 0);
    return;
  }
  miss(work, pending, avoided ? "avoided" : "silent");
  tellMissed(work);
}
function tellMissed(work) {
  const holder = holderOf(work);
  if (holder === void 0) return;
  notice(work, holder.id, "promptMissed", "presence.missed", heldOf(work.state, holder.lesson));
}
function outplay(work, ms) {
  return lapse(work, (held) => !held.marked && work.state.played + ms > held.expiresPlay);
}
function lapse(work, over) {
  if (!work.state.held.some(over)) return 0;
  let lapsed = 0;
  work.state.held = work.state.held.filter((held) => {
    if (!over(held)) return true;
    lapsed += decide(work, held, "denied", "presence.lapsed").ms;
    return false;
  });
  const holder = holderOf(work);
  if (holder !== void 0) notice(work, holder.id, "denied", "presence.lapsed", lapsed);
  return lapsed;
}
function presenceWake({ at, held, asking, holder }) {
  const times = held.map((one) => one.expiresAt + 1);
  if (holder !== null && asking.pending === null && asking.notBeforeAt > at) times.push(asking.notBeforeAt);
  if (asking.pending !== null) {
    const { deadlineAt, silentAt } = asking.pending;
    times.push((at <= deadlineAt ? deadlineAt : silentAt) + 1);
  }
  return times.length === 0 ? null : Math.min(...times);
}

var MOST_SESSIONS = 8;
var PACE_MS = 3e4;
var WORTH_TELLING_MS = 1e3;
function policyOf(state, event) {
  if (event.kind === "opened") return event.policy;
  return (event.session === null ? void 0 : state.sessions[event.session]?.policy) ?? state.policy;
}
function step(policy, state, event) {
  const work = begin(policy, state, event.at);
  elapse(work);
  const session = event.session === null ? void 0 : work.state.sessions[event.session];
  let outcome = null;
  let free = false;
  switch (event.kind) {
    case "opened":
      open(work, event);
      break;
    case "beat":
      if (session !== void 0) {
        beat(work, event, session);
        return { state: work.state, verdicts: work.verdicts };
      }
      break;
    case "proofIssued":
      if (session !== void 0) free = issued(work, session, event);
      break;
    case "proofGiven":
      outcome = given(work, event);
      break;
    case "tick":
      tick(work);
      break;
    case "closed":
      if (session !== void 0) close(work, session);
      break;
    case "delivered":
      deliver(work, event);
      break;
    case "refused":
      break;
    default:
      event;
  }
  const spoken = session ?? holderOf(work);
  const { kind } = event;
  const speaks = outcome !== null || kind === "refused" || kind === "delivered" || kind === "proofIssued";
  if (spoken !== void 0 && speaks) {
    const news = { missed: false, given: outcome, free, lapsedMs: 0 };
    const { ends } = judge(work, { event, session: spoken, claim: null, news, covered: [] });
    if (ends !== null) close(work, work.state.sessions[spoken.id] ?? spoken, ends);
  }
  return { state: work.state, verdicts: work.verdicts };
}
function open(work, event) {
  const { at } = work;
  const session = {
    id: event.session,
    of: event.of,
    lesson: event.lesson,
    lessonMs: event.lessonMs,
    device: event.device,
    policy: event.policy,
    silentMs: work.policy.session.silentMs,
    openedAt: at,
    lineAt: at,
    startAt: null,
    cursor: at,
    lastAt: at,
    offset: 0,
    clock: firstAnchor(at),
    state: "paused",
    position: 0,
    endsNew: false,
    unsaidMs: 0,
    queuedMs: null,
    behind: null,
    lost: null,
    playsHidden: false,
    rules: {},
    denied: {},
    alerted: {},
    told: null
  };
  work.state.sessions[event.session] = {
    ...session,
    ...event.delivery === void 0 ? {} : { delivery: event.delivery },
    ...event.sealed === "worker" ? {} : { keyAt: event.sealed ?? "untold" }
  };
  nameHeld(work, event.policy);
  work.state.policy = event.policy;
  openPresence(work, event);
  const open2 = Object.values(work.state.sessions).filter(({ id }) => id !== work.state.holder);
  const oldest = open2.sort((a, b) => Number(a.lost !== null) - Number(b.lost !== null) || a.openedAt - b.openedAt)[0];
  if (Object.keys(work.state.sessions).length > MOST_SESSIONS && oldest !== void 0)
    close(work, oldest, "session.silent");
}
function nameHeld({ state }, next) {
  const { policy: last } = state;
  if (last === null || last === next) return;
  state.held = state.held.map(({ policy = last, ...held }) => policy === next ? held : { ...held, policy });
}
function beat(work, event, before) {
  const { beat: told2 } = event;
  const { anchor, aheadMs } = observe(before.clock, told2.span[1], work.at);
  const began = origin(anchor);
  const played = told2.runs.reduce((sum3, [, , from, to]) => sum3 + (to - from), 0);
  const plays = played > 0 || told2.player[0] === "playing";
  const firstRun = told2.runs[0];
  const playedFrom = began + (firstRun === void 0 ? told2.span[1] : firstRun[2]);
  const older = holderOf(work);
  const session = plays ? takeLease(work, before, playedFrom) : before;
  if (before.lost !== null && told2.cause !== "takenOver" && told2.cause !== "closing") {
    notice(work, before.id, "takenOver", `${before.lost.code}.leaseLost`, 0);
  }
  const lapsedMs = session.id === work.state.holder ? outplay(work, played) : 0;
  const sets = covered(work.state, session.lesson);
  const behind = fallBehind(work, before, told2, began);
  const claim = {
    beat: told2,
    late: isLate(work, before, event, behind),
    lengthMs: told2.span[1] - told2.span[0],
    played,
    sights: sightsOf(told2.runs, session.lessonMs, sets),
    origin: began,
    aheadMs,
    starts: before.startAt === null && session.startAt !== null,
    took: older === void 0 || work.state.holder === older.id ? null : takeover(older, session, playedFrom)
  };
  const missed = overdue(work, session, claim);
  const news = { missed, given: null, lapsedMs: claim.late ? 0 : lapsedMs };
  const wasWeak = isWeak(work);
  const judgement = judge(work, { event, session, claim, news, covered: sets });
  if (!wasWeak && isWeak(work)) dueSooner(work);
  const denied = layClaim(work, work.state.sessions[session.id] ?? session, claim, judgement);
  const after = draft(work, session.id);
  if (after === void 0) return;
  if (claim.late && work.at - before.lastAt > longest3(work.policy)) after.lineAt = work.at;
  after.lastAt = work.at;
  after.queuedMs = claim.late ? (before.queuedMs ?? 0) + played : null;
  after.behind = behind;
  after.offset = Math.max(before.offset, told2.span[1]);
  after.clock = anchor;
  after.unsaidMs = unsaid(before, told2, played);
  after.state = told2.player[0];
  after.position = told2.runs.at(-1)?.[1] ?? told2.player[1];
  after.playsHidden = told2.player[0] === "playing" && isHidden(told2);
  outplay(work, 0);
  tell(work, after, denied);
  maybeAsk(work, after);
}
function takeover(older, { device }, playedFrom) {
  return {
    from: older.id,
    sameDevice: older.device === device,
    overlapMs: Math.max(0, older.cursor - playedFrom)
  };
}
var longest3 = ({ beat: beat2, clock }) => 2 * beat2.maxIntervalMs + clock.toleranceMs;
function isLate({ policy, at }, { lastAt }, { queued }, behind) {
  return queued || at - lastAt > longest3(policy) || behind?.waits === true;
}
function fallBehind({ policy, at }, { behind }, { span }, began) {
  const ms = at - (began + span[1]);
  if (ms <= longest3(policy)) return null;
  if (behind === null || behind.ms - ms > policy.clock.toleranceMs) return { at, ms, waits: true };
  return behind.waits && at - behind.at >= PACE_MS ? { at, ms, waits: false } : behind;
}
function unsaid(session, { player, cause }, played) {
  if (session.state === "playing" || player[0] === "playing" || cause === "closing") return session.unsaidMs;
  return session.unsaidMs + played;
}
function tell(work, session, denied) {
  let worst = null;
  for (const [reason4, ms] of denied)
    if (ms >= WORTH_TELLING_MS && ms > (worst === null ? 0 : denied.get(worst) ?? 0)) worst = reason4;
  const told2 = work.state.sessions[session.id]?.told ?? null;
  if (worst === told2 || worst === null && session.playsHidden) return;
  patchSession(work, session.id, { told: worst });
  if (worst !== null) notice(work, session.id, "denied", worst, denied.get(worst) ?? 0);
}
function tick(work) {
  for (const session of Object.values(work.state.sessions)) {
    if (work.at - session.lastAt >= session.silentMs) close(work, session, "session.silent");
  }
  const holder = holderOf(work);
  if (holder !== void 0) maybeAsk(work, holder);
}
function close(work, session, told2) {
  finish(work, session);
  leaveLease(work, work.state.sessions[session.id] ?? session);
  delete work.state.sessions[session.id];
  if (work.state.holder === null) patchAsking(work, { askedAt: null });
  if (told2 !== void 0) notice(work, session.id, "closed", told2, 0);
}
function wakeAt(state) {
  const times = Object.values(state.sessions).map((session) => session.lastAt + session.silentMs);
  const presence = presenceWake(state);
  if (presence !== null) times.push(presence);
  return times.length === 0 ? null : Math.min(...times);
}

var Seen = class {
  state;
  constructor(state) {
    this.state = state;
  }
  get ordinal() {
    return this.state.ordinal;
  }
  get at() {
    return this.state.at;
  }
  get holder() {
    return this.state.holder;
  }
  get provenAt() {
    return this.state.brackets.findLast(([, , closes]) => closes)?.[0] ?? null;
  }
  get sessions() {
    const { sessions, held } = this.state;
    return [.../* @__PURE__ */ new Set([...Object.keys(sessions), ...held.map(({ span }) => span.session)])];
  }
  get policies() {
    const { sessions, policy } = this.state;
    const own = Object.values(sessions).map((session) => session.policy);
    return [.../* @__PURE__ */ new Set([...own, ...policy === null ? [] : [policy]])];
  }
};
var JUST_AFTER_MS = { minMs: 100, maxMs: 400 };
var build = {
  version: 4,
  empty: emptyState,
  migrate: (before, at) => migrate(before, at),
  readPolicy,
  policyOf: (state, event) => policyOf(state, event),
  step: (policy, state, event) => step(policy, state, event),
  wakeAt: (state) => wakeAt(state),
  inspect: (state) => new Seen(state),
  totals: (state, lesson) => totalsOf(state, lesson),
  nextBeat(state, session, policy) {
    const { beat: beat2, rules: rules2 } = policy;
    const afterMs = rules2.hidden?.afterMs;
    if (afterMs === void 0 || state.sessions[session]?.playsHidden !== true) {
      return { minMs: beat2.minIntervalMs, maxMs: beat2.maxIntervalMs };
    }
    return { minMs: afterMs + JUST_AFTER_MS.minMs, maxMs: afterMs + JUST_AFTER_MS.maxMs };
  }
};
export {
  build
};
