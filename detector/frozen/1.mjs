// detector/event.ts
var Sign = {
  ownVisibility: 1,
  visibilityMismatch: 2,
  canarySwallowed: 4,
  ownMedia: 8,
  webdriver: 16,
  offScreen: 32,
  proxiedEvent: 64,
};

// detector/policy.ts
var second = 1e3;
var minute = 60 * second;
var standardPolicy = {
  name: 'standard',
  version: 1,
  clock: { toleranceMs: 2 * second },
  beat: { minIntervalMs: 8 * second, maxIntervalMs: 15 * second },
  session: { silentMs: 15 * minute },
  rate: { firstViewingMax: 1, slackMs: 400, driftShare: 0.02 },
  seek: { flagShare: 0.3 },
  focus: { required: false },
  background: { evidenceMs: 2500, minFramesPerSecond: 3, maxThrottledTicksPerSecond: 3 },
  offline: { capMs: 2 * minute },
  presence: {
    maxGapMs: 20 * minute,
    ticketOpens: true,
    minPromptMs: 5 * minute,
    maxPromptMs: 15 * minute,
    windowMs: 60 * second,
    lateMs: 30 * second,
    retryMs: 20 * second,
    minLatencyMs: 800,
    alertAfterMisses: 2,
    mostWrong: 4,
    guessesOfEight: 4,
  },
  forgery: { window: 6, maxResidualMs: 250, roundStretches: 5, maxDateDrift: 0.25, refusals: 3 },
  alerts: { repeatMs: minute },
};
var demoPolicy = {
  ...standardPolicy,
  name: 'demo',
  presence: {
    ...standardPolicy.presence,
    maxGapMs: 5 * minute,
    minPromptMs: 40 * second,
    maxPromptMs: 60 * second,
    windowMs: 45 * second,
    retryMs: 10 * second,
    alertAfterMisses: 1,
  },
};

// detector/state.ts
var emptyState = {
  ordinal: 0,
  at: 0,
  nextSpan: 1,
  policy: null,
  holder: null,
  proofs: [],
  prompting: {
    dueAt: null,
    askedAt: null,
    pending: null,
    missed: null,
    misses: 0,
    wrong: 0,
    answers: [],
    needed: 1,
    turn: 0,
  },
  held: [],
  lessons: {},
  sessions: {},
};
var unseen = { ms: 0, animation: 0, video: 0, pageTicks: 0, workerTicks: 0 };
var emptyLesson = { credited: [], creditedMs: 0, heldMs: 0, deniedMs: 0 };
function totalsOf(state, lesson) {
  const { creditedMs, heldMs, deniedMs } = state.lessons[lesson] ?? emptyLesson;
  return { creditedMs, heldMs, deniedMs };
}

// detector/intervals.ts
var none = [];
function measure(set) {
  let total = 0;
  for (const [from, to] of set) total += to - from;
  return total;
}
function add(set, from, to) {
  if (to <= from) return set;
  const last = set[set.length - 1];
  if (last !== void 0 && from === last[1]) return [...set.slice(0, -1), [last[0], to]];
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
function holds(set, position) {
  return set.some(([from, to]) => from <= position && position < to);
}

// detector/work.ts
function begin(policy, state, at) {
  const now = Math.max(at, state.at);
  return {
    policy,
    at: now,
    state: {
      ...state,
      ordinal: state.ordinal + 1,
      at: now,
      sessions: { ...state.sessions },
      lessons: { ...state.lessons },
    },
    verdicts: [],
  };
}
function patchSession(work, id, patch) {
  const session = work.state.sessions[id];
  if (session === void 0) return void 0;
  const next = { ...session, ...patch };
  work.state.sessions[id] = next;
  return next;
}
function patchPrompting(work, patch) {
  work.state.prompting = { ...work.state.prompting, ...patch };
}
function lessonOf(work, id) {
  return work.state.lessons[id] ?? emptyLesson;
}
function count(work, id, delta) {
  const lesson = lessonOf(work, id);
  work.state.lessons[id] = {
    ...lesson,
    creditedMs: lesson.creditedMs + (delta.creditedMs ?? 0),
    heldMs: lesson.heldMs + (delta.heldMs ?? 0),
    deniedMs: lesson.deniedMs + (delta.deniedMs ?? 0),
  };
}
function settle(work, held, fate, reason) {
  const span = { ...held.span, fate, reason };
  const credited = fate === 'credited';
  count(work, span.lesson, {
    heldMs: -span.ms,
    ...(credited ? { creditedMs: span.ms } : { deniedMs: span.ms }),
  });
  work.verdicts.push({ verdict: credited ? 'release' : 'deny', span });
  return span;
}
function raise(work, code, rule, severity, session, facts, sessions = [session.id]) {
  const key = `${code}.${rule}`;
  const current = work.state.sessions[session.id] ?? session;
  const last = current.alerted[key];
  if (last !== void 0 && work.at - last < work.policy.alerts.repeatMs) return;
  patchSession(work, session.id, { alerted: { ...current.alerted, [key]: work.at } });
  work.verdicts.push({ verdict: 'alert', code, rule, severity, session: session.id, sessions, facts });
}
function notice(work, session, kind, reason, ms) {
  work.verdicts.push({ verdict: 'notice', session, kind, reason, ms });
}

// detector/credit.ts
var MOST_FRAGMENTS = 400;
var SLIVER_MS = 500;
function claimedMs(runs) {
  let total = 0;
  for (const [, , from, to] of runs) total += to - from;
  return total;
}
function covered(work, lesson) {
  const sets = [lessonOf(work, lesson).credited];
  for (const held of work.state.held) if (held.span.lesson === lesson) sets.push(held.media);
  return sets;
}
function look(work, session, runs) {
  const taken = covered(work, session.lesson);
  let here = none;
  return runs.map(([mediaFrom, mediaTo, from, to]) => {
    const ms = to - from;
    const length = mediaTo - mediaFrom;
    let fresh = clip([[mediaFrom, mediaTo]], 0, session.lessonMs);
    const inside = measure(fresh);
    for (const set of taken) fresh = subtract(fresh, set);
    fresh = subtract(fresh, here);
    for (const [a, b] of fresh) here = add(here, a, b);
    const freshMs = length === 0 ? 0 : Math.round((ms * measure(fresh)) / length);
    return { ms, freshMs, fresh, beyond: inside < length };
  });
}
function pieces(sights, judgement) {
  const out = [];
  const put = (ms, denied, media = none) => {
    if (ms > 0) out.push({ ms, media, denied });
  };
  const total = sights.reduce((sum, sight) => sum + sight.ms, 0);
  let foreground = total - Math.min(total, judgement.backgroundMs);
  for (const { ms, freshMs, fresh, beyond } of sights) {
    if (judgement.refuse !== null) {
      put(ms, judgement.refuse);
      continue;
    }
    const front = Math.min(ms, foreground);
    foreground -= front;
    const mine = Math.min(freshMs, front);
    if (judgement.tooFast) put(mine, 'courseBrushing.playbackRate');
    else {
      const [shown] = split(fresh, Math.ceil((measure(fresh) * mine) / Math.max(1, freshMs)));
      const paid = Math.min(mine, measure(shown));
      put(paid, null, shown);
      put(mine - paid, 'coverage.slow');
    }
    put(front - mine, beyond && freshMs === 0 ? 'coverage.beyondLesson' : 'coverage.seen');
    put(ms - front, judgement.backgroundReason);
  }
  return out;
}
function settleClaim(work, event, session, sights, judgement) {
  const { policy } = work;
  const anchor = session.lastLiveAt - policy.clock.toleranceMs;
  const placing = {
    work,
    session: session.id,
    cursor: Math.max(session.cursor, session.openedAt, anchor),
    queued: isLate(work, event, session),
    denied: /* @__PURE__ */ new Map(),
  };
  const horizon = session.lost === null ? work.at : Math.min(work.at, session.lost.at);
  const late = session.lost === null ? 'clock.exceeded' : `${session.lost.code}.leaseLost`;
  let offlineLeft = offlineRoom(work, event, session);
  const fragments = covered(work, session.lesson).reduce((sum, set) => sum + set.length, 0);
  for (const piece of pieces(sights, judgement)) {
    if (piece.denied !== null) {
      deny(placing, piece.ms, piece.denied);
      continue;
    }
    if (fragments > MOST_FRAGMENTS) {
      deny(placing, piece.ms, 'coverage.fragmented');
      continue;
    }
    const room = Math.max(0, Math.min(piece.ms, horizon - placing.cursor));
    const take = Math.min(room, offlineLeft);
    offlineLeft -= take;
    bracket(placing, take, split(piece.media, Math.ceil((measure(piece.media) * take) / piece.ms))[0]);
    deny(placing, room - take, 'offline.overCap');
    deny(placing, piece.ms - room, late);
  }
  patchSession(work, session.id, { cursor: placing.cursor });
  return placing.denied;
}
function isLate(work, event, session) {
  const { beat: beat2, clock } = work.policy;
  return event.queued || work.at - session.lastAt > 2 * beat2.maxIntervalMs + clock.toleranceMs;
}
function offlineRoom(work, event, session) {
  const late = isLate(work, event, session);
  if (!late && session.queuedMs === null) return Number.POSITIVE_INFINITY;
  const left = Math.max(0, work.policy.offline.capMs - (session.queuedMs ?? 0));
  return late ? left : left + (work.at - session.lastAt);
}
function bracket(placing, ms, media) {
  const { work } = placing;
  const { maxGapMs } = work.policy.presence;
  const { proofs } = work.state;
  const end = placing.cursor + ms;
  let rest = media;
  while (placing.cursor < end) {
    const from = placing.cursor;
    const opener = proofs.findLast((proof) => proof.at <= from);
    const next = proofs.find((proof) => proof.at > from);
    const expiry = opener === void 0 ? end : opener.at + maxGapMs;
    const to = Math.min(end, next?.at ?? end, expiry > from ? expiry : end);
    const [part, after] = split(rest, Math.ceil((measure(rest) * (to - from)) / (end - from)));
    rest = after;
    const closer = proofs.find((proof) => proof.closes && proof.at >= to);
    if (opener === void 0 || to > expiry) deny(placing, to - from, 'presence.none');
    else if ((closer?.at ?? work.at) > expiry) deny(placing, to - from, 'presence.lapsed');
    else if (closer === void 0) hold(placing, to, part, opener.at, expiry);
    else credit(placing, to, part);
    placing.cursor = to;
  }
}
function hold(placing, to, media, opener, expires) {
  const { work, session, cursor: from } = placing;
  const owner = work.state.sessions[session];
  if (owner === void 0) return;
  const reason = placing.queued ? 'offline.awaiting' : 'presence.awaiting';
  const ms = to - from;
  count(work, owner.lesson, { heldMs: ms });
  const index = work.state.held.findLastIndex((one) => one.span.session === session);
  const last = work.state.held[index];
  if (last !== void 0 && last.span.to === from && last.span.reason === reason && last.opener === opener) {
    const span2 = { ...last.span, to, ms: last.span.ms + ms };
    const joined = { span: span2, opener, expires, media: union(last.media, media) };
    work.state.held = work.state.held.map((one, i) => (i === index ? joined : one));
    work.verdicts.push({ verdict: 'hold', span: span2 });
    return;
  }
  const span = { id: nextId(work), session, lesson: owner.lesson, from, to, ms, fate: 'held', reason };
  work.state.held = [...work.state.held, { span, opener, expires, media }];
  work.verdicts.push({ verdict: 'hold', span });
}
function credit(placing, to, media) {
  const { work, session, cursor: from } = placing;
  const owner = work.state.sessions[session];
  if (owner === void 0) return;
  const ms = to - from;
  count(work, owner.lesson, { creditedMs: ms });
  const lesson = lessonOf(work, owner.lesson);
  work.state.lessons[owner.lesson] = { ...lesson, credited: union(lesson.credited, media) };
  const span = {
    id: nextId(work),
    session,
    lesson: owner.lesson,
    from,
    to,
    ms,
    fate: 'credited',
    reason: 'presence.proven',
  };
  work.verdicts.push({ verdict: 'credit', span });
}
function deny(placing, ms, reason) {
  const { work } = placing;
  const session = work.state.sessions[placing.session];
  if (ms <= 0 || session === void 0) return;
  const from = Math.min(placing.cursor, work.at);
  const sliver = reason === 'coverage.slow' && ms < SLIVER_MS;
  const to = sliver ? from : Math.min(from + ms, work.at);
  placing.cursor = Math.max(placing.cursor, to);
  placing.denied.set(reason, (placing.denied.get(reason) ?? 0) + ms);
  count(work, session.lesson, { deniedMs: ms });
  const last = session.denied[reason];
  const joins = last !== void 0 && (last.to === from || ms < SLIVER_MS);
  const span = joins
    ? { ...last, to: sliver ? last.to : Math.max(last.to, to), ms: last.ms + ms }
    : { id: nextId(work), session: session.id, lesson: session.lesson, from, to, ms, fate: 'denied', reason };
  patchSession(work, session.id, { denied: { ...session.denied, [reason]: span } });
  work.verdicts.push({ verdict: 'deny', span });
}
function nextId(work) {
  const id = work.state.nextSpan;
  work.state.nextSpan = id + 1;
  return id;
}

// detector/random.ts
function draw(seed, turn, low, high) {
  let x = (seed + Math.imul(turn + 1, 2654435769)) | 0;
  x = Math.imul(x ^ (x >>> 16), 569420461);
  x = Math.imul(x ^ (x >>> 15), 1935289751);
  const unit = ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
  return low + Math.floor(unit * (high - low + 1));
}

// detector/presence.ts
var PROOFS_KEPT = 6;
var ASK_AGAIN_MS = 15e3;
var MOST_NEEDED = 3;
var MOST_DOUBLINGS = 3;
var FOLLOW_UP_MS = 2e3;
function schedule(work, seed) {
  const { minPromptMs, maxPromptMs, windowMs } = work.policy.presence;
  const turn = work.state.prompting.turn;
  patchPrompting(work, { turn: turn + 1 });
  const drawn = work.at + draw(seed, turn, minPromptMs, maxPromptMs);
  const rescue = Math.min(...work.state.held.map((held) => held.expires - 2 * windowMs));
  return Math.max(work.at, Math.min(drawn, rescue));
}
function openPresence(work, session) {
  if (work.policy.presence.ticketOpens) addProof(work, false);
  const due = schedule(work, session.seed);
  const earlier = work.state.prompting.dueAt;
  patchPrompting(work, { dueAt: earlier === null ? due : Math.min(earlier, due) });
}
function addProof(work, closes) {
  work.state.proofs = [...work.state.proofs, { at: work.at, closes }].slice(-PROOFS_KEPT);
}
function reach({ beat: beat2, clock }) {
  return beat2.maxIntervalMs + clock.toleranceMs;
}
function attending(state, session) {
  if (session.state === 'playing') return true;
  return session.state === 'ended' && (state.lessons[session.lesson]?.heldMs ?? 0) > 0;
}
var quiet = { playsUnsaid: false, ended: false };
function maybeAsk(work, session, { playsUnsaid, ended } = quiet) {
  const { dueAt, askedAt, pending } = work.state.prompting;
  if (session.id !== work.state.holder || pending !== null) return;
  if (!playsUnsaid && !attending(work.state, session)) return;
  if (work.at - session.lastAt > reach(work.policy)) return;
  if (askedAt !== null ? work.at - askedAt < ASK_AGAIN_MS : !ended && (dueAt === null || dueAt > work.at)) return;
  patchPrompting(work, { askedAt: work.at });
  work.verdicts.push({ verdict: 'challenge', session: session.id });
}
function prompted(work, prompt, deadline) {
  patchPrompting(work, { pending: { prompt, deadline }, askedAt: null, dueAt: null });
}
function answered(work, session, prompt, right) {
  const { pending, missed, needed, wrong, answers } = work.state.prompting;
  const { retryMs, lateMs, mostWrong, guessesOfEight } = work.policy.presence;
  const meant = pending?.prompt === prompt ? pending : missed?.prompt === prompt ? missed : null;
  if (meant === null || work.at > meant.deadline + lateMs) return;
  const last = [...answers, right].slice(-8);
  patchPrompting(work, { pending: null, missed: null, answers: last });
  if (!right) {
    const retry = retryMs * 2 ** Math.min(wrong, MOST_DOUBLINGS);
    patchPrompting(work, { dueAt: work.at + retry, needed: Math.min(needed + 1, MOST_NEEDED), wrong: wrong + 1 });
    const guesses = last.filter((one) => !one).length;
    if (guesses >= guessesOfEight) {
      raise(work, 'idleAttendance', 'promptGuessing', 'medium', session, { wrong: guesses, of: last.length });
    }
    if (wrong + 1 >= mostWrong) forfeit(work, session);
    return;
  }
  if (needed > 1) {
    patchPrompting(work, { dueAt: work.at + FOLLOW_UP_MS, needed: needed - 1 });
    return;
  }
  prove(work, session);
  patchPrompting(work, { misses: 0, wrong: 0, needed: 1, dueAt: schedule(work, session.seed) });
}
function forfeit(work, session) {
  let lost = 0;
  for (const held of work.state.held) lost += settle(work, held, 'denied', 'presence.failed').ms;
  work.state.held = [];
  work.state.proofs = [];
  patchPrompting(work, { wrong: 0, needed: 1 });
  if (lost > 0) notice(work, session.id, 'denied', 'presence.failed', lost);
}
function prove(work, session) {
  addProof(work, true);
  let released = 0;
  for (const held of work.state.held) {
    const span = settle(work, held, 'credited', 'presence.proven');
    const lesson = lessonOf(work, span.lesson);
    work.state.lessons[span.lesson] = { ...lesson, credited: union(lesson.credited, held.media) };
    released += span.ms;
  }
  work.state.held = [];
  if (released > 0) notice(work, session.id, 'released', 'presence.proven', released);
}
function elapse(work) {
  const { prompting, held } = work.state;
  const { maxGapMs, retryMs, alertAfterMisses } = work.policy.presence;
  const holder = work.state.holder === null ? void 0 : work.state.sessions[work.state.holder];
  if (prompting.pending !== null && work.at > prompting.pending.deadline) {
    const there = holder !== void 0 && holder.lastAt >= prompting.pending.deadline - reach(work.policy);
    const misses = prompting.misses + (there ? 1 : 0);
    patchPrompting(work, { pending: null, missed: prompting.pending, misses, dueAt: work.at + retryMs });
    if (there) {
      notice(work, holder.id, 'promptMissed', 'presence.awaiting', lessonOf(work, holder.lesson).heldMs);
      if (misses >= alertAfterMisses) raise(work, 'idleAttendance', 'promptMissed', 'medium', holder, { misses });
    }
  }
  let lapsed = 0;
  let own = 0;
  const kept = held.filter((one) => {
    if (work.at <= one.expires) return true;
    const { ms, session } = settle(work, one, 'denied', 'presence.lapsed');
    lapsed += ms;
    if (session === holder?.id) own += ms;
    return false;
  });
  if (lapsed === 0) return;
  work.state.held = kept;
  if (holder === void 0) return;
  notice(work, holder.id, 'denied', 'presence.lapsed', lapsed);
  const silent = work.at - holder.lastAt > reach(work.policy);
  if (own > 0 && !silent) raise(work, 'idleAttendance', 'presenceGap', 'medium', holder, { lapsedMs: own, maxGapMs });
}
function leavePresence(work) {
  if (work.state.prompting.askedAt !== null) patchPrompting(work, { askedAt: null, dueAt: work.at });
}
function presenceWake(state, policy) {
  const { held, prompting, holder, sessions } = state;
  const times = held.map((one) => one.expires + 1);
  if (prompting.pending !== null) times.push(prompting.pending.deadline + 1);
  const session = holder === null ? void 0 : sessions[holder];
  if (session !== void 0 && prompting.pending === null && attending(state, session)) {
    const due = prompting.askedAt !== null ? prompting.askedAt + ASK_AGAIN_MS : prompting.dueAt;
    if (due !== null && due <= session.lastAt + reach(policy)) times.push(due);
  }
  return times.length === 0 ? null : Math.min(...times);
}

// detector/rules/background.ts
var POLL_MS = 150;
var RECORD_SLACK_MS = 1e3;
var WORKER_ALIVE_PER_SECOND = 7;
var MOSTLY = 0.8;
var spoofSigns = Sign.ownVisibility | Sign.visibilityMismatch | Sign.canarySwallowed;
var inFront = { ms: 0, reason: 'backgroundPlayback.hidden', contradictions: [] };
function judgeBackground(work, beat2, session, played) {
  const { policy } = work;
  const length = beat2.span[1] - beat2.span[0];
  const [visibleMs, focusedMs, recordedHiddenMs] = beat2.page;
  const hiddenMs = Math.max(0, length - visibleMs);
  const seen = look2(session.seen, beat2, played);
  const contradictions = contradict(policy, seen);
  if (recordedHiddenMs > hiddenMs + RECORD_SLACK_MS) contradictions.push('visibilityRecord');
  patchSession(work, session.id, { seen: seen.ms >= policy.background.evidenceMs ? unseen : seen });
  if (contradictions.includes('visibilityRecord') || contradictions.length >= 2) {
    return { ms: played, reason: 'backgroundPlayback.spoofedVisibility', contradictions };
  }
  if (hiddenMs > POLL_MS) {
    const spoofed = (beat2.signs & spoofSigns) !== 0;
    return {
      ms: Math.min(played, hiddenMs),
      reason: spoofed ? 'backgroundPlayback.spoofedVisibility' : 'backgroundPlayback.hidden',
      contradictions: spoofed ? ['pageScripts'] : [],
    };
  }
  if (policy.focus.required && length - focusedMs > POLL_MS) {
    return { ms: Math.min(played, length - focusedMs), reason: 'backgroundPlayback.unfocused', contradictions: [] };
  }
  return inFront;
}
function look2(seen, beat2, played) {
  const length = beat2.span[1] - beat2.span[0];
  const visible = Math.min(beat2.page[0], length);
  if (length === 0 || visible < MOSTLY * length || played < MOSTLY * length) return seen;
  const sum = (a, b) => (a < 0 || b < 0 ? -1 : a + b);
  return {
    ms: seen.ms + visible,
    animation: seen.animation + beat2.frames[0],
    video: sum(seen.video, beat2.frames[1]),
    pageTicks: seen.pageTicks + beat2.clocks[1],
    workerTicks: sum(seen.workerTicks, beat2.clocks[2]),
  };
}
function contradict({ background }, seen) {
  if (seen.ms < background.evidenceMs) return [];
  const seconds = seen.ms / 1e3;
  const few = background.minFramesPerSecond * seconds;
  const out = [];
  if (seen.animation < few && seen.video < few) out.push('frames');
  const throttled = seen.pageTicks <= background.maxThrottledTicksPerSecond * seconds;
  if (throttled && seen.workerTicks >= WORKER_ALIVE_PER_SECOND * seconds) out.push('timers');
  return out;
}
function alertBackground(work, event, session, background) {
  const { beat: beat2 } = event;
  const goesHidden = beat2.cause === 'hidden' && beat2.player[0] === 'playing';
  if (background.ms === 0 && !goesHidden) return;
  const spoofed = background.contradictions.length > 0 || (goesHidden && (beat2.signs & spoofSigns) !== 0);
  const rule = spoofed
    ? 'spoofedVisibility'
    : background.reason === 'backgroundPlayback.unfocused'
      ? 'unfocused'
      : 'hidden';
  raise(work, 'backgroundPlayback', rule, spoofed ? 'high' : 'low', session, {
    backgroundMs: background.ms,
    ...(background.contradictions.length > 0 ? { contradictions: background.contradictions.join(' ') } : {}),
    ...(beat2.signs !== 0 ? { signs: beat2.signs } : {}),
  });
}

// detector/rules/brushing.ts
var RATE_ROUNDING = 5;
var AHEAD_SLACK_MS = 1e3;
function judgeRate(work, session, sights) {
  const { firstViewingMax, slackMs, driftShare } = work.policy.rate;
  let ahead = 0;
  for (const { freshMs, fresh } of sights) ahead += measure(fresh) - freshMs * firstViewingMax * (1 + driftShare);
  const debt = Math.max(0, session.rateDebt + ahead);
  const tooFast = debt > slackMs;
  patchSession(work, session.id, { rateDebt: tooFast ? 0 : debt });
  return tooFast;
}
function alertRate(work, event, session, tooFast) {
  const [state, position, rate] = event.beat.player;
  const over = rate > work.policy.rate.firstViewingMax * 100 + RATE_ROUNDING;
  const seen = covered(work, session.lesson).some((set) => holds(set, position));
  if (!tooFast && !(over && state === 'playing' && !seen)) return;
  raise(work, 'courseBrushing', 'playbackRate', 'medium', session, { rate: rate / 100, measured: tooFast });
}
function alertSeek(work, event, session) {
  for (const [from, to] of event.beat.seeks) {
    if (to <= from) continue;
    let skipped = clip([[from, to]], 0, session.lessonMs);
    for (const set of covered(work, session.lesson)) skipped = subtract(skipped, set);
    const share = measure(skipped) / session.lessonMs;
    if (share < work.policy.seek.flagShare) continue;
    raise(work, 'courseBrushing', 'seekAhead', 'low', session, { from, to, share: Math.round(share * 100) / 100 });
  }
}
function aheadOfClock(work, event, session) {
  const ahead = event.beat.span[1] - (work.at - session.openedAt);
  if (ahead <= work.policy.clock.toleranceMs + AHEAD_SLACK_MS) return false;
  raise(work, 'courseBrushing', 'fasterThanClock', 'high', session, { aheadMs: ahead });
  return true;
}

// detector/rules/forgery.ts
var STRETCH_MS = 2e3;
var JOIN_MS = 60;
var HOOKED_BEATS = 3;
var DATE_SLACK_MS = 1e3;
var ROUNDING_MS = 5;
function impossible(beat2, session) {
  if (beat2.span[0] < session.offset - ROUNDING_MS) return true;
  let edge = beat2.span[0];
  for (const [, , from, to] of beat2.runs) {
    if (from < edge - ROUNDING_MS || to > beat2.span[1] + ROUNDING_MS) return true;
    edge = to;
  }
  return false;
}
function stretches(begun, runs) {
  const done = [];
  let open2 = begun;
  for (const run of runs) {
    const joins = open2 !== null && Math.abs(run[0] - open2[1]) <= JOIN_MS && run[2] - open2[3] <= JOIN_MS;
    open2 = joins && open2 !== null ? [open2[0], run[1], open2[2], run[3]] : run;
    if (open2[3] - open2[2] < STRETCH_MS) continue;
    done.push(open2);
    open2 = null;
  }
  return { done, rest: open2 };
}
function deviation(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
function judgeForgery(work, event, session) {
  const { beat: beat2 } = event;
  if (impossible(beat2, session)) {
    raise(work, 'courseBrushing', 'forgedBeats', 'high', session, { why: 'impossibleRuns' });
    return true;
  }
  judgeClock(work, beat2, session);
  const { window, maxResidualMs, roundStretches } = work.policy.forgery;
  const { done, rest } = stretches(session.stretch, beat2.runs);
  const rate = Math.max(1, beat2.player[2]) / 100;
  let { residuals, roundStretches: round } = session;
  for (const [mediaFrom, mediaTo, from, to] of done) {
    residuals = [...residuals, mediaTo - mediaFrom - Math.round(rate * (to - from))].slice(-window);
    round = mediaFrom % 1e3 === 0 && mediaTo % 1e3 === 0 ? round + 1 : 0;
  }
  patchSession(work, session.id, { stretch: rest, residuals, roundStretches: round });
  if (round >= roundStretches) {
    raise(work, 'courseBrushing', 'forgedBeats', 'high', session, { why: 'roundPositions', stretches: round });
    return true;
  }
  if (residuals.length === window && deviation(residuals) > maxResidualMs) {
    const sd = Math.round(deviation(residuals));
    raise(work, 'courseBrushing', 'forgedBeats', 'high', session, { why: 'residuals', residualSdMs: sd });
    return true;
  }
  return false;
}
function judgeClock(work, beat2, session) {
  const length = beat2.span[1] - beat2.span[0];
  if (length < STRETCH_MS) return;
  const drift = Math.abs(beat2.clocks[0] - length);
  const apart = drift > Math.max(DATE_SLACK_MS, length * work.policy.forgery.maxDateDrift);
  const hooked = apart ? session.hookedBeats + 1 : 0;
  patchSession(work, session.id, { hookedBeats: hooked });
  if (hooked < HOOKED_BEATS) return;
  raise(work, 'courseBrushing', 'clockHook', 'high', session, { dateMs: beat2.clocks[0], elapsedMs: length });
}
function judgeRefused(work, session, code, count2) {
  const refused = session.refused + count2;
  patchSession(work, session.id, { refused });
  if (refused < work.policy.forgery.refusals) return;
  raise(work, 'courseBrushing', 'replayedBeats', 'high', session, { code, refused });
}

// detector/rules/idle.ts
var SYNTHETIC_EVENTS = 5;
var SYNTHETIC_BEATS = 3;
var LONG_ENOUGH_MS = 2e3;
function judgeInput(work, event, session) {
  const [pointer, key, scroll, synthetic] = event.beat.input;
  if (event.beat.span[1] - event.beat.span[0] < LONG_ENOUGH_MS) return;
  const scripted = synthetic >= SYNTHETIC_EVENTS && pointer + key + scroll === 0;
  const beats = scripted ? session.syntheticBeats + 1 : 0;
  patchSession(work, session.id, { syntheticBeats: beats });
  if (beats >= SYNTHETIC_BEATS) {
    raise(work, 'idleAttendance', 'syntheticInput', 'medium', session, { beats, events: synthetic });
  }
}

// detector/rules/lease.ts
function takeLease(work, taker) {
  const older = work.state.holder === null ? void 0 : work.state.sessions[work.state.holder];
  work.state.holder = taker.id;
  if (older === void 0 || older.id === taker.id) return;
  const code = older.device === taker.device ? 'multiPagePlayback' : 'concurrentLogin';
  patchSession(work, older.id, { lost: { at: work.at, by: taker.id, code } });
  notice(work, older.id, 'takenOver', `${code}.leaseLost`, 0);
}
function judgeOverlap(work, event, session) {
  const { lost } = session;
  if (lost === null || event.beat.cause === 'closing') return;
  const played = event.beat.runs.length > 0;
  const playsNow = event.beat.player[0] === 'playing';
  const madeAt = session.openedAt + event.beat.span[1];
  const after = event.queued ? madeAt > lost.at + work.policy.clock.toleranceMs : true;
  if (!after || !(playsNow || played)) return;
  const rule = lost.code === 'concurrentLogin' ? 'secondDevice' : 'secondPage';
  raise(work, lost.code, rule, 'high', session, { takenOverAt: lost.at }, [session.id, lost.by]);
}

// detector/step.ts
var DETECTOR_VERSION = '1';
var MOST_SESSIONS = 8;
var UNSAID_MS = 1e3;
var END_MS = 3e3;
function policyOf(state, event) {
  return event.kind === 'opened' ? event.policy : (state.sessions[event.session]?.policy ?? state.policy);
}
function step(policy, state, event) {
  const work = begin(policy, state, event.at);
  elapse(work);
  const session = work.state.sessions[event.session];
  if (event.kind === 'opened') open(work, event);
  else if (event.kind === 'tick') tick(work);
  else if (session !== void 0) {
    switch (event.kind) {
      case 'beat':
        beat(work, event, session);
        break;
      case 'prompted':
        prompted(work, event.prompt, event.deadline);
        break;
      case 'answered':
        answered(work, session, event.prompt, event.right);
        break;
      case 'refused':
        judgeRefused(work, session, event.code, event.count);
        break;
      case 'closed':
        close(work, session, false);
        break;
      default:
        event;
    }
  }
  return { state: work.state, verdicts: work.verdicts };
}
function open(work, event) {
  const { at } = work;
  const session = {
    id: event.session,
    lesson: event.lesson,
    lessonMs: event.lessonMs,
    device: event.device,
    policy: event.policy,
    seed: event.seed,
    openedAt: at,
    cursor: at,
    lastAt: at,
    lastLiveAt: at,
    offset: 0,
    state: 'paused',
    queuedMs: null,
    lost: null,
    rateDebt: 0,
    stretch: null,
    residuals: [],
    roundStretches: 0,
    hookedBeats: 0,
    seen: unseen,
    syntheticBeats: 0,
    refused: 0,
    denied: {},
    alerted: {},
    told: null,
  };
  work.state.sessions[session.id] = session;
  work.state.policy = event.policy;
  takeLease(work, session);
  openPresence(work, session);
  const open2 = Object.values(work.state.sessions).sort((a, b) => a.openedAt - b.openedAt);
  const [oldest] = open2;
  if (open2.length > MOST_SESSIONS && oldest !== void 0) close(work, oldest, true);
}
function beat(work, event, before) {
  const { beat: beat2, queued } = event;
  judgeOverlap(work, event, before);
  judgeInput(work, event, before);
  alertSeek(work, event, before);
  const played = claimedMs(beat2.runs);
  const ahead = aheadOfClock(work, event, before);
  const forged = judgeForgery(work, event, before);
  const background = judgeBackground(work, beat2, work.state.sessions[before.id] ?? before, played);
  alertBackground(work, event, before, background);
  const session = work.state.sessions[before.id] ?? before;
  const sights = look(work, session, beat2.runs);
  const refuse = ahead ? 'courseBrushing.fasterThanClock' : forged ? 'courseBrushing.forgedBeats' : null;
  const tooFast = refuse === null && judgeRate(work, session, sights);
  alertRate(work, event, session, tooFast);
  const denied = settleClaim(work, event, work.state.sessions[before.id] ?? session, sights, {
    refuse,
    backgroundMs: background.ms,
    backgroundReason: background.reason,
    tooFast,
  });
  const after = patchSession(work, before.id, {
    lastAt: work.at,
    lastLiveAt: queued ? before.lastLiveAt : work.at,
    queuedMs: queued ? (before.queuedMs ?? 0) + played : null,
    offset: Math.max(before.offset, beat2.span[1]),
    state: beat2.player[0],
  });
  if (after === void 0) return;
  tell(work, after, denied);
  maybeAsk(work, after, {
    playsUnsaid: played >= UNSAID_MS && before.state !== 'playing' && after.state !== 'playing',
    ended: beat2.cause === 'ended' && beat2.player[1] >= before.lessonMs - END_MS,
  });
}
function tell(work, session, denied) {
  let worst = null;
  for (const [reason, ms] of denied)
    if (ms >= 1e3 && ms > (worst === null ? 0 : (denied.get(worst) ?? 0))) worst = reason;
  if (worst === session.told) return;
  patchSession(work, session.id, { told: worst });
  if (worst !== null) notice(work, session.id, 'denied', worst, denied.get(worst) ?? 0);
}
function tick(work) {
  for (const session of Object.values(work.state.sessions)) {
    if (work.at - session.lastAt >= work.policy.session.silentMs) close(work, session, true);
  }
  const holder = work.state.holder === null ? void 0 : work.state.sessions[work.state.holder];
  if (holder !== void 0) maybeAsk(work, holder);
}
function close(work, session, tellIt) {
  delete work.state.sessions[session.id];
  if (work.state.holder === session.id) work.state.holder = null;
  if (work.state.holder === null) leavePresence(work);
  if (tellIt) notice(work, session.id, 'closed', 'session.silent', 0);
}
function wakeAt(policy, state) {
  const times = Object.values(state.sessions).map((session) => session.lastAt + policy.session.silentMs);
  const presence = presenceWake(state, policy);
  if (presence !== null) times.push(presence);
  return times.length === 0 ? null : Math.min(...times);
}

export { DETECTOR_VERSION, demoPolicy, emptyState, policyOf, Sign, standardPolicy, step, totalsOf, wakeAt };
