// The records that a question selects: visible ∧ search ∧ (and over only) ∧ ¬(or over except), with the number of
// preferences that each record meets. A facet selects again without its own field.
import { and, andNot, type Bits, count, emptyBits, has } from '../catalog/bitset.ts';
import type { ChoiceField } from '../model/choices.ts';
import type { Pace } from '../model/pace.ts';
import type { FieldMatch } from './choose.ts';
import { type SearchMatches, searchSnapshot } from './search.ts';
import { withReferenced } from './search-reference.ts';
import type { SearchTerms } from './search-terms.ts';
import type { SnapshotAccess, View } from './view.ts';

/** A question's matches in all snapshots of a view. */
export interface Matches {
  readonly view: View;
  /** One per snapshot; null: nothing is searched for. */
  readonly searchMatches: readonly SearchMatches[] | null;
  readonly only: readonly FieldMatch[];
  readonly except: readonly FieldMatch[];
  readonly prefer: readonly FieldMatch[];
  /** The records of one framework, where the question is about its images: one bitset per snapshot. */
  readonly within: readonly Bits[] | null;
  /** True where a choice is unknown while a registry is missing: nothing is selected. */
  readonly nothing: boolean;
}

export interface SelectedPart {
  readonly part: SnapshotAccess;
  readonly bits: Bits;
  /** Preferences met, by record number; null: nothing is preferred. */
  readonly preferred: Uint8Array | null;
  /** Search scores by record number; null: nothing is searched for. */
  readonly scores: Uint16Array | null;
}

/**
 * The records that match the search, one result per snapshot of the view, in its order; null where nothing is searched
 * for. Rests where `pace` is due, and rejects with the signal's reason once the request has ended.
 */
export async function findAll(
  view: View,
  search: SearchTerms | null,
  pace: Pace,
): Promise<readonly SearchMatches[] | null> {
  if (search === null) return null;
  const matches: SearchMatches[] = [];
  for (const { snapshotIndex, discover } of view.parts) {
    const words = await searchSnapshot(snapshotIndex, search.terms, discover, pace, view.bounds.signal);
    const { reference } = search;
    matches.push(
      reference === null ? words : await withReferenced(words, snapshotIndex, reference, discover, pace),
    );
  }
  return matches;
}

/**
 * The selected records of one snapshot of the view, by its index there: only those that the caller may discover.
 * `ignore`: the fields whose choices do not count; none by default.
 */
export function selectedBits(matches: Matches, index: number, ignore: readonly ChoiceField[] = []): Bits {
  const part = matches.view.parts[index] as SnapshotAccess;
  if (matches.nothing) return emptyBits(part.snapshotIndex.snapshot.records.length);
  let bits: Bits = part.discover;
  if (matches.within !== null) bits = and(bits, matches.within[index] as Bits);
  const searched = matches.searchMatches?.[index];
  if (searched !== undefined) bits = and(bits, searched.bits);
  for (const match of matches.only) {
    if (!ignore.includes(match.field)) bits = and(bits, match.bits[index] as Bits);
  }
  for (const match of matches.except) {
    const isNarrowed = match.narrowedBy !== null && !ignore.includes(match.narrowedBy);
    if (!ignore.includes(match.field) && !isNarrowed) bits = andNot(bits, match.bits[index] as Bits);
  }
  return bits;
}

/**
 * The selected records of every snapshot of the view, in its order, with preferences and scores; `preferred` is null
 * where nothing is preferred, and `scores` where nothing is searched for.
 */
export function select(matches: Matches): readonly SelectedPart[] {
  return matches.view.parts.map((part, index) => ({
    part,
    bits: selectedBits(matches, index),
    preferred: preferences(matches, index, part.snapshotIndex.snapshot.records.length),
    scores: matches.searchMatches?.[index]?.scores ?? null,
  }));
}

function preferences({ prefer }: Matches, index: number, size: number): Uint8Array | null {
  if (prefer.length === 0) return null;
  const met = new Uint8Array(size);
  for (const { bits } of prefer) {
    const field = bits[index] as Bits;
    for (let document = 0; document < size; document++) {
      if (has(field, document)) met[document] = (met[document] ?? 0) + 1;
    }
  }
  return met;
}

/** How many records are selected in all snapshots together; 0 without a snapshot. */
export function countSelected(parts: readonly SelectedPart[]): number {
  return parts.reduce((sum, { bits }) => sum + count(bits), 0);
}
