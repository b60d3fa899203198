/**
 * Techniques against an account whose trainee consented and enrolled: what stands before the camera, while the page
 * is an imitation. How often each is told for what it is stands in bench/face.md; so few tries say little, so
 * a twentieth of what was always refused there is called unclear here.
 */
import { chance } from '../../../test/support/world/random.ts';
import type { Technique } from './technique.ts';

/** Of bursts of strangers, 15 % lie nearer than the limit of another person's face, none as near as a pass. */
const STRANGER_UNCLEAR = 0.15;
const DEAD_UNCLEAR = 0.05;

export const faces: readonly Technique[] = [
  {
    name: 'face: another person sits there',
    what: 'an enrolled account; somebody else looks into the camera whenever it is asked',
    face: (random) => (chance(random, STRANGER_UNCLEAR) ? 'unclear' : 'otherPerson'),
  },
  {
    name: 'face: a picture or a recording',
    what: 'an enrolled account; a printed picture, a replayed video or an injected camera is shown',
    face: (random) => (chance(random, DEAD_UNCLEAR) ? 'unclear' : 'notLive'),
  },
  {
    name: 'face: another person, then questions',
    what: 'an enrolled account; somebody else is shown once, and from then on every check is declined',
    face: (_random, nth) => (nth === 1 ? 'otherPerson' : 'declined'),
  },
  {
    name: 'face: declined',
    what: 'an enrolled account; every check is declined, as everybody may, so questions come',
    face: () => 'declined',
  },
  {
    name: 'face: each check is passed',
    what: 'an enrolled account; its owner comes for each check, or a renderer in a camera’s stead passes (bench/face.md), and a script does the rest',
    passes: true,
    face: () => 'passed',
  },
];
