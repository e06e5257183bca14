// The demo with all of its labs by the contract: the textbook composition stitches GraphQL, knows no other registries, and
// verifies no signatures, so that nobody's count in either; and nothing is asked of where jobs run.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './built.ts';

interface Registry {
  readonly kind: string;
  readonly demo: string;
  readonly crawl?: unknown;
}

interface Facility {
  readonly registries: readonly Registry[];
  readonly policy?: string;
  readonly extension?: { readonly schema: string };
  readonly trust?: unknown;
  readonly compute?: unknown;
  readonly dataCatalogs?: unknown;
}

/** Writes such a federation.yaml to the folder, and gives its path. */
export async function contractFederation(folder: string): Promise<string> {
  const demo = parse(await readFile(`${ROOT}federation.yaml`, 'utf8')) as { facilities: readonly Facility[] };
  const facilities = demo.facilities.map(
    ({ registries, policy, extension, trust: _, compute: __, dataCatalogs: ____, ...facility }) => ({
      ...facility,
      ...(policy !== undefined && { policy: join(ROOT, policy) }),
      ...(extension !== undefined && { extension: { ...extension, schema: join(ROOT, extension.schema) } }),
      registries: registries.map(({ crawl: ___, ...registry }) => ({
        ...registry,
        kind: 'graphql',
        demo: join(ROOT, registry.demo),
      })),
    }),
  );
  const path = join(folder, 'federation.yaml');
  // JSON is YAML.
  await writeFile(path, JSON.stringify({ ...demo, facilities }));
  return path;
}
