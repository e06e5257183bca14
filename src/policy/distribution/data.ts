// The data document of a lab's bundle, brought to one place: `data.json` at the root, as OPA itself packs it.
import { DATA } from './archive.ts';
import { isJsonObject, type Json } from './json.ts';
import { malformed, quoted } from './refusal.ts';

/**
 * The document as it stands at the root; null where it says nothing. Its text is kept, and with it the spelling of its
 * numbers. Throws POLICY_INVALID where it says anything outside of the facility's own root.
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
  // No Buffer: it would be another kind of array once it came from a worker thread.
  return Uint8Array.from(Buffer.concat([Buffer.from(before), content, Buffer.from('}'.repeat(keys.length))]));
}

const OBJECT = 'Give each thing that the rules look up a key.';

/** Whether there is nothing at the keys, one below the other, with nothing beside them on the way. */
function isEmptyBelow(document: Json, keys: readonly string[], at: string): boolean {
  const [key, ...deeper] = keys;
  if (!isJsonObject(document))
    throw malformed(at, `${quoted(DATA)} has no object where one is expected`, OBJECT);
  if (key === undefined) return Object.keys(document).length === 0;
  const stranger = Object.keys(document).find((other) => other !== key);
  if (stranger !== undefined) {
    throw malformed(
      at,
      `${quoted(DATA)} has ${quoted(stranger)} beside ${quoted(key)}, outside of the facility’s own`,
      'Put the data beside the rules that read it, as panfed/facility/<id>/data.json.',
    );
  }
  const inside = document[key];
  return inside === undefined || isEmptyBelow(inside, deeper, at);
}
