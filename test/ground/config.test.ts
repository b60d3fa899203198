import { existsSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../server/config.ts';
import { derive } from '../../server/secrets.ts';
import { absent } from '../support/absent.ts';
import { testDir, testEnv } from '../support/config.ts';

let dir: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ dir, remove } = await testDir());
});
afterEach(() => remove());

const production = (over: Record<string, string | undefined> = {}) =>
  testEnv({ NODE_ENV: 'production', DATA_DIR: dir, DEMO: undefined, ...over });

const problems = (env: Record<string, string | undefined>): string => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join('\n');
    throw error;
  }
  return 'accepted';
};

describe('production', () => {
  it('starts with real secrets', () => {
    const config = readConfig(production());
    expect(config.production).toBe(true);
    expect(config.demo).toBe(false);
    expect(config.secrets.ledgerSeed).toHaveLength(32);
  });

  it.each(['SECRET_KEY', 'LEDGER_KEY'])('refuses to start without %s and says how to make one', (name) => {
    const said = problems(production({ [name]: undefined }));
    expect(said).toContain(`${name}: missing`);
    expect(said).toContain('openssl rand');
  });

  it('treats an empty secret as a missing one', () => {
    expect(problems(production({ SECRET_KEY: '' }))).toContain('SECRET_KEY: missing');
  });

  it.each([
    ['short', Buffer.from('0123456789abcdef').toString('base64')],
    ['words', 'changeme'],
    ['a sentence in base64', Buffer.from('please-change-this-secret-before-production').toString('base64')],
    ['zeros', '0'.repeat(64)],
    ['one repeated word', Buffer.from('deadbeef'.repeat(8), 'hex').toString('base64')],
    ['a counter', Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('hex')],
    ['not base64', '密钥密钥密钥密钥密钥密钥密钥密钥密钥密钥密钥密钥'],
  ])('refuses a secret that is %s', (_what, value) => {
    expect(problems(production({ SECRET_KEY: value }))).toMatch(/^SECRET_KEY: (must be|is a default)/);
  });

  it('refuses a ledger key that is the master key, or is not 32 bytes', () => {
    const { SECRET_KEY } = testEnv();
    expect(problems(production({ LEDGER_KEY: SECRET_KEY }))).toContain('LEDGER_KEY: must differ');
    const long = `${readConfig(production()).secrets.master.toString('hex').slice(0, 62)}abcdef`;
    expect(problems(production({ LEDGER_KEY: long }))).toContain('LEDGER_KEY: must be 32');
  });

  it('never shows a secret in its message', () => {
    const secret = Buffer.from('please-change-this-secret-before-production').toString('base64');
    expect(problems(production({ SECRET_KEY: secret }))).not.toContain(secret);
  });
});

describe('values', () => {
  it.each(['http', '-1', '65536', '80.5', '0x50', '٣٠٠٠'])('refuses PORT=%s and says what a port is', (PORT) => {
    expect(problems(testEnv({ DATA_DIR: dir, PORT }))).toBe(
      'PORT: must be a whole number from 0 to 65535 (0: any free port)',
    );
  });

  it('names every wrong variable at once', () => {
    const said = problems(testEnv({ DATA_DIR: dir, PORT: 'x', DATABASE_URL: 'mysql://x', DEMO: 'yes' }));
    expect(said).toContain('PORT:');
    expect(said).toContain('DATABASE_URL: must be a URL that starts with postgres://');
    expect(said).toContain('DEMO: must be 0 or 1');
  });

  it('does not repeat a database password in its message', () => {
    expect(problems(testEnv({ DATA_DIR: dir, DATABASE_URL: 'mysql://u:hunter2@h/d' }))).not.toContain('hunter2');
  });

  it('is frozen', () => {
    const config = readConfig(testEnv({ DATA_DIR: dir }));
    expect(Object.isFrozen(config) && Object.isFrozen(config.secrets)).toBe(true);
  });
});

/** A directory in which this very process may make nothing: root passes permissions, but not sysfs. */
function readOnly(): string | null {
  const locked = join(dir, 'locked');
  mkdirSync(locked, { mode: 0o555 });
  for (const place of [locked, '/sys']) {
    try {
      mkdirSync(join(place, 'probe'));
      rmdirSync(join(place, 'probe'));
    } catch {
      return place;
    }
  }
  return null;
}

describe('DATA_DIR', () => {
  it.each([
    ['is a file', () => join(dir, 'file'), /^DATA_DIR: cannot be written \(.*file: it is a file\)$/],
    ['lies below a file', () => join(dir, 'file', 'data'), /^DATA_DIR: cannot be written \(.*file is a file\)$/],
  ])('is refused when it %s', (_what, path, words) => {
    writeFileSync(join(dir, 'file'), '');
    expect(problems({ DATA_DIR: path() })).toMatch(words);
    // Only who writes nothing there may go on.
    if (path().startsWith(dir)) expect(problems(testEnv({ DATA_DIR: path() }))).toMatch(words);
    expect(problems(testEnv({ DATA_DIR: path(), DATABASE_URL: 'postgres://h/d' }))).toBe('accepted');
  });

  it('is refused when it is read-only', (context) => {
    const locked = readOnly();
    if (locked === null) return absent(context, 'no read-only place on this machine');
    expect(problems({ DATA_DIR: join(locked, 'data') })).toMatch(/^DATA_DIR: cannot be written/);
    expect(problems(testEnv({ DATA_DIR: join(locked, 'data'), DATABASE_URL: 'postgres://h/d' }))).toBe('accepted');
  });

  it('is not made by asking', () => {
    expect(problems(testEnv({ DATA_DIR: join(dir, 'later') }))).toBe('accepted');
    expect(existsSync(join(dir, 'later'))).toBe(false);
  });
});

describe('a newcomer’s start', () => {
  it('makes secrets once, for its owner only, and finds them again', () => {
    const first = readConfig({ DATA_DIR: dir });
    const second = readConfig({ DATA_DIR: dir });
    expect(second.secrets.master.equals(first.secrets.master)).toBe(true);
    expect(first.secrets.master).toHaveLength(32);
    expect(statSync(join(dir, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('refuses a damaged secrets file instead of making new keys', () => {
    readConfig({ DATA_DIR: dir });
    const path = join(dir, 'secrets.json');
    const whole = readFileSync(path, 'utf8');
    expect(whole).toContain('master');
    // What a full disk leaves of a file that is not written by rename.
    for (const text of ['[]', whole.slice(0, 20)]) {
      expect(() => {
        writeFileSync(path, text);
        readConfig({ DATA_DIR: dir });
      }).toThrow();
    }
  });

  it('says where its secrets file is damaged, and quotes none of it', () => {
    const secret = readConfig({ DATA_DIR: dir }).secrets.master.toString('base64url');
    const path = join(dir, 'secrets.json');
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -4));
    expect(problems({ DATA_DIR: dir })).toBe(`DATA_DIR: ${path} is damaged; restore it from a backup`);
    expect(problems({ DATA_DIR: dir })).not.toContain(secret.slice(0, 8));
    writeFileSync(path, '{"master": 7}');
    expect(problems({ DATA_DIR: dir })).toContain('is damaged');
  });

  it('shows the demo only when nothing is configured', () => {
    expect(readConfig({ DATA_DIR: dir, PORT: '4000' }).demo).toBe(true);
    expect(readConfig({ DATA_DIR: dir, DEMO: '0' }).demo).toBe(false);
    expect(readConfig({ DATA_DIR: dir, DATABASE_URL: 'postgres://h/d' }).demo).toBe(false);
    expect(readConfig({ DATA_DIR: dir, DATABASE_URL: 'postgres://h/d', DEMO: '1' }).demo).toBe(true);
  });
});

it('derives a different key for each purpose, and the same one each time', () => {
  const master = Buffer.alloc(32, 7);
  expect(derive(master, 'person').equals(derive(master, 'person'))).toBe(true);
  expect(derive(master, 'person').equals(derive(master, 'seal'))).toBe(false);
  expect(derive(master, 'seal')).toHaveLength(32);
});

describe('faces', () => {
  const random = Buffer.from('9f1c0d4e9b8a36525f4e3d2c1b0a99887766554433221100ffeeddccbbaa9988', 'hex').toString(
    'base64',
  );
  const other = Buffer.from('1f2c3d4e5b6a76525f4e3d2c1b0a99887766554433221100ffeeddccbbaa9977', 'hex').toString('hex');

  it('are off unless an engine is named', () => {
    expect(readConfig(production()).face).toBeNull();
    expect(readConfig(production({ FACE_ENGINE: 'off', FACE_KEYS: 'nonsense' })).face).toBeNull();
  });

  it('are on in a demo that says nothing of them, so that a newcomer can try them, and off where it says so', () => {
    expect(readConfig(testEnv({ DATA_DIR: dir, DEMO: '1' })).face).toMatchObject({ engine: { kind: 'faceApi' } });
    expect(readConfig(testEnv({ DATA_DIR: dir, DEMO: '1', FACE_ENGINE: 'off' })).face).toBeNull();
    expect(readConfig(production({ DEMO: '1' })).face).toBeNull();
  });

  it('take their keys by id, the first to seal', () => {
    const face = readConfig(production({ FACE_ENGINE: 'faceApi', FACE_KEYS: `b:${random},a:${other}` })).face;
    expect(face).toMatchObject({ engine: { kind: 'faceApi' }, keepDays: 0 });
    expect(face?.keys.map(({ id, key: { length } }) => [id, length])).toEqual([
      ['b', 32],
      ['a', 32],
    ]);
  });

  it('keep a key of their own where none is given, outside production', () => {
    const env = testEnv({ DATA_DIR: dir, FACE_ENGINE: 'faceApi' });
    expect(readConfig(env).face?.keys).toEqual(readConfig(env).face?.keys);
  });

  it.each([
    [{}, 'FACE_KEYS: missing'],
    [{ FACE_KEYS: 'short:abc' }, 'FACE_KEYS: each must be'],
    [{ FACE_KEYS: `a:${'0'.repeat(64)}` }, 'FACE_KEYS: each must be'],
    [{ FACE_KEYS: random }, 'FACE_KEYS: each must be'],
    [{ FACE_KEYS: `a:${random},a:${other}` }, 'FACE_KEYS: two keys'],
    [{ FACE_KEYS: `a:${random}`, FACE_ENGINE: 'http' }, 'FACE_ENGINE_URL'],
    [{ FACE_KEYS: `a:${random}`, FACE_KEEP_DAYS: '400' }, 'FACE_KEEP_DAYS: must be 180'],
    [{ FACE_ENGINE: 'magic' }, 'FACE_ENGINE: must be'],
  ])('refuse %j', (over, said) => {
    const problem = problems(production({ FACE_ENGINE: 'faceApi', ...over }));
    expect(problem).toContain(said);
    expect(problem).not.toContain(random);
  });
});
