/**
 * Configuration. The only reader of the environment; it is validated once, before anything
 * starts, and frozen. Guarantees: a process that runs has a usable port, a data directory and
 * real secrets; in production the secrets were given, not made up, and are not guessable.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { findKeptSecret, keptSecret } from './secrets.ts';

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  /** `null`: embedded Postgres in `dataDir`. */
  readonly databaseUrl: string | null;
  /** `null`: one machine. */
  readonly redisUrl: string | null;
  /** Holds the media of lessons that this server delivers. `null`: the demo's, which come with it. */
  readonly mediaDir: string | null;
  /** `null`: nobody is asked for a face, whatever a policy says. A demo has faces unless they are turned off. */
  readonly face: FaceConfig | null;
  readonly demo: boolean;
  readonly production: boolean;
  /** Where the world reaches us, without a trailing slash. `null`: `http://<host>:<port>`. */
  readonly publicUrl: string | null;
  readonly secrets: {
    /** At least 32 bytes; every other key but the ledger's is derived from it. */
    readonly master: Buffer;
    /** 32 bytes: the seed of the ledger's Ed25519 key. */
    readonly ledgerSeed: Buffer;
  };
}

export interface FaceConfig {
  readonly engine:
    | { readonly kind: 'faceApi' }
    | { readonly kind: 'http'; readonly url: string; readonly key: string; readonly model: string };
  /** 32 bytes each. The first seals; all open: destroying one destroys what it sealed, in backups too. */
  readonly keys: readonly [FaceKey, ...FaceKey[]];
  /** Pictures of checks that did not pass are kept so many days; 0: they are not. */
  readonly keepDays: number;
}

export interface FaceKey {
  readonly id: string;
  readonly key: Buffer;
}

/** The configuration cannot be used; each line names a variable and says what to do. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/**
 * The process's own environment: the one place it is read.
 * @param over what the command line says instead.
 */
export function readEnvironment(over: { readonly DATABASE_URL?: string | undefined } = {}): Config {
  return readConfig(over.DATABASE_URL === undefined ? process.env : { ...process.env, ...over });
}

/** What a program needs that only reads what is stored. */
export interface ReadingConfig extends Pick<Config, 'databaseUrl' | 'dataDir'> {
  /** null: neither given nor kept. */
  readonly secrets: { readonly master: Buffer | null; readonly ledgerSeed: Buffer | null };
}

/** The process's own environment, for a program that only reads: makes no secret and no directory. */
export function readForReading(over: { readonly DATABASE_URL?: string | undefined } = {}): ReadingConfig {
  return readReadingConfig(over.DATABASE_URL === undefined ? process.env : { ...process.env, ...over });
}

export function readReadingConfig(env: Readonly<Record<string, string | undefined>>): ReadingConfig {
  const read = parse(env);
  const dataDir = resolve(read.DATA_DIR);
  const text = (name: 'SECRET_KEY' | 'LEDGER_KEY', keptName: string): string | null =>
    read[name] ?? (read.NODE_ENV === 'production' ? null : ofDataDir(() => findKeptSecret(dataDir, keptName)));
  const problems: string[] = [];
  const bytes = (name: 'SECRET_KEY' | 'LEDGER_KEY', keptName: string): Buffer | null => {
    const given = text(name, keptName);
    if (given === null) return null;
    const found = decode(given);
    if (found === null || found.length < 32) problems.push(`${name}: must be 32 random bytes as base64 or hex`);
    return found;
  };
  const secrets = { master: bytes('SECRET_KEY', 'master'), ledgerSeed: bytes('LEDGER_KEY', 'ledgerSeed') };
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze({ databaseUrl: read.DATABASE_URL ?? null, dataDir, secrets });
}

function parse(env: Readonly<Record<string, string | undefined>>): z.infer<typeof environment> {
  // `PORT=` in a shell or a compose file means "not set".
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
}

export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const read = parse(env);
  const production = read.NODE_ENV === 'production';
  // "Configured" is what a deployment states: where data lies and what signs it. A port or a directory is not.
  const configured = [read.DATABASE_URL, read.REDIS_URL, read.SECRET_KEY, read.LEDGER_KEY].some((v) => v !== undefined);
  const dataDir = resolve(read.DATA_DIR);
  const demo = read.DEMO === undefined ? !configured && !production : read.DEMO === '1';
  const keepsSecrets = !production && (read.SECRET_KEY === undefined || read.LEDGER_KEY === undefined);
  // With a database and secrets of its own a process writes nothing there, and may run on a read-only disk.
  if (read.DATABASE_URL === undefined || demo || keepsSecrets) needWritable(dataDir);
  return Object.freeze({
    port: read.PORT,
    host: read.HOST,
    dataDir,
    databaseUrl: read.DATABASE_URL ?? null,
    redisUrl: read.REDIS_URL ?? null,
    mediaDir: read.MEDIA_DIR === undefined ? null : resolve(read.MEDIA_DIR),
    face: readFace(read, demo && !production ? 'faceApi' : 'off', production, dataDir),
    demo,
    production,
    publicUrl: read.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    secrets: readSecrets(read, production, dataDir),
  });
}

/** Asks only: the directory is made by whoever first writes into it. */
function needWritable(dataDir: string): void {
  const problem = (why: string) => new ConfigError([`DATA_DIR: cannot be written (${dataDir}: ${why})`]);
  for (let path = dataDir; ; path = dirname(path)) {
    try {
      if (!statSync(path).isDirectory()) throw problem(path === dataDir ? 'it is a file' : `${path} is a file`);
      accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
      return;
    } catch (error) {
      if (error instanceof ConfigError) throw error;
      const { code } = error as NodeJS.ErrnoException;
      // Not there yet, or below a file: what is above it decides.
      if ((code !== 'ENOENT' && code !== 'ENOTDIR') || path === dirname(path)) throw problem(code ?? 'unknown');
    }
  }
}

const url = (protocols: readonly string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    message: `must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  });

const environment = z.object({
  NODE_ENV: z.string().optional(),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a whole number from 0 to 65535 (0: any free port)')
    .transform(Number)
    .refine((port) => port <= 65_535, 'must be a whole number from 0 to 65535 (0: any free port)')
    .default(3000),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, 'must be a host name or an address')
    .default('127.0.0.1'),
  DATA_DIR: z.string().default('.data'),
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  REDIS_URL: url(['redis:', 'rediss:']).optional(),
  MEDIA_DIR: z.string().optional(),
  DEMO: z.enum(['0', '1'], { message: 'must be 0 or 1' }).optional(),
  PUBLIC_URL: url(['http:', 'https:']).optional(),
  SECRET_KEY: z.string().optional(),
  LEDGER_KEY: z.string().optional(),
  FACE_ENGINE: z.enum(['off', 'faceApi', 'http'], { message: 'must be off, faceApi or http' }).optional(),
  FACE_ENGINE_URL: url(['http:', 'https:']).optional(),
  FACE_ENGINE_KEY: z.string().optional(),
  FACE_ENGINE_MODEL: z
    .string()
    .regex(/^[\w./@-]{1,64}$/, 'must be 1 to 64 letters, digits, . / @ -')
    .optional(),
  FACE_KEYS: z.string().optional(),
  FACE_KEEP_DAYS: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a whole number of days')
    .transform(Number)
    .refine((days) => days <= 180, 'must be 180 days at most: so the notice to trainees says')
    .default(0),
});

type FaceEnvironment = Pick<
  z.infer<typeof environment>,
  'FACE_ENGINE' | 'FACE_ENGINE_URL' | 'FACE_ENGINE_KEY' | 'FACE_ENGINE_MODEL' | 'FACE_KEYS' | 'FACE_KEEP_DAYS'
>;

function readFace(
  read: FaceEnvironment,
  otherwise: NonNullable<FaceEnvironment['FACE_ENGINE']>,
  production: boolean,
  dataDir: string,
): FaceConfig | null {
  const kind = read.FACE_ENGINE ?? otherwise;
  if (kind === 'off') return null;
  const problems: string[] = [];
  const text = read.FACE_KEYS ?? (production ? undefined : `kept:${ofDataDir(() => keptSecret(dataDir, 'face'))}`);
  if (text === undefined)
    problems.push('FACE_KEYS: missing; production needs <id>:<32 random bytes as base64 or hex>, the newest first');
  const keys = (text ?? '').split(',').flatMap((one): FaceKey[] => {
    const [, id, secret] = /^([\w.-]{1,32}):(.+)$/.exec(one.trim()) ?? [];
    const key = secret === undefined ? null : decode(secret);
    if (id !== undefined && key?.length === 32 && !guessable(key)) return [{ id, key }];
    if (text !== undefined) problems.push('FACE_KEYS: each must be <id>:<32 random bytes as base64 or hex>');
    return [];
  });
  if (new Set(keys.map(({ id }) => id)).size < keys.length) problems.push('FACE_KEYS: two keys have the same id');
  const { FACE_ENGINE_URL: address, FACE_ENGINE_KEY: key, FACE_ENGINE_MODEL: model } = read;
  const http = kind === 'http';
  const given = address !== undefined && key !== undefined && model !== undefined;
  if (http && !given) problems.push('FACE_ENGINE_URL, FACE_ENGINE_KEY, FACE_ENGINE_MODEL: FACE_ENGINE=http needs all');
  const [first, ...others] = keys;
  if (problems.length > 0 || first === undefined) throw new ConfigError([...new Set(problems)]);
  const engine: FaceConfig['engine'] = http && given ? { kind: 'http', url: address, key, model } : { kind: 'faceApi' };
  const sealing: FaceConfig['keys'] = [first, ...others];
  return Object.freeze({ engine, keys: sealing, keepDays: read.FACE_KEEP_DAYS });
}

function readSecrets(
  read: { SECRET_KEY?: string | undefined; LEDGER_KEY?: string | undefined },
  production: boolean,
  dataDir: string,
): Config['secrets'] {
  const problems: string[] = [];
  const secret = (name: 'SECRET_KEY' | 'LEDGER_KEY', keptName: string, exactly: boolean): Buffer => {
    const text = read[name] ?? (production ? undefined : ofDataDir(() => keptSecret(dataDir, keptName)));
    const wanted = `${exactly ? '' : 'at least '}32 random bytes as base64 or hex`;
    if (text === undefined) {
      problems.push(`${name}: missing; production needs ${wanted}, e.g. from \`openssl rand -base64 32\``);
      return Buffer.alloc(0);
    }
    const bytes = decode(text);
    if (bytes === null || bytes.length < 32 || (exactly && bytes.length !== 32)) {
      problems.push(`${name}: must be ${wanted}`);
    } else if (guessable(bytes)) {
      problems.push(`${name}: is a default or a pattern, not random; make one with \`openssl rand -base64 32\``);
    }
    return bytes ?? Buffer.alloc(0);
  };
  const master = secret('SECRET_KEY', 'master', false);
  const ledgerSeed = secret('LEDGER_KEY', 'ledgerSeed', true);
  if (problems.length === 0 && master.equals(ledgerSeed)) {
    problems.push('LEDGER_KEY: must differ from SECRET_KEY; whoever reads one must not hold the other');
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze({ master, ledgerSeed });
}

/** A kept secret; what keeps it from being read or written is a matter of DATA_DIR. */
function ofDataDir<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ConfigError([code === undefined ? `DATA_DIR: ${message}` : `DATA_DIR: cannot be written (${message})`]);
  }
}

/** Hex when it can be nothing else, otherwise base64 or base64url; `null` when it is neither. */
function decode(text: string): Buffer | null {
  if (/^([0-9a-fA-F]{2})+$/.test(text) && text.length >= 64) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return Buffer.from(text, 'base64');
  return null;
}

/**
 * 32 random bytes have 30 distinct values on average and fewer than 20 once in 10^9 draws;
 * repeated words, counters of one digit and zeros have far fewer. Readable text is a phrase someone chose.
 */
function guessable(bytes: Buffer): boolean {
  const printable = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  const ascending = bytes.every((byte, i) => i === 0 || byte === (bytes[i - 1] ?? 0) + 1);
  return new Set(bytes).size < 16 || printable || ascending;
}
