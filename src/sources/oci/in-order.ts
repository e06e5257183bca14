// Asynchronous work on a list, some of it at a time, whose results come in the list's order.

/**
 * The results, in the order of the items, none for no items; at most `atOnce` items are under way or wait to
 * be taken. Ends with the first failure in that order, which it rejects with.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  for (const item of items) {
    const result = work(item);
    // It may fail before it is awaited.
    result.catch(() => undefined);
    underWay.push(result);
    if (underWay.length >= atOnce) yield await (underWay.shift() as Promise<Result>);
  }
  for (const result of underWay) yield await result;
}
