// Any number of images like the demo's: the sample catalogs repeated, each time with another digest, version and date,
// and with groups that make about two thousand classes that the policies can distinguish.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { RegistryConfig } from '../src/config/facility.ts';
import type { Config } from '../src/config/schema.ts';
import { built, ROOT } from './built.ts';

const { readCatalog } =
  await built<typeof import('../src/sources/catalog-document.ts')>('sources/catalog-document');

const { globMatcher } = await built<typeof import('../src/config/glob.ts')>('config/glob');

export type Entry = Readonly<Record<string, unknown>>;

/** Default number of groups beside the catalogs' own: each makes classes of its own. */
const VARIANTS = 80;
const MINUTE = 60_000;
/** Images that are written at a time. */
const BLOCK = 100;

interface SampleOptions {
  /** Groups beside the catalogs' own. */
  readonly variants?: number;
  /** Changes the copy of an entry of a round, from 1. */
  readonly vary?: (copy: Entry, round: number) => Entry;
}

/** The configuration of a federation of files with about `images` images in all, which it writes to `folder`. */
export async function sampleConfig(
  demo: Config,
  images: number,
  folder: string,
  { variants = VARIANTS, vary = (copy) => copy }: SampleOptions = {},
): Promise<Config> {
  const sources = await Promise.all(
    demo.facilities.flatMap((facility) =>
      facility.registries.map(async ({ key, demo: path = '', repositories }) => {
        const { entries } = readCatalog(await readFile(`${ROOT}${path}`), 'yaml', 10_000);
        return {
          scope: facility.scopes[0] ?? '',
          file: join(folder, `${facility.id}-${key}.ndjson`),
          entries: (entries as readonly Entry[]).map((entry) => ({
            ...entry,
            ...saidOf(entry, repositories),
          })),
        };
      }),
    ),
  );
  const templates = sources.reduce((sum, { entries }) => sum + entries.length, 0);
  for (const { scope, file, entries } of sources) {
    const count = Math.round((images * entries.length) / templates);
    await writeImages(file, entries, { count, scope, variants, vary });
  }
  return {
    ...demo,
    demo: false,
    federation: { ...demo.federation, secret: { env: 'PANFED_BENCH_SECRET' } },
    // The demo's keys sign what its own registries serve: nothing is signed here.
    facilities: demo.facilities.map(({ extension: _, trust: ___, ...facility }) => ({
      ...facility,
      dataCatalogs: [],
      registries: facility.registries.map(({ demo: __, ...registry }) => ({
        ...registry,
        kind: 'file' as const,
        repositories: [],
        url: join(folder, `${facility.id}-${registry.key}.ndjson`),
      })),
    })),
    limits: { ...demo.limits, deadline: 600_000, upstreamBytes: 1_073_741_824, records: 1_000_000 },
  };
}

/** What federation.yaml says of an entry's repository, as a file can say it itself. */
function saidOf({ repository }: Entry, rules: RegistryConfig['repositories']): Entry {
  const { match: _, ...said } = rules.find(({ match }) => globMatcher(match)(String(repository))) ?? {
    match: '',
  };
  return said;
}

async function writeImages(
  file: string,
  entries: readonly Entry[],
  { count, scope, variants, vary }: Required<SampleOptions> & { count: number; scope: string },
): Promise<void> {
  const stream = createWriteStream(file);
  for (let start = 0; start < count; start += BLOCK) {
    const lines: string[] = [];
    for (let number = start; number < Math.min(start + BLOCK, count); number += 1) {
      const index = number % entries.length;
      const round = Math.floor(number / entries.length);
      const entry = varied(entries[index] as Entry, round, round % variants, `${scope}/${index}`);
      lines.push(JSON.stringify(round === 0 ? entry : vary(entry, round)), '\n');
    }
    // It waits for the disk: what it kept would be part of the memory that is measured in this process.
    if (!stream.write(lines.join(''))) await once(stream, 'drain');
  }
  stream.end();
  await finished(stream);
}

/** A varied copy of an entry, which nobody signs; the first round is the catalog's own. */
function varied(
  { extension: _, demo: __, ...entry }: Entry,
  round: number,
  variant: number,
  place: string,
): Entry {
  if (round === 0) return entry;
  const { repository, title, frameworks, groups } = entry;
  const version = `${Math.floor(round / 100)}.${Math.floor(round / 10) % 10}.${round % 10}`;
  return {
    ...entry,
    digest: `sha256:${createHash('sha256').update(`${place}:${round}`).digest('hex')}`,
    tags: [version],
    title: `${title ?? repository} build ${round}`,
    created: new Date(Date.UTC(2020, 0, 1) + round * 997 * MINUTE).toISOString(),
    frameworks: ((frameworks ?? []) as readonly object[]).map((framework) => ({ ...framework, version })),
    // An image for groups gets one group more; other images stay open to whom they were.
    ...(Array.isArray(groups) &&
      variant > 0 && { groups: [...groups, `urn:geant:${place.split('/')[0]}:group:team-${variant}`] }),
  };
}
