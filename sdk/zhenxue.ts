/** What a page loads, and what its Worker runs: the same script, which looks where it is. */
import { serve } from './host.ts';

export type {
  Answered,
  Challenge,
  Choice,
  Form,
  Given,
  Notice,
  Totals,
  Trouble,
  Watch,
  WatchOptions,
  WatchState,
  Words,
} from './watch.ts';
export { watch } from './watch.ts';

serve();
