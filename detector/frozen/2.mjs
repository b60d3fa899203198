var WINDOW_MS = 6e4;
function firstAnchor(openedAt) {
  return { low: openedAt, lowBefore: openedAt, since: openedAt };
}
function origin(anchor) {
  return Math.min(anchor.low, anchor.lowBefore);
}
function observe(anchor, offset, at) {
  const bound = at - offset;
  const aheadMs = Math.max(0, origin(anchor) - bound);
  const turned = at - anchor.since >= WINDOW_MS;
  const next = turned ? { low: bound, lowBefore: anchor.low, since: at } : { ...anchor, low: Math.min(anchor.low, bound) };
  return { anchor: aheadMs > 0 ? { ...next, lowBefore: bound } : next, aheadMs };
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
    needed: 1,
    wrong: 0,
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
var emptyLesson = { credited: [], creditedMs: 0, heldMs: 0, deniedMs: 0 };
function lessonIn({ lessons }, id) {
  return (Object.hasOwn(lessons, id) ? lessons[id] : void 0) ?? emptyLesson;
}
function totalsOf(state, lesson) {
  const { creditedMs, heldMs, deniedMs } = lessonIn(state, lesson);
  return { creditedMs, heldMs, deniedMs };
}

var HELD_FOR_MS = 7 * 24 * 36e5;
var SILENT_MS = 12 * 36e5;
var LEAST_LEFT_MS = 6e4;
function migrate(before, at) {
  const { prompting } = before;
  const verdicts = Object.values(before.sessions).flatMap(
    ({ denied }) => Object.values(denied).map((span) => ({ verdict: "deny", span: spanOf(span, false) }))
  );
  const { held, played } = heldOf(before, at);
  const { misses, answers } = prompting;
  const state = {
    ordinal: before.ordinal + 1,
    at: Math.max(at, before.at),
    nextSpan: before.nextSpan,
    policy: before.policy,
    holder: before.holder,
    freeFrom: before.at,
    played,
    brackets: before.proofs.map((proof) => ({ from: proof.at, opener: 0, closes: proof.closes })),
    asking: {
      ...emptyState.asking,
      duePlayed: duePlayed(before, played),
      pending: prompting.pending === null ? null : pendingOf(prompting.pending),
      needed: prompting.needed,
      wrong: prompting.wrong
    },
    held,
    lessons: before.lessons,
    sessions: Object.fromEntries(Object.values(before.sessions).map((one) => [one.id, sessionOf(one, before.holder)])),
    rules: {
      ...misses === 0 ? {} : { promptMissed: { misses } },
      ...answers.length === 0 ? {} : { promptGuessing: { answers } }
    }
  };
  return { state, verdicts };
}
function pendingOf({ prompt: id, deadline }) {
  const deadlineAt = deadline + 3e4;
  return { proof: "question", id, shownUntil: deadline, deadlineAt, silentAt: deadlineAt + 17e3 };
}
function duePlayed({ prompting: { dueAt, pending }, policy, at }, played) {
  if (dueAt !== null) return played + Math.max(0, dueAt - at);
  return pending === null && policy !== null ? played : null;
}
function heldOf(before, at) {
  let played = 0;
  const held = before.held.map(({ span, opener, expires, media }) => {
    played += span.ms;
    const bracket = Math.max(expires - opener, played + LEAST_LEFT_MS);
    return {
      span: spanOf(span, true),
      opener: 0,
      expiresPlay: bracket,
      expiresAt: Math.max(at, span.to) + HELD_FOR_MS,
      media
    };
  });
  return { held, played };
}
function spanOf(span, open2) {
  return { ...span, reason: span.reason, open: open2 };
}
function sessionOf(one, holder) {
  const { id, lesson, lessonMs, device, policy, openedAt, cursor, lastAt, offset, state, queuedMs, lost } = one;
  const rules2 = {
    ...one.rateDebt === 0 ? {} : { playbackRate: { debtMs: one.rateDebt, fastMs: 0 } },
    ...one.hookedBeats === 0 ? {} : { clockHook: { beats: one.hookedBeats } },
    ...one.syntheticBeats === 0 ? {} : { syntheticInput: { beats: one.syntheticBeats } },
    ...one.refused === 0 ? {} : { replayedBeats: { refused: one.refused } }
  };
  return {
    ...{ id, of: "lesson", lesson, lessonMs, device, policy, silentMs: SILENT_MS },
    ...{
      openedAt,
      lineAt: queuedMs === null ? openedAt : lastAt,
      startAt: id === holder || lost !== null ? openedAt : null,
      cursor,
      lastAt,
      offset
    },
    // Version 1 kept no anchor: the last beat's own arrival bounds where the browser's clock began.
    clock: firstAnchor(Math.max(openedAt, lastAt - offset)),
    ...{ state, position: 0, endsNew: false, unsaidMs: 0, queuedMs, behind: null, lost, playsHidden: false },
    rules: rules2,
    denied: {},
    alerted: {},
    told: null
  };
}

var second = 1e3;
var minute = 60 * second;
var day = 24 * 60 * minute;
var standardPolicy = {
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
var demoPolicy = {
  ...standardPolicy,
  name: "demo",
  presence: {
    ...standardPolicy.presence,
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
  const { presence } = standardPolicy;
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
  const shipped = standardPolicy.rules;
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

function readPolicy(body) {
  const stored = JSON.parse(body);
  switch (stored.schema) {
    case void 0:
      return readPolicy1(stored);
    case 2:
      return stored;
    default:
      throw new Error(`policy schema ${String(stored.schema)} is newer than this detector`);
  }
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
  let out = a;
  for (const [from, to] of b) out = add(out, from, to);
  return out;
}
function subtract(set, taken) {
  if (taken.length === 0 || set.length === 0) return set;
  const out = [];
  for (const [from, to] of set) {
    let low = from;
    for (const [a, b] of taken) {
      if (b <= low) continue;
      if (a >= to) break;
      if (a > low) out.push([low, a]);
      low = Math.max(low, b);
      if (low >= to) break;
    }
    if (low < to) out.push([low, to]);
  }
  return out;
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

function begin(policy, state, at) {
  const now = Math.max(at, state.at);
  return {
    policy,
    at: now,
    before: state.sessions,
    state: {
      ...state,
      ordinal: state.ordinal + 1,
      at: now,
      sessions: { ...state.sessions },
      lessons: { ...state.lessons }
    },
    verdicts: []
  };
}
function patchSession(work, id, patch) {
  const session = work.state.sessions[id];
  if (session === void 0) return void 0;
  const own = session === work.before[id] ? { ...session } : session;
  work.state.sessions[id] = own;
  return Object.assign(own, patch);
}
function patchAsking(work, patch) {
  work.state.asking = { ...work.state.asking, ...patch };
}
function holderOf(work) {
  return work.state.holder === null ? void 0 : work.state.sessions[work.state.holder];
}
function lessonOf(work, id) {
  return lessonIn(work.state, id);
}
function covered(state, lesson) {
  const sets = [lessonIn(state, lesson).credited];
  for (const held of state.held) if (held.span.lesson === lesson) sets.push(held.media);
  return sets;
}
function count(work, id, delta) {
  const lesson = lessonOf(work, id);
  work.state.lessons[id] = {
    credited: lesson.credited,
    creditedMs: lesson.creditedMs + (delta.creditedMs ?? 0),
    heldMs: lesson.heldMs + (delta.heldMs ?? 0),
    deniedMs: lesson.deniedMs + (delta.deniedMs ?? 0)
  };
}
function decide(work, held, fate, reason2) {
  const span = { ...held.span, fate, reason: reason2, open: false };
  const credited = fate === "credited";
  count(work, span.lesson, { heldMs: -span.ms, ...credited ? { creditedMs: span.ms } : { deniedMs: span.ms } });
  work.verdicts.push({ verdict: credited ? "release" : "deny", span });
  return span;
}
function notice(work, session, kind, reason2, ms) {
  work.verdicts.push({ verdict: "notice", session, kind, reason: reason2, ms });
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
  const { minDueMs, maxDueMs } = work.policy.presence;
  return work.state.played + drawn(work, minDueMs, maxDueMs);
}
function dueNow(work, pauseMs = 0) {
  patchAsking(work, { duePlayed: work.state.played, notBeforeAt: work.at + pauseMs });
}
function dueAfterReturn(work) {
  const { returning, duePlayed: duePlayed2 } = work.state.asking;
  if (returning) return;
  const { minReturnMs, maxReturnMs } = work.policy.presence;
  const back = work.state.played + drawn(work, minReturnMs, maxReturnMs);
  const later = duePlayed2 === null || duePlayed2 <= work.state.played || duePlayed2 > back;
  patchAsking(work, { duePlayed: later ? back : duePlayed2, returning: true });
}
function maybeAsk(work, session) {
  const { asking, held, holder } = work.state;
  if (session.id !== holder || asking.pending !== null) return;
  if (asking.askedAt !== null && work.at - asking.askedAt < ASK_AGAIN_MS) return;
  if (work.at - session.lastAt > reach(work.policy) || work.at < asking.notBeforeAt) return;
  const plays = session.state === "playing" || session.unsaidMs >= UNSAID_MS;
  const ended = session.state === "ended" && session.position >= session.lessonMs - END_MS;
  const atEnd = ended && session.endsNew && held.length > 0 && isCovered(work, session);
  if (!atEnd && !(plays && isDue(work, session))) return;
  const kinds = Object.keys(proofKinds).filter(
    (kind) => proofKinds[kind].asked && work.policy.proofs[kind] !== void 0
  );
  if (kinds.length === 0) return;
  patchAsking(work, { askedAt: work.at });
  const lesson = held[0]?.span.lesson ?? session.lesson;
  work.verdicts.push({ verdict: "proofAsked", session: session.id, kinds, lesson });
}
function isDue(work, session) {
  const { asking, held, played } = work.state;
  if (asking.duePlayed === null || played < asking.duePlayed) return false;
  const urgent = asking.missedAt !== null || asking.needed > 1;
  const closing = Math.min(...held.map((one) => one.expiresPlay)) - played <= RESCUE_MS;
  if (urgent || closing) return true;
  const { mostPerHour, nearEndMs } = work.policy.presence;
  if (session.lessonMs - session.position < nearEndMs && played - asking.duePlayed < nearEndMs) return false;
  const first2 = asking.askedAts.length < mostPerHour ? void 0 : asking.askedAts[asking.askedAts.length - mostPerHour];
  return first2 === void 0 || work.at - first2 >= HOUR_MS;
}
function isCovered(work, session) {
  const all = covered(work.state, session.lesson).reduce(union);
  return measure(all) >= work.policy.presence.endCoverage * session.lessonMs;
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
  const index = !late && brackets[last]?.opener !== null ? last : brackets.findLastIndex(({ from }) => from <= cursor);
  return { bracket: brackets[index], until: brackets[index + 1]?.from ?? Number.POSITIVE_INFINITY };
}
function holdIn(placing, bracket, ms, media) {
  const { state, policy } = placing.work;
  if (bracket?.opener === null) {
    deny(placing, ms, "presence.missed");
    return none;
  }
  const expiresPlay = bracket === void 0 ? 0 : bracket.opener + policy.presence.maxGapMs;
  const take = Math.min(ms, Math.max(0, expiresPlay - state.played));
  const [kept] = split(media, Math.ceil(measure(media) * take / ms));
  const held = bracket !== void 0 && take > 0 && holdSpan(placing, take, kept, bracket.opener, expiresPlay);
  if (!held) deny(placing, take, "coverage.fragmented");
  deny(placing, ms - take, "presence.none");
  return held ? kept : none;
}
function holdSpan(placing, ms, media, opener, expiresPlay) {
  const { work, session, cursor: from } = placing;
  const owner = work.state.sessions[session];
  if (owner === void 0) return false;
  const to = from + ms;
  const reason2 = placing.late ? "disconnected.awaiting" : "presence.awaiting";
  const expiresAt = to + work.policy.presence.heldForMs;
  const index = work.state.held.findLastIndex((one) => one.span.session === session);
  const last = work.state.held[index];
  const touches = last !== void 0 && from - last.span.to <= TOUCH_MS;
  const joins = touches && last.span.reason === reason2 && last.opener === opener;
  if (!joins && work.state.held.length >= MOST_HELD) return false;
  placing.cursor = to;
  work.state.played += ms;
  count(work, owner.lesson, { heldMs: ms });
  if (joins) {
    const span2 = { ...last.span, to, ms: last.span.ms + ms };
    const joined = { ...last, span: span2, expiresAt, media: union(last.media, media) };
    work.state.held = work.state.held.with(index, joined);
    work.verdicts.push({ verdict: "hold", span: span2 });
    return true;
  }
  const id = nextId(work);
  const span = { id, session, lesson: owner.lesson, from, to, ms, fate: "held", reason: reason2, open: true };
  work.state.held = [...work.state.held, { span, opener, expiresPlay, expiresAt, media }];
  work.verdicts.push({ verdict: "hold", span });
  return true;
}
function deny(placing, ms, reason2) {
  const { work } = placing;
  const session = work.state.sessions[placing.session];
  if (ms <= 0 || session === void 0) return;
  const from = Math.min(placing.cursor, work.at);
  const sliver = reason2 === "coverage.slow" && ms < SLIVER_MS;
  const to = sliver ? from : Math.min(from + ms, work.at);
  placing.cursor = Math.max(placing.cursor, to);
  if (session.lost === null) work.state.played += ms;
  placing.denied.set(reason2, (placing.denied.get(reason2) ?? 0) + ms);
  count(work, session.lesson, { deniedMs: ms });
  const last = session.denied[reason2];
  const touches = last !== void 0 && from >= last.to && from - last.to <= TOUCH_MS;
  const grows = last !== void 0 && (touches || ms < SLIVER_MS);
  const denial = grows ? { ...last, to: touches ? Math.max(last.to, to) : last.to, ms: last.ms + ms } : { id: nextId(work), from, to, ms };
  if (last !== void 0 && !grows) work.verdicts.push({ verdict: "deny", span: spanOf2(session, reason2, last, false) });
  work.verdicts.push({ verdict: "deny", span: spanOf2(session, reason2, denial, true) });
  patchSession(work, session.id, { denied: { ...session.denied, [reason2]: denial } });
}
function finish(work, { id }) {
  const session = work.state.sessions[id];
  if (session === void 0) return;
  for (const [reason2, denial] of Object.entries(session.denied)) {
    work.verdicts.push({ verdict: "deny", span: spanOf2(session, reason2, denial, false) });
  }
}
function spanOf2({ id: session, lesson }, reason2, denial, open2) {
  const { id, from, to, ms } = denial;
  return { id, session, lesson, from, to, ms, fate: "denied", reason: reason2, open: open2 };
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
  let coverage = covered(work.state, session.lesson).reduce(union);
  const { toleranceMs } = work.policy.clock;
  let { endsNew } = session;
  const { credits } = sessionKinds[session.of];
  for (const piece of pieces(claim, credits, judgement)) {
    const from = Math.min(horizon, claim.origin + piece.offset - toleranceMs);
    placing.cursor = Math.max(placing.cursor, from);
    const grown = piece.denied === null ? union(coverage, piece.media) : coverage;
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
    coverage = union(coverage, kept);
    endsNew ||= (kept.at(-1)?.[1] ?? 0) >= session.lessonMs - END_MS;
    deny(placing, room - take, "disconnected.overCap");
    deny(placing, piece.ms - room, beyond);
  }
  patchSession(work, session.id, { cursor: placing.cursor, endsNew });
  return placing.denied;
}
function disconnectedRoom({ policy, at }, { queuedMs, lastAt }, late) {
  if (!late && queuedMs === null) return Number.POSITIVE_INFINITY;
  const left = Math.max(0, policy.disconnected.capMs - (queuedMs ?? 0));
  return late ? left : left + (at - lastAt);
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

var fasterThanClock = {
  name: "fasterThanClock",
  code: "courseBrushing",
  severity: "high",
  scope: "session",
  thresholds: ["aheadMs", "driftShare"],
  first: { aheadMs: 0, at: 0 },
  judge(own, { claim, at, thresholds }) {
    if (claim === null || claim.aheadMs === 0 && own.aheadMs === 0) return { own };
    const forgiven = thresholds.driftShare * (at - own.at);
    const aheadMs = Math.max(0, own.aheadMs - forgiven) + claim.aheadMs;
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
    const sd = residuals.length === thresholds.window ? deviation(residuals) : 0;
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
function likeliest([mediaFrom, mediaTo, from, to], told) {
  const slope = 100 * (mediaTo - mediaFrom) / Math.max(1, to - from);
  let best = told;
  for (const rate of [25, 50, 75, 100, 125, 150, 175, 200]) {
    if (Math.abs(rate - slope) < Math.abs(best - slope)) best = rate;
  }
  return best;
}
function deviation(values) {
  const mean = values.reduce((sum2, value) => sum2 + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum2, value) => sum2 + (value - mean) ** 2, 0) / values.length);
}

var Sign = {
  ownVisibility: 1,
  visibilityMismatch: 2,
  canarySwallowed: 4,
  ownMedia: 8,
  webdriver: 16,
  offScreen: 32,
  proxiedEvent: 64
};

var spoofSigns = Sign.ownVisibility | Sign.visibilityMismatch | Sign.canarySwallowed;
function hiddenMsOf({ page: [visibleMs, , recordedMs], busy = 0, span }) {
  const seen = Math.max(0, span[1] - span[0] - visibleMs);
  return Math.max(seen, Math.min(recordedMs, seen + busy));
}
function isHidden({ cause, page, span }) {
  return cause === "hidden" || cause !== "visible" && span[1] > span[0] && page[0] === 0;
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

var promptGuessing = {
  name: "promptGuessing",
  code: "idleAttendance",
  severity: "medium",
  scope: "person",
  thresholds: ["wrong", "of"],
  first: { answers: [] },
  judge(own, { news, thresholds }) {
    if (news.given === null) return { own };
    const answers = [...own.answers, news.given === "passed"].slice(-thresholds.of);
    const wrong = answers.filter((right) => !right).length;
    const worth = news.given === "failed" && wrong >= thresholds.wrong;
    return { own: { answers }, ...worth ? { finding: { alert: { facts: { wrong, of: answers.length } } } } : {} };
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

var POLL_MS2 = 150;
var RECORD_SLACK_MS = 1e3;
var WORKER_ALIVE_PER_SECOND = 7;
var MOSTLY = 0.8;
var first = { ms: 0, animation: 0, video: 0, pageTicks: 0, workerTicks: 0 };
var spoofedVisibility = {
  name: "spoofedVisibility",
  code: "backgroundPlayback",
  severity: "high",
  scope: "session",
  thresholds: ["evidenceMs", "minFramesPerSecond", "maxThrottledTicksPerSecond"],
  first,
  judge(own, { claim, thresholds }) {
    if (claim === null) return { own };
    const { beat: beat2, played } = claim;
    const [, , recordedHiddenMs] = beat2.page;
    const hiddenMs = hiddenMsOf(beat2);
    const seen = sum(own, claim);
    const enough = seen.ms >= thresholds.evidenceMs;
    const contradictions = enough && frozen(seen, thresholds) ? ["frames", "timers"] : [];
    if (recordedHiddenMs > hiddenMs + RECORD_SLACK_MS) contradictions.push("visibilityRecord");
    const next = enough ? first : seen;
    if (contradictions.length > 0) {
      const facts2 = { backgroundMs: played, contradictions: contradictions.join(" "), signs: beat2.signs };
      return { own: next, finding: { background: { ms: played, reason }, alert: { facts: facts2 } } };
    }
    const spoofs = (beat2.signs & spoofSigns) !== 0;
    const goes = beat2.cause === "hidden" && beat2.player[0] === "playing";
    if (!spoofs || !(goes || hiddenMs > POLL_MS2 && played > 0)) return { own: next };
    const backgroundMs = hiddenMs > POLL_MS2 ? Math.min(played, hiddenMs) : 0;
    const facts = { backgroundMs, contradictions: "pageScripts", signs: beat2.signs };
    return {
      own: next,
      finding: { ...backgroundMs > 0 ? { background: { ms: backgroundMs, reason } } : {}, alert: { facts } }
    };
  }
};
var reason = "backgroundPlayback.spoofedVisibility";
function sum(seen, { beat: beat2, lengthMs, played }) {
  if (beat2.busy === void 0) return seen;
  const ran = lengthMs - beat2.busy;
  const visible = Math.min(beat2.page[0], ran);
  if (ran <= 0 || beat2.busy > lengthMs / 2 || visible < MOSTLY * ran || played < MOSTLY * lengthMs) return seen;
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

var LONG_ENOUGH_MS2 = 2e3;
var syntheticInput = {
  name: "syntheticInput",
  code: "idleAttendance",
  severity: "medium",
  scope: "session",
  thresholds: ["events", "beats"],
  first: { beats: 0 },
  judge(own, { claim, thresholds }) {
    if (claim === null || claim.lengthMs < LONG_ENOUGH_MS2) return { own };
    const [pointer, key, scroll, synthetic] = claim.beat.input;
    if (synthetic < thresholds.events || pointer + key + scroll > 0)
      return own.beats === 0 ? { own } : { own: { beats: 0 } };
    const beats = own.beats + 1;
    if (beats < thresholds.beats) return { own: { beats } };
    return { own: { beats }, finding: { alert: { facts: { beats, events: synthetic } } } };
  }
};

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
  syntheticInput
];

var nothing = {
  refuse: null,
  backgroundMs: 0,
  backgroundReason: "backgroundPlayback.hidden",
  unpaid: []
};
function judge(work, { event, session, claim, news, covered: covered2 }) {
  const { clock, presence } = work.policy;
  let { refuse, backgroundMs, backgroundReason, unpaid } = nothing;
  const view = {
    at: work.at,
    event,
    thresholds: void 0,
    session,
    claim,
    news,
    covered: covered2,
    toleranceMs: clock.toleranceMs,
    maxGapMs: presence.maxGapMs
  };
  const before = { session: work.state.sessions[session.id]?.rules ?? {}, person: work.state.rules };
  const after = { session: before.session, person: before.person };
  for (const rule of rules) {
    const thresholds = work.policy.rules[rule.name];
    if (thresholds === void 0) continue;
    view.thresholds = thresholds;
    const own = after[rule.scope][rule.name] ?? rule.first;
    const { own: kept, finding } = rule.judge(own, view);
    if (kept !== own) {
      if (after[rule.scope] === before[rule.scope]) after[rule.scope] = { ...before[rule.scope] };
      after[rule.scope][rule.name] = kept;
    }
    if (finding === void 0) continue;
    refuse ??= finding.refuse ?? null;
    if (finding.background !== void 0 && finding.background.ms > backgroundMs) {
      backgroundMs = finding.background.ms;
      backgroundReason = finding.background.reason;
    }
    if (finding.unpaid !== void 0) unpaid = finding.unpaid;
    if (finding.warn !== void 0) warn(work, session, finding.warn);
    if (finding.alert !== void 0) raise(work, rule, session, finding.alert);
  }
  if (after.session !== before.session) patchSession(work, session.id, { rules: after.session });
  if (after.person !== before.person) work.state.rules = after.person;
  return { refuse, backgroundMs, backgroundReason, unpaid };
}
function warn(work, session, reason2) {
  if (work.state.sessions[session.id]?.told === reason2) return;
  patchSession(work, session.id, { told: reason2 });
  notice(work, session.id, "denied", reason2, 0);
}
function raise(work, rule, session, alert) {
  const alerted = work.state.sessions[session.id]?.alerted ?? session.alerted;
  const last = alerted[rule.name];
  if (last !== void 0 && work.at - last < work.policy.alerts.repeatMs) return;
  patchSession(work, session.id, { alerted: { ...alerted, [rule.name]: work.at } });
  work.verdicts.push({
    verdict: "alert",
    code: alert.code ?? rule.code,
    rule: rule.name,
    severity: alert.severity ?? rule.severity,
    session: session.id,
    sessions: [session.id, ...alert.with ?? []],
    facts: alert.facts
  });
}

var MOST_NEEDED = 3;
var WRONG_COSTS = 2;
var FOLLOW_UP_MS = 2e3;
var MOST_DOUBLINGS = 3;
var PAST_MS = 1e3;
var READ_MS = 2e4;
var BRACKETS_KEPT = 8;
function openPresence(work, draw) {
  patchAsking(work, { draw, turn: 0 });
  const { duePlayed: duePlayed2, missedAt, needed } = work.state.asking;
  if (work.policy.presence.ticketOpens && missedAt === null) beginBracket(work, work.state.played);
  if (duePlayed2 === null) patchAsking(work, { duePlayed: due(work) });
  else if (missedAt === null && needed === 1 && (work.state.held.length > 0 || duePlayed2 <= work.state.played)) {
    dueAfterReturn(work);
  }
}
function beginBracket(work, opener, closes = false, from = work.at) {
  const before = work.state.brackets.filter((one) => one.from <= from);
  if (!closes && before.at(-1)?.opener === opener) return;
  work.state.brackets = [...before, { from, opener, closes }].slice(-BRACKETS_KEPT);
}
function lastOpener({ state }) {
  return state.brackets.findLast(({ opener }) => opener !== null)?.opener ?? state.played;
}
function issued(work, { proof, id, deadlineAt, draw }) {
  const { policy, state } = work;
  const askedAts = [...state.asking.askedAts, work.at].slice(-policy.presence.mostPerHour);
  const shownUntil = deadlineAt - (policy.proofs[proof]?.lateMs ?? 0);
  const pending = { proof, id, deadlineAt, shownUntil, silentAt: deadlineAt + reach(policy) };
  patchAsking(work, { pending, askedAt: null, askedAts, returning: false, draw, turn: 0 });
}
function given(work, { proof, id, outcome, draw }) {
  const { pending, needed } = work.state.asking;
  const answers = pending?.proof === proof && pending.id === id && work.at <= pending.deadlineAt;
  if (!answers && proofKinds[proof].asked) return null;
  patchAsking(work, { ...answers ? { pending: null } : {}, draw, turn: 0 });
  if (outcome === "failed") {
    failed(work);
    return outcome;
  }
  patchAsking(work, { missedAt: null, wrong: 0 });
  if (proofKinds[proof].asked && needed > 1) {
    beginBracket(work, lastOpener(work));
    patchAsking(work, { needed: needed - 1 });
    dueNow(work, FOLLOW_UP_MS);
    return outcome;
  }
  prove(work);
  patchAsking(work, { needed: 1, duePlayed: due(work), notBeforeAt: 0, returning: false });
  return outcome;
}
function failed(work) {
  patchAsking(work, { needed: Math.min(work.state.asking.needed + WRONG_COSTS, MOST_NEEDED) });
  mistaken(work);
}
function mistaken(work) {
  const { retryMs, mostWrong } = work.policy.presence;
  const { wrong } = work.state.asking;
  patchAsking(work, { wrong: wrong + 1 });
  dueNow(work, retryMs * 2 ** Math.min(wrong, MOST_DOUBLINGS));
  if (wrong + 1 >= mostWrong) forfeit(work);
}
function forfeit(work) {
  let lost = 0;
  for (const held of work.state.held) lost += decide(work, held, "denied", "presence.failed").ms;
  work.state.held = [];
  const missedAt = work.state.asking.missedAt ?? work.at;
  work.state.brackets = [{ from: missedAt, opener: null, closes: false }];
  patchAsking(work, { wrong: 0, needed: 1, missedAt });
  const holder = holderOf(work);
  if (lost > 0 && holder !== void 0) notice(work, holder.id, "denied", "presence.failed", lost);
}
function prove(work) {
  beginBracket(work, work.state.played, true);
  let released = 0;
  for (const held of work.state.held) {
    const span = decide(work, held, "credited", "presence.proven");
    const lesson = lessonOf(work, span.lesson);
    work.state.lessons[span.lesson] = { ...lesson, credited: union(lesson.credited, held.media) };
    released += span.ms;
  }
  work.state.held = [];
  for (const { id, endsNew } of Object.values(work.state.sessions))
    if (endsNew) patchSession(work, id, { endsNew: false });
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
  miss(work, pending);
  dueNow(work);
  tellMissed(work);
  return true;
}
function miss(work, { deadlineAt }) {
  const { missedAt, needed } = work.state.asking;
  if (missedAt === null) beginBracket(work, null, false, deadlineAt);
  patchAsking(work, {
    pending: null,
    missedAt: missedAt ?? deadlineAt,
    needed: Math.min(needed + 1, MOST_NEEDED)
  });
}
function letGo(work, avoided) {
  const { asking, played } = work.state;
  const { freePauseMs } = work.policy.presence;
  const { pending, missedAt, freePlayed } = asking;
  if (pending === null) return;
  if (freePlayed === null || played - freePlayed >= freePauseMs) {
    patchAsking(work, { pending: null, freePlayed: played });
    if (missedAt === null) dueAfterReturn(work);
    else dueNow(work);
    const holder = holderOf(work);
    if (holder !== void 0) notice(work, holder.id, "promptWithdrawn", "presence.awaiting", 0);
    return;
  }
  miss(work, pending);
  if (avoided) mistaken(work);
  else dueNow(work);
  tellMissed(work);
}
function tellMissed(work) {
  const holder = holderOf(work);
  if (holder === void 0) return;
  notice(work, holder.id, "promptMissed", "presence.missed", lessonOf(work, holder.lesson).heldMs);
}
function outplay(work, ms) {
  return lapse(work, (held) => work.state.played + ms > held.expiresPlay);
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
      if (session !== void 0) issued(work, event);
      break;
    case "proofGiven":
      outcome = given(work, event);
      break;
    case "tick":
      tick(work);
      break;
    case "closed":
      if (session !== void 0) close(work, session, false);
      break;
    case "refused":
      break;
    default:
      event;
  }
  const spoken = session ?? holderOf(work);
  const speaks = outcome !== null || event.kind === "refused";
  if (spoken !== void 0 && speaks) {
    const news = { missed: false, given: outcome, lapsedMs: 0 };
    judge(work, { event, session: spoken, claim: null, news, covered: [] });
  }
  return { state: work.state, verdicts: work.verdicts };
}
function open(work, event) {
  const { at } = work;
  work.state.sessions[event.session] = {
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
  work.state.policy = event.policy;
  openPresence(work, event.draw);
  const open2 = Object.values(work.state.sessions).filter(({ id }) => id !== work.state.holder);
  const oldest = open2.sort((a, b) => Number(a.lost !== null) - Number(b.lost !== null) || a.openedAt - b.openedAt)[0];
  if (Object.keys(work.state.sessions).length > MOST_SESSIONS && oldest !== void 0) close(work, oldest, true);
}
function beat(work, event, before) {
  const { beat: told } = event;
  const { anchor, aheadMs } = observe(before.clock, told.span[1], work.at);
  const began = origin(anchor);
  const played = told.runs.reduce((sum2, [, , from, to]) => sum2 + (to - from), 0);
  const plays = played > 0 || told.player[0] === "playing";
  const firstRun = told.runs[0];
  const playedFrom = began + (firstRun === void 0 ? told.span[1] : firstRun[2]);
  const session = plays ? takeLease(work, before, playedFrom) : before;
  if (before.lost !== null && told.cause !== "takenOver" && told.cause !== "closing") {
    notice(work, before.id, "takenOver", `${before.lost.code}.leaseLost`, 0);
  }
  const lapsedMs = session.id === work.state.holder ? outplay(work, played) : 0;
  const sets = covered(work.state, session.lesson);
  const behind = fallBehind(work, before, told, began);
  const claim = {
    beat: told,
    late: isLate(work, before, event, behind),
    lengthMs: told.span[1] - told.span[0],
    played,
    sights: sightsOf(told.runs, session.lessonMs, sets),
    origin: began,
    aheadMs
  };
  const missed = overdue(work, session, claim);
  const news = { missed, given: null, lapsedMs: claim.late ? 0 : lapsedMs };
  const judgement = judge(work, { event, session, claim, news, covered: sets });
  const denied = layClaim(work, work.state.sessions[session.id] ?? session, claim, judgement);
  const after = patchSession(work, session.id, {
    lastAt: work.at,
    lineAt: claim.late ? work.at : session.lineAt,
    queuedMs: claim.late ? (session.queuedMs ?? 0) + played : null,
    behind,
    offset: Math.max(session.offset, told.span[1]),
    clock: anchor,
    state: told.player[0],
    position: told.runs.at(-1)?.[1] ?? told.player[1],
    unsaidMs: unsaid(session, told, played),
    playsHidden: told.player[0] === "playing" && isHidden(told)
  });
  outplay(work, 0);
  if (after === void 0) return;
  tell(work, after, denied);
  maybeAsk(work, after);
}
var longest = ({ beat: beat2, clock }) => 2 * beat2.maxIntervalMs + clock.toleranceMs;
function isLate({ policy, at }, { lastAt }, { queued }, behind) {
  return queued || at - lastAt > longest(policy) || behind?.waits === true;
}
function fallBehind({ policy, at }, { behind }, { span }, began) {
  const ms = at - (began + span[1]);
  if (ms <= longest(policy)) return null;
  if (behind === null || behind.ms - ms > policy.clock.toleranceMs) return { at, ms, waits: true };
  return behind.waits && at - behind.at >= PACE_MS ? { at, ms, waits: false } : behind;
}
function unsaid(session, { player, cause }, played) {
  if (session.state === "playing" || player[0] === "playing" || cause === "closing") return session.unsaidMs;
  return session.unsaidMs + played;
}
function tell(work, session, denied) {
  let worst = null;
  for (const [reason2, ms] of denied)
    if (ms >= WORTH_TELLING_MS && ms > (worst === null ? 0 : denied.get(worst) ?? 0)) worst = reason2;
  const told = work.state.sessions[session.id]?.told ?? null;
  if (worst === told || worst === null && session.playsHidden) return;
  patchSession(work, session.id, { told: worst });
  if (worst !== null) notice(work, session.id, "denied", worst, denied.get(worst) ?? 0);
}
function tick(work) {
  for (const session of Object.values(work.state.sessions)) {
    if (work.at - session.lastAt >= session.silentMs) close(work, session, true);
  }
  const holder = holderOf(work);
  if (holder !== void 0) maybeAsk(work, holder);
}
function close(work, session, silent) {
  finish(work, session);
  leaveLease(work, work.state.sessions[session.id] ?? session);
  delete work.state.sessions[session.id];
  if (work.state.holder === null) patchAsking(work, { askedAt: null });
  if (silent) notice(work, session.id, "closed", "session.silent", 0);
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
    return this.state.brackets.findLast(({ closes }) => closes)?.from ?? null;
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
  version: 2,
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
