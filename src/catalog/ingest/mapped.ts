// Names as labs write them → ids of the vocabulary, as sorted sets. Names that match nothing are kept as written.
import type { FrameworkVersion } from '../../model/image.ts';
import { sortedSet } from '../../model/sorted.ts';
import type { Vocabulary } from '../../vocabulary/vocabulary.ts';
import type { StatedDescription } from './upstream-image.ts';

export interface Mapped {
  readonly frameworks: readonly FrameworkVersion[];
  readonly techniques: readonly string[];
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly unmapped: readonly string[];
}

export type Names = Pick<Vocabulary, 'framework' | 'techniqueAt' | 'format'>;

/**
 * The vocabulary's ids for the names that a facility's description has: techniques (PaNET, or its own terms), formats and frameworks, each a sorted
 * set, and in `unmapped` the names that nothing matches, as they were written; a framework that nothing matches is also in
 * `frameworks` under that name. Total: what is not said is an empty list.
 */
export function mapped(description: StatedDescription, facility: string, vocabulary: Names): Mapped {
  const unmapped: string[] = [];
  const idsOf = (names: readonly string[] | null, find: (name: string) => string | undefined): string[] =>
    sortedSet(
      (names ?? []).flatMap((name) => {
        const id = find(name);
        if (id === undefined) unmapped.push(name);
        return id ?? [];
      }),
    );
  const format = (name: string) => vocabulary.format(name)?.id;
  const techniques = idsOf(description.techniques, (name) => vocabulary.techniqueAt(facility, name)?.id);
  const reads = idsOf(description.reads, format);
  const writes = idsOf(description.writes, format);

  // By name and version: two spellings of one framework are one, under the first in code-unit order.
  const frameworks = new Map<string, FrameworkVersion>();
  for (const { name: raw, version } of description.frameworks ?? []) {
    const canonical = vocabulary.framework(raw);
    if (canonical === null) unmapped.push(raw);
    const name = canonical ?? raw;
    const key = JSON.stringify([name, version ?? '']);
    if ((frameworks.get(key)?.raw ?? raw) >= raw) frameworks.set(key, { name, version, raw });
  }
  const sorted = [...frameworks].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, framework]) => framework);
  return { frameworks: sorted, techniques, reads, writes, unmapped: sortedSet(unmapped) };
}
