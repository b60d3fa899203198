import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openCheckpoint, parseCheckpoint, signCheckpoint } from '../../ledger/checkpoint.ts';
import { NOTE_BYTES_MAX, NoteError, openNote, parseVerifierKey, signerFrom, signNote } from '../../ledger/note.ts';
import { emptyRoot } from '../../ledger/tree.ts';
import { seed, sha256, signer } from './fixture.ts';

/** The vector of the reference implementation (golang.org/x/mod/sumdb/note). */
const vkey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const peterSeed = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1);
const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const signature = 'x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=';
const note = `${text}\n— PeterNeumann ${signature}\n`;
const peter = parseVerifierKey(vkey);

describe('known vector', () => {
  test('opens', () => expect(openNote(note, [peter])).toBe(text));

  test('is signed again byte for byte, by the same verifier key', () => {
    const again = signerFrom('PeterNeumann', peterSeed);
    expect(again.verifierKey).toBe(vkey);
    expect(signNote(text, again)).toBe(note);
  });
});

describe('openNote refuses', () => {
  const line = `— PeterNeumann ${signature}\n`;
  const wrongLater = line.replace('JnAM=', 'JnBM=');
  const hostile: Record<string, string> = {
    'no signature': text,
    'an empty signature block': `${text}\n`,
    'a missing last newline': note.slice(0, -1),
    'a line after the signatures': `${note}Unexpected line.\n`,
    'trailing bytes': `${note}x`,
    'a trailing blank line': `${note}\n`,
    'a control character': `\u0001${note}`,
    'a tab': `\t${note}`,
    'a lone surrogate': `\ud800${note}`,
    'two hyphens for the dash': note.replace('—', '--'),
    'a key name with a space': note.replace('— PeterNeumann', '— Peter Neumann'),
    'a key name with a plus': note.replace('— PeterNeumann', '— Peter+Neumann'),
    'an unpadded signature': note.replace('JnAM=', 'JnAM'),
    'a second spelling of the signature': note.replace('JnAM=', 'JnAN='),
    'a signature without bytes': `${text}\n— PeterNeumann x08gow==\n`,
    'a changed text': note.replace('cryptography', 'cryptographY'),
    'another name for the key': note.replace('— PeterNeumann', '— PeterNewmann'),
    'a wrong signature after the right one': note + wrongLater,
    'a wrong signature before the right one': `${text}\n${wrongLater}${line}`,
    'more than 100 signatures': `${text}\n${line.repeat(101)}`,
    'a huge note': `${'x'.repeat(NOTE_BYTES_MAX)}\n${note}`,
    nothing: '',
  };
  for (const [what, bad] of Object.entries(hostile)) {
    test(what, () => expect(() => openNote(bad, [peter])).toThrow(NoteError));
  }

  test('any note of a key it was not given', () => expect(() => openNote(note, [signer])).toThrow(NoteError));

  test('every single changed character', () => {
    fc.assert(
      fc.property(fc.nat(note.length - 1), fc.integer({ min: 0x20, max: 0x7e }), (at, code) => {
        const changed = note.slice(0, at) + String.fromCharCode(code) + note.slice(at + 1);
        if (changed !== note) expect(() => openNote(changed, [peter])).toThrow(NoteError);
      }),
    );
  });
});

describe('openNote accepts', () => {
  test('unknown cosignatures beside ours, and 100 lines', () => {
    const witness = signNote(text, signer).slice(text.length + 1);
    expect(openNote(note + witness, [peter])).toBe(text);
    expect(openNote(`${text}\n${witness.repeat(99)}— PeterNeumann ${signature}\n`, [peter])).toBe(text);
  });

  test('what any key signed over any text', () => {
    const words = fc.string({ unit: 'grapheme' }).map((s) => `${s.replace(/\p{Cc}/gu, '')}\n`);
    fc.assert(
      fc.property(words, fc.uint8Array({ minLength: 32, maxLength: 32 }), (said, bytes) => {
        const anyone = signerFrom('example.com/任何人', Buffer.from(bytes));
        expect(openNote(signNote(said, anyone), [parseVerifierKey(anyone.verifierKey)])).toBe(said);
      }),
    );
  });
});

describe('verifier keys', () => {
  test('the hash is SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key), first four bytes', () => {
    const key = Buffer.from(signer.verifierKey.split('+').slice(2).join('+'), 'base64');
    const hash = createHash('sha256').update('localhost/attendance/2026\n').update(key).digest('hex').slice(0, 8);
    expect(signer.verifierKey.split('+')[1]).toBe(hash);
    expect(key.length).toBe(33);
    expect(key[0]).toBe(1);
  });

  test('every piece of one, and every changed character, is refused', () => {
    for (let i = 0; i < vkey.length; i += 1) {
      expect(() => parseVerifierKey(vkey.slice(0, i))).toThrow(NoteError);
      if (i > 0) expect(() => parseVerifierKey(vkey.slice(i))).toThrow(NoteError);
      const next = String.fromCharCode(vkey.charCodeAt(i) + 1);
      expect(() => parseVerifierKey(vkey.slice(0, i) + next + vkey.slice(i + 1))).toThrow(NoteError);
    }
    // A key too long and an unknown algorithm, each with its right hash.
    expect(() =>
      parseVerifierKey('PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=='),
    ).toThrow(NoteError);
    expect(() => parseVerifierKey('PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW')).toThrow(
      NoteError,
    );
  });

  test('a name with a space or a plus, or a short seed, makes no signer', () => {
    for (const name of ['', 'a b', 'a+b', 'a\u00a0b', 'a\nb', 'a\u0000b']) {
      expect(() => signerFrom(name, seed)).toThrow(NoteError);
    }
    expect(() => signerFrom('a', seed.subarray(1))).toThrow(NoteError);
  });
});

describe('checkpoints', () => {
  const root = sha256('root');

  test('three lines and a signature', () => {
    const signed = signCheckpoint(7, root, signer);
    expect(
      signed.startsWith(`localhost/attendance/2026\n7\n${root.toString('base64')}\n\n— localhost/attendance/2026 `),
    ).toBe(true);
    expect(openCheckpoint(signed, signer)).toEqual({ origin: 'localhost/attendance/2026', size: 7, root });
    expect(openCheckpoint(signCheckpoint(0, emptyRoot(), signer), signer).size).toBe(0);
  });

  test('refused: other origins, other keys, other spellings, more lines', () => {
    const base64 = root.toString('base64');
    const texts = [
      `o\n07\n${base64}\n`,
      `o\n+7\n${base64}\n`,
      `o\n7.0\n${base64}\n`,
      `o\n-1\n${base64}\n`,
      `o\n\n${base64}\n`,
      `o\n9007199254740993\n${base64}\n`,
      `o\n7\n${base64.slice(0, -1)}\n`,
      `o\n7\n${Buffer.alloc(31).toString('base64')}\n`,
      `o\n7\n${base64}`,
      `o\n7\n${base64}\nextension\n`,
      `\n7\n${base64}\n`,
      '',
    ];
    for (const bad of texts) expect(() => parseCheckpoint(bad), JSON.stringify(bad)).toThrow(NoteError);
    const stranger = signerFrom(signer.name, sha256('another seed'));
    expect(() => openCheckpoint(signCheckpoint(7, root, stranger), signer)).toThrow(NoteError);
    // Signed by our key of this year, but speaking for another tree.
    expect(() => openCheckpoint(signNote(`localhost/attendance/2025\n7\n${base64}\n`, signer), signer)).toThrow(
      NoteError,
    );
  });
});
