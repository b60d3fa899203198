import { describe, expect, it } from 'vitest';
import { buildSdk, OURS } from '../../sdk/build.ts';
import { causes } from '../../sdk/wire.ts';
import { read } from '../support/source.ts';

/** What is defined outside of our own parts: the wire, the page's side, what is stored, what crosses to the Worker. */
const others = [
  ...['sdk/wire.ts', 'sdk/surface.ts', 'sdk/store.ts', 'sdk/keeper.ts'],
  // What is fetched later may be of another build than the script that fetches it.
  ...['sdk/facts.ts', 'sdk/hand.ts', 'sdk/source.ts', 'sdk/faces.ts', 'sdk/face.ts', 'sdk/faceCalls.ts'],
].map((path) => read(path).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''));
/** Of all but the first two, what is an interface; the rest is their own. */
const interfaces = (text: string): string =>
  [
    ...text.matchAll(
      /export interface (?:Kept|Keeper|Ears|FactsWatch|HandWatch|HandNatives|Reads|FacesWatch|FaceRoom|FacePart|ExamFacePart|FaceCalls|Frame)\b[\s\S]*?\n\}/g,
    ),
  ].join('\n');

describe('the bundle', () => {
  it('spells no name short that others read', () => {
    const [wire = '', surface = '', ...rest] = others;
    const read = `${wire}${surface}${rest.map(interfaces).join('')}`;
    const names = new Set([...read.matchAll(/\w+/g)].map(([name]) => name));
    expect(names).toContain('onChallenge');
    expect(names).toContain('endpoint');
    expect(names).toContain('sealed');
    for (const name of ['observe', 'found', 'hear', 'manage', 'decline', 'shown', 'active', 'isTrusted'])
      expect(names).toContain(name);
    expect([...names].filter((name) => OURS.test(name))).toEqual([]);
  });

  it('stays inside its budget, and carries no schema and no threshold of the detector', async () => {
    const { script, module, gzip } = await buildSdk();
    expect(gzip.all).toBeLessThanOrEqual(24 * 1024);
    expect(gzip.ours).toBeLessThanOrEqual(10 * 1024);
    expect(gzip.facts).toBeLessThanOrEqual(3 * 1024);
    expect(gzip.face).toBeLessThanOrEqual(9 * 1024);
    expect(gzip.exam).toBeLessThanOrEqual(14 * 1024);
    for (const bundle of [script, module]) {
      const text = new TextDecoder().decode(bundle);
      expect(text).not.toMatch(/ZodError|strictObject|polling-xhr|firstViewingMax|maxGap/);
      // Only the wire's words, spelt as the wire spells them.
      for (const cause of causes.filter((one) => one !== 'interval' && one !== 'playing'))
        expect(text).toContain(cause);
    }
  });

  it('names no third party in the parts that it fetches', async () => {
    const { parts } = await buildSdk();
    for (const part of Object.values(parts)) expect(/https?:\/\//.test(new TextDecoder().decode(part))).toBe(false);
  });
});
