/** Where the thread begins: Node 20 does not hand a thread the loader that reads TypeScript. */
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
