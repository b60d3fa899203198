/** All techniques in a browser. */
import type { Technique } from '../technique.ts';
import { hiddenTechniques } from './hidden.ts';
import { insteadTechniques } from './instead.ts';
import { unattendedTechniques } from './unattended.ts';
import { unseenTechniques } from './unseen.ts';

export const techniques: readonly Technique[] = [
  ...hiddenTechniques,
  ...unseenTechniques,
  ...insteadTechniques,
  ...unattendedTechniques,
];
