// Moves the data document of a lab's bundle to one place: `data.json` at the root, as OPA itself packs it.
import { DATA } from './archive.ts';
import { isJsonObject, type Json } from './json.ts';
import { malformed, quoted } from './refusal.ts';

/**
 * The document as `data.json` at the root (UTF-8 JSON, as OPA's bundles have it); null if it is empty. Its text, and so
 * the spelling of its numbers, is kept. `name`: its path in the archive; `root`: `panfed/facility/<id>`. Throws
 * POLICY_INVALID, about `at`, if it is not an object, or has anything outside of the facility's root.
 */
export function rootedData(
  {
    name,
    content,
    document,
  }: { readonly name: string; readonly content: Uint8Array; readonly document: Json },
  root: string,
  at: string,
): Uint8Array | null {
  if (!isJsonObject(document)) throw malformed(at, `${quoted(name)} is not an object`, OBJECT);
  if (name === DATA) return isEmptyBelow(document, root.split('/'), at) ? null : content;
  const keys = name.split('/').slice(0, -1);
  const before = keys.map((key) => `{${JSON.stringify(key)}:`).join('');
  // Not a Buffer: it would become another type of array on its way from a worker thread.
  return Uint8Array.from(Buffer.concat([Buffer.from(before), content, Buffer.from('}'.repeat(keys.length))]));
}

const OBJECT = 'Write a JSON object, with a key for each value that the rules look up.';

/** Whether the object below these nested keys is empty. Throws POLICY_INVALID if anything is beside them on the way. */
function isEmptyBelow(document: Json, keys: readonly string[], at: string): boolean {
  const [key, ...deeper] = keys;
  if (!isJsonObject(document))
    throw malformed(at, `${quoted(DATA)} does not have an object where one is expected`, OBJECT);
  if (key === undefined) return Object.keys(document).length === 0;
  const outside = Object.keys(document).find((other) => other !== key);
  if (outside !== undefined) {
    throw malformed(
      at,
      `${quoted(DATA)} has ${quoted(outside)} beside ${quoted(key)}, outside of the facility’s root`,
      'Put the data beside the rules that read it, as panfed/facility/<id>/data.json.',
    );
  }
  const inside = document[key];
  return inside === undefined || isEmptyBelow(inside, deeper, at);
}
