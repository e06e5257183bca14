// Which YAML files of the package are read at build time, and how; what they say is written into `dist/yaml/`.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { shippedName } from '../src/config/shipped-yaml.ts';
import { parseYaml } from '../src/config/yaml.ts';

export interface ShippedYaml {
  /** From the project's folder. */
  readonly path: string;
  /** As whoever reads the file asks for it. */
  readonly merge: boolean;
}

/** The configuration and the catalogs of the demo, the people of the policies, and the vocabulary. */
export function shippedYaml(root: URL): readonly ShippedYaml[] {
  const within = (folder: string): string[] =>
    readdirSync(new URL(folder, root))
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => `${folder}${name}`);
  return [
    ...['federation.yaml', 'policies/subjects.yaml', ...within('vocabularies/')].map((path) => ({
      path,
      merge: false,
    })),
    ...within('catalogs/').map((path) => ({ path, merge: true })),
  ];
}

/**
 * Writes what each file says into the folder, in place of what is there. The same files give the same bytes.
 * @throws TypeError for a file that is not valid, or that says what JSON cannot
 */
export function shipYaml(root: URL, folder: URL): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { path, merge } of shippedYaml(root)) {
    const text = readFileSync(new URL(path, root), 'utf8');
    const yaml = parseYaml(text, { merge });
    const [problem] = yaml.problems;
    if (problem !== undefined) throw new TypeError(`${path}: ${problem.message}`);
    const value = yaml.value();
    const json = JSON.stringify(value);
    if (!isDeepStrictEqual(JSON.parse(json), value)) throw new TypeError(`${path}: not the same in JSON`);
    writeFileSync(new URL(shippedName(text, merge), folder), json);
  }
}
