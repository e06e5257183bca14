// Duplicate keys of a YAML mapping. The parser's own check compares each key with all others of its mapping, which
// takes minutes for a large one.
import { type Document, isNode, isScalar, type Pair, visit } from 'yaml';

/** The first duplicate key and its offset in characters; null where there is none. */
export function duplicateKey(document: Document): { message: string; pos: readonly [number] } | null {
  let found: { message: string; pos: readonly [number] } | null = null;
  visit(document, {
    Map(_key, { items }) {
      const keys = new Set<unknown>();
      for (const { key } of items as Pair[]) {
        const name = isScalar(key) ? key.value : key;
        if (keys.has(name)) {
          found = { message: 'this key appears twice', pos: [isNode(key) ? (key.range?.[0] ?? 0) : 0] };
          return visit.BREAK;
        }
        keys.add(name);
      }
      return undefined;
    },
  });
  return found;
}
