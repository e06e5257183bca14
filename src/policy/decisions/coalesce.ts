// Work that is done one round after the other: what is asked for while a round runs waits together for the next, so
// that nobody waits for more than the round that runs and their own.

/** `run` gets all that was asked for since the last round began; who asked gets what their round gave. */
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
