// Runs work in batches, one after the other: items that arrive while a batch runs form the next batch, so that a caller
// waits for the running batch and its own at most.

/**
 * A function that adds items to the next batch and resolves with the result of that batch, or rejects with its error.
 * `run` gets all items that arrived since the last batch began; batches never run at once. Without items it waits for
 * the next batch all the same. The number of items that wait is bounded by the callers.
 */
export function coalesce<Item, Result>(
  run: (items: readonly Item[]) => Promise<Result>,
): (items: readonly Item[]) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  let waiting: { readonly items: Item[]; readonly result: Promise<Result> } | null = null;
  const begin = () => {
    const items: Item[] = [];
    const result = last.then(() => {
      waiting = null;
      return run(items);
    });
    last = result.catch(() => {});
    return { items, result };
  };
  return (items) => {
    waiting ??= begin();
    waiting.items.push(...items);
    return waiting.result;
  };
}
