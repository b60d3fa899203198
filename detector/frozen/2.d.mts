import type { Build } from '../build.ts';

/** Version 2, frozen. */
export declare const build: Build;
