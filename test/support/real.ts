// Whether the real parts that a suite needs (opa, chromium) are here. Locally a missing one skips the suite with one
// clear line; with PANFED_REQUIRE_REAL=1, as in CI, it is a failure.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Path of a program on PATH, or null. */
export function onPath(...names: readonly string[]): string | null {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // not in this folder
      }
    }
  }
  return null;
}

/** Options for `describe`/`test`: run, skip with a reason, or throw where real parts are required. */
export function needs(part: string, found: string | null): { skip: string } | Record<string, never> {
  if (found !== null) return {};
  if (process.env.PANFED_REQUIRE_REAL === '1') throw new Error(`${part} is required here and was not found`);
  return { skip: `${part} was not found; this suite needs the real one` };
}
