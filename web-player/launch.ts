/**
 * Turns the page's launch link into a ticket and what there is to show.
 * Guarantees: every call mints a fresh ticket (a ticket opens one session); every
 * failure is one of four kinds, each with words and a way forward on the page.
 */
export interface Launched {
  readonly ticket: string;
  readonly lesson: {
    readonly id: string;
    readonly title: string;
    readonly durationMs: number;
    readonly mediaUrl: string;
    /** Its address comes with the session, from the SDK; absent: an older server, which knows `mediaUrl` alone. */
    readonly fromSession?: boolean;
  };
  readonly trainee: { readonly name: string };
  readonly class: { readonly id: string; readonly name: string };
}

export type LaunchFailure = 'missing' | 'refused' | 'unreachable';

export type LaunchResult<T = Launched> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: LaunchFailure; readonly code: string | null };

export const launch = (link: string | null): Promise<LaunchResult> => trade<Launched>('/v1/player/launch', link);

/** The same for whatever a link is traded for. */
export async function trade<T>(path: string, link: string | null): Promise<LaunchResult<T>> {
  if (!link) return { ok: false, failure: 'missing', code: null };
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ launch: link }),
      signal: AbortSignal.timeout(15_000),
    });
    if (response.ok) return { ok: true, value: (await response.json()) as T };
    // 4xx speaks of the link, except "slow down"; anything else is ours and may pass.
    const failure = response.status >= 500 || response.status === 429 ? 'unreachable' : 'refused';
    return { ok: false, failure, code: await errorCode(response) };
  } catch {
    return { ok: false, failure: 'unreachable', code: null };
  }
}

async function errorCode(response: Response): Promise<string> {
  try {
    const body = (await response.json()) as { error?: { code?: string } };
    return body.error?.code ?? String(response.status);
  } catch {
    return String(response.status);
  }
}
