// For tests of the catalog: nodes as a registry writes them, a small vocabulary, registries in memory.

import { ingest } from '../../src/catalog/ingest/ingest.ts';
import { repositoryRules } from '../../src/catalog/ingest/rules.ts';
import { type RepositoryRule, repositorySchema } from '../../src/config/repository.ts';
import type { ImageRecord } from '../../src/model/image.ts';
import type { CrawlContext, Source, SourcePage } from '../../src/sources/source.ts';
import { NOBODY_TRUSTED } from '../../src/trust/settings.ts';
import type { Term, Vocabulary } from '../../src/vocabulary/vocabulary.ts';
import { condition, digestOf } from './records.ts';

export const PLACE = { facility: 'esrf', registry: 'main', pull: 'registry.esrf.example:5000/science' };

/** The least that is an image, and what the test adds. */
export function node(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { id: 'n1', repository: 'em/relion', digest: digestOf(1), tags: ['3.1'], ...fields };
}

export const labels = (values: Record<string, string>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

export function rule(fields: Record<string, unknown>): RepositoryRule {
  return repositorySchema.parse({ match: '**', ...fields });
}

const term = <T extends Term>(terms: readonly T[], text: string): T | null =>
  terms.find(({ id, label }) =>
    [id, label].some((name) => name.toLowerCase() === text.trim().toLowerCase()),
  ) ?? null;

const plain = { synonyms: [], definition: null, terms: [], broader: [], narrower: [] };
const TECHNIQUES = [
  { id: 'PaNET01168', label: 'electron cryo-microscopy', ...plain },
  { id: 'PaNET01188', label: 'macromolecular crystallography', ...plain },
];
const UNSAID = { extensions: [], mediaTypes: [], magic: [], isA: [], in: null, mark: null, edam: null };
const FORMATS = ['HDF5', 'MRC'].map((id) => ({ id, label: id, synonyms: [], ...UNSAID, source: null }));
const LICENSES: Record<string, ReturnType<Vocabulary['license']>> = {
  MIT: { state: 'normalized', expression: 'MIT', conditions: [], conditionsKnown: true },
  XDS: {
    state: 'normalized',
    expression: 'LicenseRef-XDS',
    conditions: [condition('academic', { origin: 'license' })],
    conditionsKnown: true,
  },
  'LicenseRef-unheard': {
    state: 'normalized',
    expression: 'LicenseRef-unheard',
    conditions: [],
    conditionsKnown: false,
  },
};

const technique = (text: string) =>
  text.toLowerCase() === 'cryo-em' ? TECHNIQUES[0]! : term(TECHNIQUES, text);

/** relion, two techniques, two formats, three licenses. */
export const SMALL_VOCABULARY: Vocabulary = {
  technique,
  techniqueAt: (_, text) => technique(text),
  senses: (text) => {
    const found = technique(text);
    return found === null ? [] : [{ technique: found, isGeneral: true, facilities: [] }];
  },
  narrower: (id) => [id],
  format: (text) => term(FORMATS, text),
  formatsOf: (text) => FORMATS.filter((format) => format === term(FORMATS, text)),
  narrowerFormats: (id) => [id],
  framework: (text) => (text.toLowerCase() === 'relion' ? 'relion' : null),
  frameworksOf: () => [],
  frameworkSynonyms: () => [],
  license: (text) =>
    LICENSES[text] ?? { state: 'declared', expression: null, conditions: [], conditionsKnown: false },
  techniques: () => TECHNIQUES,
  formats: () => FORMATS,
  frameworks: () => ['relion'],
  licenses: () => Object.keys(LICENSES),
};

export function ingestNode(unproven: unknown, rules: readonly RepositoryRule[] = []) {
  return ingest(unproven, {
    place: PLACE,
    rules: repositoryRules(rules),
    vocabulary: SMALL_VOCABULARY,
    trustSettings: NOBODY_TRUSTED,
  });
}

/** The records of a node that must be valid. */
export function valid(unproven: unknown, rules: readonly RepositoryRule[] = []): readonly ImageRecord[] {
  const result = ingestNode(unproven, rules);
  if ('quarantined' in result)
    throw new Error(`quarantined: ${result.quarantined.reason}`, { cause: result.cause });
  return result.records;
}

/** The one record of a node that must be valid. */
export function record(unproven: unknown, rules: readonly RepositoryRule[] = []): ImageRecord {
  const [only, ...others] = valid(unproven, rules);
  if (only === undefined || others.length > 0) throw new Error('not exactly one record');
  return only;
}

/** Why a node that must be quarantined is. */
export function reason(unproven: unknown): string {
  const result = ingestNode(unproven);
  if (!('quarantined' in result)) throw new Error('it is valid');
  return result.quarantined.reason;
}

export interface FakeSource extends Source {
  /** Requests so far: `info`, and `crawl` with the pages that were read. */
  readonly asked: string[];
  /** What it holds; a test changes it. */
  nodes: unknown[];
  generation: string | null;
  /** Thrown by every request while it is not null. */
  failing: Error | null;
  /** Awaited by every request before it answers. */
  gate: Promise<void>;
  closed: boolean;
}

/** A registry in memory, two entries a page. */
export function fakeSource(facility: string, nodes: unknown[] = [node()], registry = 'main'): FakeSource {
  const source: FakeSource = {
    facility,
    registry,
    kind: 'graphql',
    asked: [],
    nodes,
    generation: 'g1',
    failing: null,
    gate: Promise.resolve(),
    closed: false,
    async info() {
      source.asked.push('info');
      await source.gate;
      if (source.failing !== null) throw source.failing;
      return { generation: source.generation };
    },
    async *crawl(_context: CrawlContext): AsyncGenerator<SourcePage> {
      source.asked.push('crawl');
      await source.gate;
      if (source.failing !== null) throw source.failing;
      for (let start = 0; start < Math.max(1, source.nodes.length); start += 2) {
        yield { nodes: source.nodes.slice(start, start + 2), generation: source.generation };
      }
    },
    async close() {
      source.closed = true;
    },
  };
  return source;
}
