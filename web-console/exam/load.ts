/** Reads what a page shows, again whenever what it is of changes. Guarantees: an answer that came too late shows nothing. */
import { onMounted, type Ref, ref, type ShallowRef, shallowRef, watch } from 'vue';
import type { Words } from '../../sdk/wire.ts';
import { wordsOf } from '../shared/api.ts';

export interface Loaded<T> {
  readonly value: ShallowRef<T | null>;
  readonly failure: Ref<Words | null>;
  read(): Promise<void>;
}

export function useLoaded<T>(of: () => unknown, ask: () => Promise<T>): Loaded<T> {
  const value = shallowRef<T | null>(null);
  const failure = ref<Words | null>(null);
  let asked = 0;
  async function read(): Promise<void> {
    const mine = ++asked;
    try {
      const answer = await ask();
      if (mine !== asked) return;
      value.value = answer;
      failure.value = null;
    } catch (error) {
      if (mine === asked) failure.value = wordsOf(error);
    }
  }
  onMounted(read);
  watch(of, read);
  return { value, failure, read };
}
