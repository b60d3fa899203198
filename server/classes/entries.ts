/** What the catalogue answers, and the questions: shapes only, for whoever is handed the catalogue. */
import type { DeliveredBy } from '../../detector/index.ts';

/** One trainee in one class at one lesson, as the platform that sent the ticket has filed it. */
export interface Enrolment {
  readonly personKey: string;
  /** GB/T 2260, six digits. */
  readonly region: string;
  /** 国家职业分类大典, e.g. 6-31-01-03. */
  readonly occupationCode: string;
  readonly className: string;
  readonly lessonTitle: string;
  readonly lessonMs: number;
  readonly mediaUrl: string;
  /** Who delivers the lesson's media and tells of it; absent or `null`: nobody. */
  readonly delivery?: DeliveredBy | null;
  /** Where `delivery` is `server`: the file, under the media directory. */
  readonly mediaFile?: string | null;
  readonly policyHash: string;
  /** For the trainee's own page only; everyone else sees it masked. */
  readonly traineeName: string;
}

/** A key with which a platform signs its own tickets. `alg` is pinned here, never read from a ticket. */
export interface PlatformKey {
  readonly alg: 'ES256' | 'RS256';
  readonly publicPem: string;
}

/** `null`: they do not belong together, or one does not exist; the caller learns no more than that. */
export type FindEnrolment = (
  platformId: string,
  traineeId: string,
  classId: string,
  lessonId: string,
) => Promise<Enrolment | null>;

/** `null`: unknown or retired. */
export type FindPlatformKey = (platformId: string, kid: string) => Promise<PlatformKey | null>;
