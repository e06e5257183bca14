// Registries of a sample as the store's benchmark needs them: in memory as text, down, and with some images changed.
import type { Config } from '../src/config/schema.ts';
import type { PackedNodes } from '../src/model/packed-nodes.ts';
import type { Source } from '../src/sources/source.ts';
import { built } from './built.ts';
import { NEVER } from './never.ts';

const { FederationError } = await built<typeof import('../src/model/errors.ts')>('model/errors');
const { createFileSource } = await built<typeof import('../src/sources/file.ts')>('sources/file');
const { pack, unpack } = await built<typeof import('../src/sources/parsed.ts')>('sources/parsed');

/** The pages of each registry, in the order of the configuration. */
export type Pages = readonly (readonly PackedNodes[])[];

interface RegistryName {
  readonly facility: string;
  readonly registry: string;
}

const registriesOf = ({ facilities }: Config) =>
  facilities.flatMap(({ id: facility, registries }) =>
    registries.map(({ key, url = '' }) => ({ facility, registry: key, path: url })),
  );

/** Reads the sample's catalog files. */
export async function readPages(config: Config): Promise<Pages> {
  const all: (readonly PackedNodes[])[] = [];
  for (const name of registriesOf(config)) {
    const source = createFileSource({ ...name, limits: config.limits });
    const pages: PackedNodes[] = [];
    for await (const { nodes } of source.crawl({ signal: NEVER })) pages.push(pack(nodes));
    all.push(pages);
  }
  return all;
}

/** One image of so many has another digest. */
export async function changedPages(pages: Pages, oneOf: number): Promise<Pages> {
  const changed = (node: unknown, index: number): unknown => {
    if (index % oneOf !== 0) return node;
    const { digest } = node as { readonly digest: string };
    return { ...(node as object), digest: `sha256:${[...digest.slice(7)].reverse().join('')}` };
  };
  return Promise.all(
    pages.map((own) =>
      Promise.all(
        own.map(async (page) => pack((await unpack(page)).map((node, index) => changed(node, index)))),
      ),
    ),
  );
}

/** Registries that have what is held at that time, as the text that the parsing of an answer leaves. */
export function memorySources(
  config: Config,
  held: { readonly pages: Pages; readonly generation: string },
): readonly Source[] {
  return registriesOf(config).map((name, index) => ({
    ...storedSource(name),
    info: async () => ({ generation: held.generation }),
    async *crawl() {
      const { pages, generation } = held;
      for (const packed of pages[index] ?? []) yield { nodes: await unpack(packed), generation, packed };
    },
  }));
}

/** The same registries, which do not answer. */
export function downSources(config: Config): readonly Source[] {
  const fail = async (): Promise<never> => {
    throw new FederationError('SOURCE_UNAVAILABLE', 'the registry is down');
  };
  return registriesOf(config).map((name) => ({
    ...storedSource(name),
    info: fail,
    // biome-ignore lint/correctness/useYield: it fails before its first page
    async *crawl() {
      await fail();
    },
  }));
}

const storedSource = ({ facility, registry }: RegistryName) => ({
  facility,
  registry,
  kind: 'graphql',
  stored: { address: `memory:${facility}/${registry}`, mapping: 1 },
  close: async () => {},
});
