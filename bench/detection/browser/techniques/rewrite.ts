/**
 * Beats rewritten on their way out. What an honest page would say of the same stretch is put in place of what was
 * seen; `invents` also claims play where nothing played.
 *
 * Each function runs in the page and stands alone. How many were rewritten is kept under a symbol.
 */

/** Where the beat is caught: before it is sealed, by a function that was replaced early or late, or on its way to a Worker. */
export type Caught = 'stringify' | 'encode' | 'postMessage';

export function rewriteBeats(caught: Caught, invents: boolean): void {
  const COUNT = Symbol.for('rewritten');
  const counts = (window.top ?? window) as unknown as Record<symbol, number>;
  counts[COUNT] ??= 0;
  const { parse, stringify } = JSON;
  type Told = Record<string, unknown> & { span: [number, number]; seq: number };
  let media = 0;
  const done = new Map<number, Told>();

  const isBeat = (value: unknown): value is Told => {
    const told = value as Told | null;
    return typeof told === 'object' && told !== null && Array.isArray(told.span) && Array.isArray(told['page']);
  };

  function honest(told: Told): Told {
    const known = done.get(told.seq);
    if (known !== undefined) return known;
    const [from, to] = told.span;
    const ms = to - from;
    const wobble = Math.round(Math.random() * 6 - 3);
    const ticks = Math.round(ms / 100);
    const changed: Told = {
      ...told,
      page: [ms, ms, (told['page'] as number[])[2] === -1 ? -1 : 0],
      busy: 0,
      frames: [Math.round(ms * 0.06), Math.round(ms * 0.025)],
      clocks: [ms, ticks, ticks],
      input: [Math.floor(Math.random() * 4), 0, 0, 0],
      signs: 0,
    };
    if (['hidden', 'blurred', 'anomaly', 'visible', 'focused'].includes(String(told['cause']))) {
      changed['cause'] = 'interval';
    }
    if (told['view'] !== undefined) changed['view'] = [0, 100, 0];
    if (Array.isArray(told['source'])) changed['source'] = ['file', told['source'][1], 0];
    if (invents && ms > 0) {
      const until = media + ms + wobble;
      changed['runs'] = [[media, until, from, to]];
      changed['rates'] = [100];
      changed['player'] = ['playing', until, 100];
      changed['cause'] = 'interval';
      media = until;
    }
    done.set(told.seq, changed);
    counts[COUNT] = (counts[COUNT] ?? 0) + 1;
    return changed;
  }
  const text = (body: string): string => {
    try {
      const value: unknown = parse(body);
      return isBeat(value) ? stringify(honest(value)) : body;
    } catch {
      return body;
    }
  };

  if (caught === 'stringify') {
    JSON.stringify = ((value: unknown, ...of: []) =>
      stringify(isBeat(value) ? honest(value) : value, ...of)) as typeof JSON.stringify;
  } else if (caught === 'encode') {
    const encode = TextEncoder.prototype.encode;
    TextEncoder.prototype.encode = function (said = '') {
      const at = said.indexOf('|{');
      return encode.call(this, at < 0 ? said : said.slice(0, at + 1) + text(said.slice(at + 1)));
    };
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) {
      const at = typeof data === 'string' ? data.indexOf('["beat",') : -1;
      if (at < 0) return send.call(this, data);
      const said = data as string;
      const [kind, sealed] = parse(said.slice(at)) as [string, { body: string }];
      return send.call(this, said.slice(0, at) + stringify([kind, { ...sealed, body: text(sealed.body) }]));
    };
  } else {
    const deep = (value: unknown, depth = 0): unknown => {
      if (isBeat(value)) return honest(value);
      if (typeof value === 'string') return text(value);
      if (depth > 4 || typeof value !== 'object' || value === null) return value;
      if (Array.isArray(value)) return value.map((one) => deep(one, depth + 1));
      if (Object.getPrototypeOf(value) !== Object.prototype) return value;
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, deep(one, depth + 1)]));
    };
    for (const { prototype } of [Worker, MessagePort]) {
      const post = prototype.postMessage as (...of: unknown[]) => void;
      Object.assign(prototype, {
        postMessage(this: Worker, message: unknown, ...of: unknown[]) {
          return post.call(this, deep(message), ...of);
        },
      });
    }
  }
}

export const REWRITTEN = `return globalThis[Symbol.for('rewritten')] ?? 0;`;
