/**
 * HTTP to the server. Guarantees: the only credential is the httpOnly cookie, which no
 * script of this page can read; every failure is an `ApiError` with words in both
 * languages; a session that ended is told once to whoever listens.
 */
import type { Words } from '../../sdk/wire.ts';
import type { AlertView } from '../../server/alerts/alert.ts';
import type { AlertStatus, Decision } from '../../server/alerts/status.ts';
import type { Principal } from '../../server/auth/principal.ts';
import type { DrawView, TaskView } from '../../server/exams/supervision/routes.ts';
import type { ClassResultView, ExamView, TimelineView as SittingView } from '../../server/exams/view.ts';
import type { ErrorBody } from '../../server/http/schemas.ts';
import type { HoursView, OverviewView, TimelineView } from '../../server/review/view.ts';

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly words: Words;
  constructor(status: number, code: string, words: Words) {
    super(words.en);
    this.status = status;
    this.code = code;
    this.words = words;
  }
}

const unreachable: Words = {
  zh: '连接不上服务器，请检查网络后重试',
  en: 'The server cannot be reached; check the network and try again.',
};

let onLoggedOut: () => void = () => undefined;
/** Called when the server no longer knows who we are. */
export function whenLoggedOut(tell: () => void): void {
  onLoggedOut = tell;
}

async function call<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
  } catch {
    throw new ApiError(0, 'unreachable', unreachable);
  }
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
  const error = await failure(response);
  if (error.code === 'unauthenticated' && path !== '/v1/auth/me') onLoggedOut();
  throw error;
}

async function failure(response: Response): Promise<ApiError> {
  try {
    const { error } = (await response.json()) as ErrorBody;
    return new ApiError(response.status, error.code, { zh: error.message, en: error.messageEn });
  } catch {
    return new ApiError(response.status, String(response.status), unreachable);
  }
}

function query(values: Readonly<Record<string, string | number | null | undefined>>): string {
  const set = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return set.length ? `?${new URLSearchParams(set.map(([key, value]) => [key, String(value)]))}` : '';
}

const at = encodeURIComponent;

export const api = {
  me: () => call<{ principal: Principal }>('GET', '/v1/auth/me'),
  login: (username: string, password: string) =>
    call<{ principal: Principal }>('POST', '/v1/auth/login', { username, password }),
  logout: () => call<void>('POST', '/v1/auth/logout'),
  overview: () => call<OverviewView>('GET', '/v1/overview'),
  alerts: (of: { status?: AlertStatus; traineeId?: string; limit?: number } = {}) =>
    call<{ alerts: AlertView[]; next: string | null }>('GET', `/v1/alerts${query(of)}`),
  decide: (id: string, decision: Decision, note: string) =>
    call<{ alert: AlertView }>('POST', `/v1/alerts/${at(id)}/decisions`, { decision, note }),
  timeline: (traineeId: string, date: string) =>
    call<TimelineView>('GET', `/v1/trainees/${at(traineeId)}/timeline${query({ date })}`),
  hours: (traineeId: string) => call<HoursView>('GET', `/v1/trainees/${at(traineeId)}/hours`),
  exams: () => call<{ exams: ExamView[] }>('GET', '/v1/exams'),
  sittings: (examId: string) =>
    call<{ results: ClassResultView[]; truncated: boolean }>('GET', `/v1/exams/${at(examId)}/results`),
  sitting: (id: string) => call<SittingView>('GET', `/v1/exams/sittings/${at(id)}`),
  draws: (examId: string) => call<{ draws: DrawView[] }>('GET', `/v1/exams/${at(examId)}/supervision`),
  draw: (examId: string, reason: string | null) =>
    call<{ draws: DrawView[] }>('POST', `/v1/exams/${at(examId)}/supervision`, { reason }),
  tasks: () => call<{ tasks: TaskView[] }>('GET', '/v1/exams/supervisions'),
  report: (drawId: string, attended: boolean, remarks: string) =>
    call<{ id: string }>('POST', `/v1/exams/supervisions/${at(drawId)}/reports`, { attended, remarks }),
};

/** What to show of a failure that may be anything. */
export function wordsOf(error: unknown): Words {
  return error instanceof ApiError
    ? error.words
    : { zh: '出现意外错误，请重试', en: 'Something unexpected failed; try again.' };
}
