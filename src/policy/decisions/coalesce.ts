// Runs work in batches, one after the other: items that arrive while a batch runs form the next batch, so that a caller
// waits for the running batch and its own at most.

/**
 * A function that adds items to the next batch and resolves with the result of that batch, or rejects with its error.
 * `run` gets all items that arrived since the last batch began; batches never run at once. The number of items that
 * wait is bounded by the callers.
 */
export function coalesce<Asked, Given>(
  run: (asked: readonly Asked[]) => Promise<Given>,
): (asked: readonly Asked[]) => Promise<Given> {
  let last: Promise<unknown> = Promise.resolve();
  let waiting: { readonly asked: Asked[]; readonly given: Promise<Given> } | null = null;
  const begin = () => {
    const asked: Asked[] = [];
    const given = last.then(() => {
      waiting = null;
      return run(asked);
    });
    last = given.catch(() => {});
    return { asked, given };
  };
  return (asked) => {
    waiting ??= begin();
    waiting.asked.push(...asked);
    return waiting.given;
  };
}
