// Derives vocabularies/nexus-definitions.json from the application definitions of NeXus: their names and what they extend.
//
//   node --import tsx scripts/nexus-definitions.ts <folder> <commit> > vocabularies/nexus-definitions.json
//
// <folder> is https://github.com/nexusformat/definitions at <commit>. Its text is LGPL-3.0-or-later; none of it is copied.
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FormatEntry } from '../src/vocabulary/format-schema.ts';

type Entry = Pick<FormatEntry, 'id' | 'label' | 'synonyms' | 'isA' | 'mark' | 'source'> &
  Partial<Pick<FormatEntry, 'extensions'>>;

/** Endings that files of a definition have besides those of NeXus. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = { NXspe: ['nxspe'] };
const SUFFIX = '.nxdl.xml';

/** The name and the base of a definition, by the attributes of its root element. Throws an Error for one without either. */
export function definitionOf(nxdl: string): { readonly name: string; readonly extends: string } {
  const root = /<definition\b[^>]*>/.exec(nxdl)?.[0] ?? '';
  const attribute = (name: string): string => {
    const value = new RegExp(`\\s${name}\\s*=\\s*["']([^"']+)["']`).exec(root)?.[1];
    if (value === undefined) throw new Error(`the definition has no ${name}`);
    return value;
  };
  return { name: attribute('name'), extends: attribute('extends') };
}

/** A definition as a format: the one that it extends, or NeXus itself, is what each of its files is, too. */
export function formatOf({ name, extends: base }: ReturnType<typeof definitionOf>): Entry {
  const short = name.slice(2);
  const endings = ENDINGS[name];
  return {
    id: name,
    label: `NeXus ${name}`,
    synonyms: [`NeXus ${short}`, `${name} file`],
    ...(endings === undefined ? {} : { extensions: [...endings] }),
    isA: [base === 'NXobject' ? 'NeXus' : base],
    mark: { path: '/*/definition', value: name },
    source: `https://manual.nexusformat.org/classes/applications/${name}.html`,
  };
}

/** The file's text: one definition a line, so that a new release reads well as a difference. */
export function definitionsFile(folder: string, commit: string): string {
  const applications = join(folder, 'applications');
  const about = {
    name: 'Application definitions of NeXus: names, and what each extends',
    source: 'https://github.com/nexusformat/definitions',
    version: readFileSync(join(folder, 'NXDL_VERSION'), 'utf8').trim(),
    commit,
    changes: 'Names alone; made by scripts/nexus-definitions.ts',
  };
  const lines = readdirSync(applications)
    .filter((file) => file.endsWith(SUFFIX))
    .sort()
    .map((file) => formatOf(definitionOf(readFileSync(join(applications, file), 'utf8'))))
    .map((entry) => `    ${JSON.stringify(entry)}`);
  return `{\n  "about": ${JSON.stringify(about, null, 2).replaceAll('\n', '\n  ')},\n  "formats": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

const script = process.argv[1];
if (script !== undefined && realpathSync(script) === fileURLToPath(import.meta.url)) {
  const [, , folder, commit] = process.argv;
  if (folder === undefined || commit === undefined) {
    process.stderr.write('usage: nexus-definitions.ts <folder of the definitions> <commit>\n');
    process.exit(2);
  }
  process.stdout.write(definitionsFile(folder, commit));
}
