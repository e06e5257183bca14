// Duplicate keys of a YAML mapping. The parser's own check compares each key with all others of its mapping, which
// takes minutes for a large one.
import { type Document, isNode, isScalar, type Pair, visit } from 'yaml';

/**
 * A message and the offset, in characters, of a key that its mapping has twice: the first of the first
 * mapping that has one, a mapping coming before those in it. null where there is none; keys that are mappings
 * or lists themselves are not compared.
 */
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
