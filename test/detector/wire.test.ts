/** The wire and the detector know nothing of each other, and mean the same by the same numbers. */
import { expect, it } from 'vitest';
import * as detector from '../../detector/event.ts';
import { type Beat, Sign, sources, Unseen } from '../../sdk/wire.ts';

it('the bits of signs and of the view are the same', () => {
  expect(detector.Sign).toEqual(Sign);
  expect(detector.Unseen).toEqual(Unseen);
});

it('a beat of the wire is a claim of the detector', () => {
  const kinds: readonly detector.SourceKind[] = sources;
  const claim = (beat: Beat): detector.BeatClaim => beat;
  expect(kinds).toHaveLength(4);
  expect(claim).toBeTypeOf('function');
});
