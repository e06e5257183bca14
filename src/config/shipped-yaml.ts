// What the YAML files of the package say, as the build has read them: the parser takes a second for the demo's. They are
// found by their text, so that a file that somebody has changed, or one from elsewhere, is parsed as it stands.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

// Built, from src/config/ as from dist/config/.
const BUILT = new URL('../../dist/yaml/', import.meta.url);

/** Files with fewer characters take less to parse than to look for. */
const WORTH_IT = 1_024;

export interface ShippedOptions {
  readonly merge: boolean;
  /** The folder of what was built, by its address; the package's by default. */
  readonly folder?: URL;
}

/**
 * The name of the JSON file, in `dist/yaml/`, of what a text says when it is read so: the text itself is in it, not where
 * it came from.
 */
export const shippedName = (text: string, merge: boolean): string =>
  `${createHash('sha256').update(text).digest('hex')}${merge ? '.merged' : ''}.json`;

/**
 * What a text says, as plain data of its own, where it is one that the package has; null for any other text, and where
 * nothing was built. It is read synchronously.
 */
export function shippedValue(
  text: string,
  { merge, folder = BUILT }: ShippedOptions,
): { readonly value: unknown } | null {
  if (text.length < WORTH_IT) return null;
  try {
    return { value: JSON.parse(readFileSync(new URL(shippedName(text, merge), folder), 'utf8')) };
  } catch {
    // Not there, or not readable: the text is.
    return null;
  }
}
