// Frameworks: the names in the images that the caller may discover, over all registries and within a question's
// choices.
import { LRUCache } from 'lru-cache';
import { type Bits, bitsOf, has } from '../catalog/bitset.ts';
import { countHolders } from '../catalog/index/holders.ts';
import { compareVersionsDescending } from '../catalog/index/order.ts';
import { frameworkTerms, type NameTerms } from '../catalog/index/text.ts';
import { versionsWithin } from '../catalog/index/version.ts';
import { fold } from '../model/fold.ts';
import { type Pace, paced } from '../model/pace.ts';
import { sortedInTurns } from '../model/sorted.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import { rangesIn } from './choose.ts';
import type { SortKey } from './cursor.ts';
import { scoreNames } from './search.ts';
import type { SearchTerms } from './search-terms.ts';
import { type SnapshotAccess, type View, visibleValues } from './view.ts';

/** A framework that the caller may know of; its fields cover all registries that the caller may know of. */
export interface VisibleFramework {
  readonly name: string;
  readonly folded: string;
  /** The view in which it was found. */
  readonly view: View;
}

export interface RankedFramework {
  readonly framework: VisibleFramework;
  readonly imageCount: number;
  readonly key: SortKey;
}

/** Versions that are listed, at most. */
const MAX_VERSIONS = 1_000;

const frameworksByView = new WeakMap<View, Map<string, VisibleFramework>>();

/**
 * The framework with this name in any case; null: no image that the caller may discover names it. Gives the same object
 * for the same view and name.
 */
export function visibleFramework(view: View, name: string): VisibleFramework | null {
  const frameworks = frameworksByView.get(view) ?? new Map<string, VisibleFramework>();
  frameworksByView.set(view, frameworks);
  const folded = fold(name);
  const known = frameworks.get(folded);
  if (known !== undefined) return known;
  const spelling = visibleValues(view, 'frameworks').get(folded);
  if (spelling === undefined) return null;
  const framework = { name: spelling, folded, view };
  frameworks.set(folded, framework);
  return framework;
}

/** Computes a property of a framework once, although a hundred images of a page may ask for it. */
function onceEach<T>(
  compute: (folded: string, view: View) => T,
): (framework: VisibleFramework) => Promise<T> {
  const results = new WeakMap<VisibleFramework, Promise<T>>();
  return (framework) => {
    const known =
      results.get(framework) ?? framework.view.all().then((view) => compute(framework.folded, view));
    results.set(framework, known);
    return known;
  };
}

/** The numbers of a snapshot's records that name the framework, within the bits. */
function documentsOf(part: SnapshotAccess, folded: string, bits: Bits): number[] {
  const documents = part.snapshotIndex.fields.frameworks.get(folded)?.documents ?? new Uint32Array();
  return [...documents].filter((document) => has(bits, document));
}

/** The visible records that name the framework: one bitset per snapshot of its view, in the view's order. */
export function recordsOf({ view, folded }: VisibleFramework): readonly Bits[] {
  return view.parts.map((part) =>
    bitsOf(part.snapshotIndex.snapshot.records.length, documentsOf(part, folded, part.discover)),
  );
}

/**
 * How many images with the framework the caller may discover, in all registries; computed once per framework object.
 * Rejects as {@link View.all} does, with NOT_READY or INTERNAL, where registries that the question left out are judged
 * now.
 */
export const countImages = onceEach((folded, view): number =>
  view.parts.reduce((sum, part) => sum + countIn(part, folded, part.discover), 0),
);

function countIn(part: SnapshotAccess, folded: string, bits: Bits): number {
  const documents = part.snapshotIndex.fields.frameworks.get(folded)?.documents ?? [];
  let count = 0;
  for (let index = 0; index < documents.length; index++) {
    if (has(bits, documents[index] as number)) count++;
  }
  return count;
}

/**
 * The versions in images that the caller may discover, in all registries: each once as labs write it, newest first,
 * 1,000 at most. Computed once per framework object; rejects as {@link countImages} does.
 */
export const versionsOf = onceEach((folded, view): readonly string[] => {
  const versions = new Set<string>();
  for (const part of view.parts) {
    for (const document of documentsOf(part, folded, part.discover)) {
      for (const framework of part.snapshotIndex.snapshot.records[document]?.frameworks ?? []) {
        if (framework.version !== null && fold(framework.name) === folded) versions.add(framework.version);
      }
    }
  }
  return [...versions].sort(compareVersionsDescending).slice(0, MAX_VERSIONS);
});

/**
 * The ids of the facilities with an image of the framework that the caller may discover, each once, in
 * federation.yaml's order. Computed once per framework object; rejects as {@link countImages} does.
 */
export const facilitiesOf = onceEach((folded, view): readonly string[] => {
  const holders = view.parts.filter((part) => documentsOf(part, folded, part.discover).length > 0);
  return [...new Set(holders.map((part) => part.snapshotIndex.snapshot.facility))];
});

/**
 * The frameworks of the selected records that answer the search, by score, the highest first, then by folded name in
 * code units; each has one selected record or more. `bits`: the selection, one set per snapshot of the view; `search`:
 * null for none, where each score is 0. Rests where `pace` is due; never rejects.
 */
export async function rankFrameworks(
  view: View,
  bits: readonly Bits[],
  search: SearchTerms | null,
  vocabulary: Vocabulary,
  pace: Pace,
): Promise<readonly RankedFramework[]> {
  const ranked: RankedFramework[] = [];
  await paced(visibleValues(view, 'frameworks'), pace, ([folded, name]) => {
    const score = search === null ? 0 : scoreFramework(view, bits, { folded, name }, search, vocabulary);
    if (search !== null && score === 0) return;
    const imageCount = view.parts.reduce(
      (sum, part, index) => sum + countIn(part, folded, bits[index] as Bits),
      0,
    );
    if (imageCount > 0) ranked.push({ framework: { name, folded, view }, imageCount, key: [score, folded] });
  });
  return sortedInTurns(ranked, pace, (a, b) => compareFrameworkKeys(a.key, b.key));
}

function scoreFramework(
  view: View,
  bits: readonly Bits[],
  { folded, name }: Pick<VisibleFramework, 'folded' | 'name'>,
  search: SearchTerms,
  vocabulary: Vocabulary,
): number {
  const holds = (version: string): boolean => {
    const ranges = rangesIn([version]);
    return view.parts.some(({ snapshotIndex }, index) => {
      for (const holders of versionsWithin(snapshotIndex.versions, ranges, [folded])) {
        if (countHolders(holders, bits[index] as Bits) > 0) return true;
      }
      return false;
    });
  };
  return scoreNames(termsOf(name, vocabulary), search.terms, holds);
}

/** Analyzed names, which are the same for all callers, so that they are not analyzed for each question. */
const analyzed = new LRUCache<string, NameTerms>({ max: 20_000 });

function termsOf(name: string, vocabulary: Vocabulary): NameTerms {
  const known = analyzed.get(name) ?? frameworkTerms(name, vocabulary);
  analyzed.set(name, known);
  return known;
}

/**
 * Compares two keys of {@link RankedFramework}, (score, folded name): negative where `a` comes first, that is has the
 * higher score or, for equal ones, the name that is first in code units; 0 where both are equal.
 */
export function compareFrameworkKeys(a: SortKey, b: SortKey): number {
  const byScore = Number(b[0]) - Number(a[0]);
  return byScore !== 0 ? byScore : String(a[1]) < String(b[1]) ? -1 : String(a[1]) > String(b[1]) ? 1 : 0;
}
