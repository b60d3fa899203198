import type { Build } from '../build.ts';

/** Version 4, frozen. */
export declare const build: Build;
