// Real data that lies beside the project (`../shared/data`), read in place and never copied. Where it is absent a suite
// skips with a clear line; with PANFED_REQUIRE_REAL=1, as in CI, that is a failure.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { needs } from './real.ts';

/** Path of a shared data file, or null where it is absent. */
export function sharedData(path: string): string | null {
  const file = fileURLToPath(new URL(`../../../shared/data/${path}`, import.meta.url));
  return existsSync(file) ? file : null;
}

/** Options for `describe`/`test` that need the file. */
export function needsShared(path: string): { skip: string } | Record<string, never> {
  return needs(`shared data ${path}`, sharedData(path));
}

/** Path of a file of the cases that failed once, which lie beside the project, or null where it is absent. */
export function sharedCase(name: string): string | null {
  const file = fileURLToPath(new URL(`../../../shared/cases/${name}`, import.meta.url));
  return existsSync(file) ? file : null;
}

/** Options for `describe`/`test` that need the file. */
export function needsCase(name: string): { skip: string } | Record<string, never> {
  return needs(`shared case ${name}`, sharedCase(name));
}

/** Path of a file of the contract that lies beside the project, or null where it is absent. */
export function contractFile(name: string): string | null {
  const file = fileURLToPath(new URL(`../../../shared/contract/${name}`, import.meta.url));
  return existsSync(file) ? file : null;
}
