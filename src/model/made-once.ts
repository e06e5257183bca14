// What takes a while to make, and is made once for each key: whoever asks meanwhile waits for the same.

/** A Map, a WeakMap or a cache of results that are being made, or were. */
export interface Made<Key, Result> {
  get(key: Key): Promise<Result> | undefined;
  set(key: Key, result: Promise<Result>): unknown;
  delete(key: Key): unknown;
}

/** The result of the key, by `make` where there is none. It rejects as `make` does; then it is made again the next time. */
export function madeOnce<Key, Result>(
  made: Made<Key, Result>,
  key: Key,
  make: () => Promise<Result>,
): Promise<Result> {
  const known = made.get(key);
  if (known !== undefined) return known;
  const result = make();
  made.set(key, result);
  result.catch(() => made.delete(key));
  return result;
}
