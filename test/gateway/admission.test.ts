import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BEAT_BYTES_MAX, type Beat, type SealedBeat } from '../../sdk/wire.ts';
import { admit, type Chain, compareOld, firstChain } from '../../server/gateway/admission.ts';
import { createFreshness } from '../../server/gateway/freshness.ts';
import { closingKey, createKeys, link } from '../../server/gateway/keys.ts';
import { createPage, type Page } from '../support/wire.ts';

const keys = createKeys(randomBytes(32));
const session = 'session-0001';
const fresh = () => {
  const key = keys.mac(session);
  const page = createPage({ session, key: key.toString('base64url'), nonce: keys.nonce(session, 0) });
  return { page, chain: firstChain(session, key, createFreshness()) };
};
const kind = (chain: Chain, sealed: SealedBeat) => {
  const admission = admit(keys, chain, sealed);
  return admission.kind === 'refused' ? admission.code : admission.kind;
};
function through(chain: Chain, sealed: SealedBeat): Chain {
  const admission = admit(keys, chain, sealed);
  if (admission.kind !== 'next') throw new Error(kind(chain, sealed));
  return admission.chain;
}

describe('nonces', () => {
  it('name their index, and no other text does', () => {
    const nonce = keys.nonce(session, 12);
    expect(keys.nonceIndex(session, nonce)).toBe(12);
    for (const wrong of [
      nonce.toUpperCase(),
      `0${nonce}`,
      nonce.replace('c.', 'd.'),
      'c.',
      '.',
      '',
      '-1.aaaaaaaaaaaaaaaa',
    ])
      expect(keys.nonceIndex(session, wrong)).toBeNull();
    expect(keys.nonceIndex('session-0002', nonce)).toBeNull();
  });
});

describe('admission', () => {
  it('takes beats in order, each over the one before', () => {
    const { page, chain } = fresh();
    const first = page.seal();
    const second = page.seal();
    expect(kind(chain, second)).toBe('gap');
    const after = through(chain, first);
    expect(after.seq).toBe(1);
    expect(through(after, second).seq).toBe(2);
  });

  it('knows the last beat again, byte for byte', () => {
    const { page, chain } = fresh();
    const first = page.seal();
    const after = through(chain, first);
    expect(kind(after, first)).toBe('again');
    expect(kind(after, { ...first, body: first.body.replace('600', '601') })).toBe('beatMac');
  });

  it('leaves an older number to the store’s MACs', () => {
    const { page, chain } = fresh();
    const first = page.seal();
    const after = through(through(chain, first), page.seal());
    expect(kind(after, first)).toBe('old');
    const stored = { mac: first.mac, previousMac: session };
    expect(compareOld(chain.key, first, stored)).toBe('again');
    const { page: twin } = fresh();
    expect(compareOld(chain.key, twin.seal({ stalled: 5 }), stored)).toBe('beatReplayed');
    expect(compareOld(chain.key, { ...first, mac: 'x'.repeat(43) }, stored)).toBe('beatMac');
    expect(compareOld(chain.key, first, null)).toBe('beatMac');
  });

  it('refuses a used number over the current head', () => {
    const { page, chain } = fresh();
    const after = through(chain, page.seal());
    expect(kind(after, page.forge({ seq: 1 }))).toBe('beatReplayed');
    expect(kind(after, page.forge({ seq: 3 }))).toBe('gap');
  });

  it.each<[string, Record<string, unknown>]>([
    ['a field nobody knows', { extra: 1 }],
    ['a missing field', { runs: undefined }],
    ['text for a number', { stalled: '0' }],
    ['a fraction', { stalled: 0.5 }],
    ['a negative', { stalled: -1 }],
    ['a huge number', { stalled: 1e300 }],
    ['a run backwards', { runs: [[10, 5, 0, 5]] }],
    ['too many runs', { runs: Array.from({ length: 9 }, () => [0, 1, 0, 1]) }],
    ['a span backwards', { span: [10, 5] }],
    ['an unknown cause', { cause: 'because' }],
    ['an unknown state', { player: ['flying', 0, 100] }],
    ['signs of tomorrow', { signs: 512 }],
    ['an array for an object', { seq: [1] }],
    ['null', { page: null }],
  ])('refuses a sealed body with %s', (_what, patch) => {
    const { page, chain } = fresh();
    expect(kind(chain, page.forge(patch as never))).toBe('beatMalformed');
  });

  it.each([
    ['text', 'nonsense'],
    ['a number', '12'],
    ['null', 'null'],
    ['a list', '[]'],
    ['brackets as deep as fit', '['.repeat(1024) + ']'.repeat(1024)],
    ['objects as deep as fit', `${'{"a":'.repeat(330)}1${'}'.repeat(330)}`],
    ['a prototype', '{"__proto__":{"seq":1},"seq":1}'],
    ['half a character', '{"seq":1,"cause":"\ud800"}'],
  ])('refuses %s, sealed or not', (_what, body) => {
    const { page, chain } = fresh();
    const sealed = { ...page.forge(), body };
    expect(['beatMac']).toContain(kind(chain, sealed));
    const { mac } = sealBytes(page.key, session, body);
    expect(kind(chain, { body, mac, queued: false })).toBe('beatMalformed');
  });

  it.each<[string, (body: string) => string]>([
    ['a blank', (body) => body.replace(':', ': ')],
    ['a line’s end', (body) => `${body}\n`],
    ['a byte order mark', (body) => `\ufeff${body}`],
    ['a key twice', (body) => body.replace('{', '{"stalled":0,')],
    ['half a character under a key that comes again', (body) => body.replace('{', '{"nonce":"\ud800",')],
    ['the same, escaped', (body) => body.replace('{', '{"nonce":"\\ud800",')],
    ['a NUL under a key that comes again', (body) => body.replace('{', '{"nonce":"\\u0000",')],
    ['a prototype', (body) => body.replace('{', '{"__proto__":{"seq":9},')],
    ['a letter of a key escaped', (body) => body.replace('"seq"', '"s\\u0065q"')],
    ['a letter of a word escaped', (body) => body.replace('"interval"', '"\\u0069nterval"')],
    ['minus zero', (body) => body.replace('"stalled":0', '"stalled":-0')],
    ['an exponent', (body) => body.replace('"stalled":0', '"stalled":1e3')],
    ['a point', (body) => body.replace('"stalled":0', '"stalled":0.0')],
    ['more digits than a number holds', (body) => body.replace('"stalled":0', '"stalled":0.00000000000000000001e20')],
  ])('refuses another spelling of an honest body: %s', (_what, respell) => {
    const { page, chain } = fresh();
    const honest = page.forge();
    expect(kind(chain, honest)).toBe('next');
    const body = respell(honest.body);
    expect(body).not.toBe(honest.body);
    expect(kind(chain, { body, mac: page.sealText(body, session), queued: false })).toBe('beatMalformed');
  });

  it('measures the body in bytes, before anything else', () => {
    const { page, chain } = fresh();
    const body = `"${'学'.repeat(BEAT_BYTES_MAX / 2)}"`;
    expect(kind(chain, { ...page.forge(), body })).toBe('tooLarge');
  });

  it('wants a nonce it issued to this session, no older than the last used', () => {
    const { page, chain } = fresh();
    expect(kind(chain, page.forge({ nonce: 'made-up-nonce' }))).toBe('beatNonce');
    expect(kind(chain, page.forge({ nonce: keys.nonce('session-0002', 0) }))).toBe('beatNonce');
    expect(kind(chain, page.forge({ nonce: keys.nonce(session, 1) }))).toBe('beatNonce');
    let after = through(chain, page.seal());
    page.nonce = keys.nonce(session, 1);
    after = through(after, page.seal());
    expect(kind(after, page.forge({ nonce: keys.nonce(session, 0) }))).toBe('beatNonce');
    expect(kind(after, page.forge({ nonce: keys.nonce(session, 1) }))).toBe('next');
    expect(kind(after, page.forge({ nonce: keys.nonce(session, 2) }))).toBe('next');
  });

  it('takes nothing after the closing beat', () => {
    const { page, chain } = fresh();
    const after = through(chain, page.seal({ cause: 'closing' }));
    expect(kind(after, page.seal())).toBe('sessionClosed');
  });

  describe('of the key that a page is lent for its last beat', () => {
    /** A beat after `previous`, sealed with the key for number `seq`. */
    const lent = (chain: Chain, page: Page, seq: number, patch: Partial<Beat> = {}, previous = chain.mac) => {
      const { body } = page.forge({ seq: chain.seq + 1, cause: 'closing', ...patch });
      return { body, mac: link(closingKey(chain.key, seq), previous, body), queued: false };
    };

    it('takes the one closing beat of its number, knows it again, and takes no second', () => {
      const { page, chain } = fresh();
      const after = through(chain, page.seal());
      const last = lent(after, page, 2);
      const ended = through(after, last);
      expect(ended).toMatchObject({ seq: 2, ended: true });
      expect(kind(ended, last)).toBe('again');
      const stored = { mac: last.mac, previousMac: after.mac };
      expect(compareOld(chain.key, last, stored)).toBe('again');
      const second = lent(after, page, 2, { stalled: 7 });
      expect(kind(ended, second)).toBe('old');
      expect(compareOld(chain.key, second, stored)).toBe('beatReplayed');
      expect(kind(ended, lent(ended, page, 3))).toBe('sessionClosed');
    });

    it.each<[string, (chain: Chain, page: Page) => SealedBeat]>([
      ['another cause', (chain, page) => lent(chain, page, 2, { cause: 'interval' })],
      // Whatever it carries of the words that are looked for.
      [
        'the word in another place',
        (chain, page) => {
          const { body } = page.forge({ seq: 2 });
          const both = body.replace('"cause":"interval"', '"cause":"closing","cause":"interval"');
          return { body: both, mac: link(closingKey(chain.key, 2), chain.mac, both), queued: false };
        },
      ],
      ['the key of an earlier number', (chain, page) => lent(chain, page, 1)],
      ['the key of a later number', (chain, page) => lent(chain, page, 3)],
      ['another chain', (chain, page) => lent(chain, page, 2, {}, session)],
    ])('refuses %s', (_what, made) => {
      const { page, chain } = fresh();
      const after = through(chain, page.seal());
      expect(['beatMac', 'beatMalformed']).toContain(kind(after, made(after, page)));
    });

    it.each([1, 3])('refuses its own number’s key on number %i', (seq) => {
      const { page, chain } = fresh();
      const after = through(chain, page.seal());
      expect(['beatMac', 'gap', 'old']).toContain(kind(after, lent(after, page, 2, { seq })));
    });
  });

  it('admits exactly the sealed sequence, whatever is lost, doubled, swapped or bent on the way', () => {
    const { page } = fresh();
    const sent = Array.from({ length: 8 }, () => page.seal());
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(7), fc.option(fc.nat(200), { nil: null })), { maxLength: 60 }),
        (arrivals) => {
          let { chain } = fresh();
          const admitted: number[] = [];
          for (const [index, bent] of arrivals) {
            const sealed = sent[index]!;
            const body = bent === null ? sealed.body : `${sealed.body.slice(0, bent)}~${sealed.body.slice(bent + 1)}`;
            const admission = admit(keys, chain, { ...sealed, body });
            if (admission.kind !== 'next') continue;
            admitted.push(admission.beat.seq);
            chain = admission.chain;
          }
          expect(admitted).toEqual(admitted.map((_, i) => i + 1));
        },
      ),
    );
  });
});

function sealBytes(key: Buffer, previous: string, body: string): { mac: string } {
  return { mac: createPage({ session, key: key.toString('base64url'), nonce: 'n' }).sealText(body, previous) };
}
