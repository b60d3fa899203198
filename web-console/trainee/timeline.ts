/**
 * From a day's sessions to what is drawn. Guarantees: no span is dropped; what is drawn
 * together is one session, one fate, one reason and without a gap worth seeing; sessions
 * close in time share one axis, so that overlap is visible. Pure.
 */
import type { AlertView } from '../../server/alerts/alert.ts';
import type { SpanView, TimelineSession } from '../../server/review/view.ts';

export interface Block {
  /** ms since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly fate: SpanView['fate'];
  readonly reason: string;
  readonly reasonWords: SpanView['reasonWords'];
  readonly seconds: number;
  readonly spans: number;
}

export interface Mark {
  readonly at: number;
  readonly alert: AlertView;
}

export interface Row {
  readonly session: TimelineSession;
  readonly from: number;
  readonly to: number;
  readonly blocks: readonly Block[];
  readonly alerts: readonly Mark[];
}

/** Rows on one axis. */
export interface Cluster {
  readonly from: number;
  readonly to: number;
  readonly rows: readonly Row[];
}

/** Beats arrive some hundred ms apart from where they end: a smaller gap is no gap. */
const JOIN_MS = 2000;
/** Sessions further apart get an axis of their own, or short ones would be slivers. */
const APART_MS = 30 * 60_000;
/** An axis is never shorter, or the first beat would fill it. */
const AXIS_MIN_MS = 60_000;

export function blocksOf(spans: readonly SpanView[]): Block[] {
  const blocks: Block[] = [];
  const open = new Map<string, number>();
  const byStart = [...spans].sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
  for (const span of byStart) {
    const [from, to] = [Date.parse(span.from), Date.parse(span.to)];
    const key = `${span.fate} ${span.reason}`;
    const index = open.get(key);
    const last = index === undefined ? undefined : blocks[index];
    if (last && index !== undefined && from - last.to <= JOIN_MS && !interrupted(blocks, index, last.to)) {
      blocks[index] = {
        ...last,
        to: Math.max(last.to, to),
        seconds: last.seconds + span.seconds,
        spans: last.spans + 1,
      };
      continue;
    }
    open.set(key, blocks.length);
    const { fate, reason, reasonWords, seconds } = span;
    blocks.push({ from, to, fate, reason, reasonWords, seconds, spans: 1 });
  }
  return blocks;
}

/** Whether another block of the same fate began since: joining over it would hide it. */
function interrupted(blocks: readonly Block[], index: number, to: number): boolean {
  const fate = blocks[index]?.fate;
  return blocks.some((block, i) => i > index && block.fate === fate && block.from >= to);
}

export function clustersOf(sessions: readonly TimelineSession[], alerts: readonly AlertView[]): Cluster[] {
  const rows = sessions.map((session) => rowOf(session, alerts)).sort((a, b) => a.from - b.from);
  const clusters: { from: number; to: number; rows: Row[] }[] = [];
  for (const row of rows) {
    const last = clusters.at(-1);
    if (last && row.from - last.to < APART_MS) {
      last.to = Math.max(last.to, row.to);
      last.rows.push(row);
    } else clusters.push({ from: row.from, to: row.to, rows: [row] });
  }
  return clusters.map((cluster) => ({ ...cluster, to: Math.max(cluster.to, cluster.from + AXIS_MIN_MS) }));
}

/** A session silent until it was closed would stretch its axis: it ends with the last thing that happened. */
function rowOf(session: TimelineSession, alerts: readonly AlertView[]): Row {
  const blocks = blocksOf(session.spans);
  const marks = alerts
    .filter((alert) => alert.sessions.includes(session.sessionId))
    .map((alert) => ({ at: Date.parse(alert.at), alert }));
  const opened = Date.parse(session.openedAt);
  const begins = blocks.reduce((first, block) => Math.min(first, block.from), opened);
  const ends = [
    ...blocks.map((block) => block.to),
    ...marks.map((mark) => mark.at),
    ...session.prompts.map((prompt) => Date.parse(prompt.issuedAt)),
  ];
  return {
    session,
    from: begins,
    to: ends.reduce((last, at) => Math.max(last, at), opened),
    blocks,
    alerts: marks,
  };
}

const steps = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400].map((seconds) => seconds * 1000);

/** Round instants between `from` and `to`, at most `most` of them. */
export function ticksOf(from: number, to: number, most: number): number[] {
  const step = steps.find((each) => (to - from) / each <= most) ?? 21_600_000;
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(at);
  return ticks;
}
