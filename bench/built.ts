// Loads the built code, typed as the source: the benchmark measures what is installed, not what tsx compiles.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** A module of dist/ by its name without extension: `built<typeof import('../src/x/y.ts')>('x/y')`. */
export async function built<Module>(name: string): Promise<Module> {
  return (await import(new URL(`../dist/${name}.js`, import.meta.url).href)) as Module;
}

/** Throws if dist/ is missing. */
export function requireBuilt(): void {
  if (existsSync(new URL('../dist/cli/main.js', import.meta.url))) return;
  throw new Error('dist/ is missing: run `npm run build` first');
}
