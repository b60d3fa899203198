/**
 * A database as the first release left it (commit e58994a, test/fixtures/recorded/old-database):
 * people in the middle of a lesson with held time, questions pending, sealed leaves, alerts.
 *
 * `restoreOldDatabase` guarantees: a database of one's own with exactly that content and that
 * release's schema and migrations table; no later migration has run. Apply `migrate` to go on.
 *
 * Files: `migrations/` the schema, byte for byte; `data.sql.gz` the rows; `secrets.json` the keys they
 * were written with; `expected.json` what stands in them (see `Expected`).
 *
 * Its time is that of the recording. Under the shipped policies what is held lapses on the real clock;
 * hand `lastEventAt` to a judge's clock to go on at once. The sessions named `patient` are under a
 * policy whose brackets and questions last for decades: they go on at any time.
 */
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { inject } from 'vitest';
import { connect } from '../../server/db/pool.ts';
import type { TestDb } from './db.ts';
import type { LessonTotals, Row } from './oldRows.ts';
import { createPage, type Page } from './wire.ts';

const dir = fileURLToPath(new URL('../fixtures/recorded/old-database/', import.meta.url));

export interface Expected {
  readonly commit: string;
  /** ms since the epoch: the time of the last event, and so of the recording's end. */
  readonly lastEventAt: number;
  /** Rows as `sealedSpans`, `leaves` and `evidence` of oldRows.ts read them; `sha256` is their `hashRows`. */
  readonly sealedSpans: { readonly sha256: string; readonly rows: readonly Row[] };
  readonly leaves: { readonly sha256: string; readonly rows: readonly Row[] };
  readonly evidence: { readonly sha256: string; readonly events: number };
  /** `root` as hex. */
  readonly checkpoints: readonly {
    readonly origin: string;
    readonly size: number;
    readonly root: string;
    readonly checkpoint: string;
  }[];
  readonly totals: readonly LessonTotals[];
  readonly pending: readonly {
    readonly person: string;
    readonly session: string;
    readonly prompt: string;
    readonly question: string;
    /** What to answer: the place on the screen. */
    readonly rightChoice: string;
    readonly deadlineAt: number;
  }[];
  /** How many of each `code.rule`. */
  readonly alerts: Readonly<Record<string, number>>;
  /** How many of each `fate reason`. */
  readonly spans: Readonly<Record<string, number>>;
  readonly sessions: readonly OldSession[];
}

/** A session and what its page knew: enough to resume it and to seal the next beat. */
export interface OldSession {
  /** What this person did, in words. */
  readonly name: string;
  readonly session: string;
  readonly person: string;
  readonly trainee: string;
  readonly platform: string;
  readonly class: string;
  readonly lesson: string;
  readonly device: string;
  /** The name in the policy. */
  readonly policy: string;
  readonly closed: boolean;
  readonly holdsLease: boolean;
  /** The last beat that is stored, and its MAC. */
  readonly seq: number;
  readonly mac: string;
  /** base64url: the session's MAC key. */
  readonly key: string;
  /** The nonce that the next beat may carry. */
  readonly nonce: string;
  /** Where the next beat's span begins on the page's clock, and where its player stands, in ms. */
  readonly offset: number;
  readonly position: number;
}

export interface OldSecrets {
  readonly note: string;
  /** base64, as the environment takes them. */
  readonly SECRET_KEY: string;
  readonly LEDGER_KEY: string;
  readonly platforms: Readonly<
    Record<string, { readonly apiKey: string; readonly kid?: string; readonly privatePem?: string }>
  >;
  readonly people: readonly { readonly role: string; readonly username: string; readonly password: string }[];
}

export interface OldDatabase extends TestDb {
  readonly expected: Expected;
  readonly secrets: OldSecrets;
  /** The LEDGER_KEY's bytes. */
  readonly ledgerSeed: Buffer;
  /** The SECRET_KEY's bytes. */
  readonly master: Buffer;
}

/** The page of a session as its tab would still hold it: `proof` resumes it, `seal` makes its next beat. */
export function pageOf({ session, key, nonce, seq, mac }: OldSession): Page {
  return Object.assign(createPage({ session, key, nonce }), { seq, mac });
}

async function json<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(`${dir}${name}`, 'utf8')) as T;
}

/** @param max most connections of its pool. */
export async function restoreOldDatabase(max = 10): Promise<OldDatabase> {
  const adminUrl = inject('postgresUrl');
  if (adminUrl === null) throw new Error('no embedded Postgres on this machine; see the head of this run’s output');
  const name = `t_${randomBytes(8).toString('hex')}`;
  await asAdmin(adminUrl, `create database ${name} template template0`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const db = connect(url.href, { max });
  const drop = async () => {
    await db.end();
    await asAdmin(adminUrl, `drop database if exists ${name} with (force)`);
  };
  try {
    for (const file of (await readdir(`${dir}migrations`)).sort()) {
      await db.query(await readFile(`${dir}migrations/${file}`, 'utf8'));
    }
    await db.query(gunzipSync(await readFile(`${dir}data.sql.gz`)).toString('utf8'));
    const [expected, secrets] = await Promise.all([json<Expected>('expected.json'), json<OldSecrets>('secrets.json')]);
    const bytes = (text: string) => Buffer.from(text, 'base64');
    return {
      url: url.href,
      db,
      drop,
      expected,
      secrets,
      ledgerSeed: bytes(secrets.LEDGER_KEY),
      master: bytes(secrets.SECRET_KEY),
    };
  } catch (error) {
    await drop();
    throw error;
  }
}

async function asAdmin(adminUrl: string, statement: string): Promise<void> {
  const admin = connect(adminUrl, { max: 1 });
  try {
    await admin.query(statement);
  } finally {
    await admin.end();
  }
}
