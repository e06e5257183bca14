// The built code, typed as the source: what is measured is what is installed, never what tsx makes of it.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** `built<typeof import('../src/x/y.ts')>('x/y')` */
export async function built<Module>(name: string): Promise<Module> {
  return (await import(new URL(`../dist/${name}.js`, import.meta.url).href)) as Module;
}

export function requireBuilt(): void {
  if (existsSync(new URL('../dist/cli/main.js', import.meta.url))) return;
  throw new Error('dist/ is missing: run `npm run build` first');
}
