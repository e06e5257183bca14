// The imports of every file below src/, read from the text: what the formatter leaves is regular enough for it, and a
// statement that is not understood is an error, not an import that nobody saw.
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

const ROOT = new URL('../../src/', import.meta.url);

export interface Import {
  /** As written: `../model/errors.ts`, `node:fs`, `undici`. */
  readonly specifier: string;
  /** The file that a relative one leads to, from src/; null for packages. */
  readonly file: string | null;
  /** Whether only types are taken: nothing of it is there when the program runs. */
  readonly typeOnly: boolean;
  /** Names that are taken as values; `*` for all, `default` for the default one. */
  readonly values: readonly string[];
}

export interface SourceFile {
  /** From src/, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

export function sourceFiles(): SourceFile[] {
  return readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => {
      const text = readFileSync(new URL(path, ROOT), 'utf8');
      return { path, text, imports: importsOf(path, text) };
    });
}

const STATEMENT = /^(?:import|export)\s+(?<clause>type\s[^;'"]*?|[^;'"(=]*?)\s*from\s+'(?<from>[^']+)'/gm;
const BARE = /^import\s+'(?<from>[^']+)'/gm;
const DYNAMIC = /\bimport\(\s*(?:'(?<from>[^']+)')?/g;

/** Throws where a line begins as an import does and was not understood. */
export function importsOf(path: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean, values: readonly string[]) => {
    const file = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : null;
    found.push({ specifier, file, typeOnly, values });
  };
  for (const { groups } of text.matchAll(STATEMENT)) {
    const values = valuesOf(groups?.clause ?? '');
    add(groups?.from ?? '', values.length === 0, values);
  }
  for (const { groups } of text.matchAll(BARE)) add(groups?.from ?? '', false, ['*']);
  const statements = text.match(/^import\s/gm)?.length ?? 0;
  const reexports = text.match(/^export\s[^=(]*?\sfrom\s'/gm)?.length ?? 0;
  if (statements + reexports !== found.length) throw new Error(`an import of src/${path} is not understood`);

  const code = text.replaceAll(/^\s*(?:\/\/|\*|\/\*).*$/gm, '');
  for (const { groups } of code.matchAll(DYNAMIC)) {
    if (groups?.from === undefined) throw new Error(`src/${path} imports what only shows at run time`);
    add(groups.from, false, ['*']);
  }
  return found;
}

/** The names that are taken as values: `default` and `c` of `a, { type B, c as d }`. */
function valuesOf(clause: string): string[] {
  if (/^type\s/.test(clause)) return [];
  const [outside = '', inside = ''] = clause.split(/[{}]/);
  const named = inside
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '))
    .map((name) => name.split(/\s+as\s+/)[0] ?? name);
  const whole = outside.replaceAll(',', '').trim();
  if (whole === '') return named;
  return [whole.startsWith('*') ? '*' : 'default', ...named];
}
