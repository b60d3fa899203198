/**
 * An answer that comes later, in virtual time. It looks like a promise to those who call
 * `then`, but calls back at once when it is settled: nothing runs between two moments.
 */
export interface Later<T> {
  /** As a promise, for modules that expect one and only call `then(onValue, onFailure)`. */
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(): void;
}

export function createLater<T>(): Later<T> {
  let settled: { readonly value: T } | 'failed' | null = null;
  const ears: { onValue?: (value: T) => void; onFailure?: (why: Error) => void }[] = [];
  function tell({ onValue, onFailure }: (typeof ears)[number]): void {
    if (settled === 'failed') onFailure?.(new Error('no answer'));
    else if (settled !== null) onValue?.(settled.value);
  }
  function settle(as: NonNullable<typeof settled>): void {
    if (settled !== null) return;
    settled = as;
    for (const ear of ears) tell(ear);
  }
  const promise = {
    // biome-ignore lint/suspicious/noThenProperty: it stands in for a promise, without a microtask.
    then(onValue?: (value: T) => void, onFailure?: (why: Error) => void) {
      const ear = { ...(onValue && { onValue }), ...(onFailure && { onFailure }) };
      ears.push(ear);
      tell(ear);
    },
  };
  return {
    promise: promise as unknown as Promise<T>,
    resolve: (value) => settle({ value }),
    reject: () => settle('failed'),
  };
}
