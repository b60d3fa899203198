import type { Build } from '../build.ts';

/** Version 3, frozen. */
export declare const build: Build;
