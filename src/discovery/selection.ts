// What a question selects: visible ∧ search ∧ (and over only) ∧ ¬(or over except), with how many preferences each
// record meets. A facet asks again without its own field.
import { and, andNot, type Bits, count, emptyBits, has } from '../catalog/bitset.ts';
import type { ChoiceField } from '../model/choices.ts';
import type { Pace } from '../model/pace.ts';
import type { FieldMatch } from './choose.ts';
import { type SearchMatches, searchSegment } from './search.ts';
import type { SearchTerms } from './search-terms.ts';
import type { SnapshotAccess, View } from './view.ts';

/** A question's matches in all parts of a view. */
export interface Matches {
  readonly view: View;
  /** null: nothing is searched for. One a part. */
  readonly found: readonly SearchMatches[] | null;
  readonly only: readonly FieldMatch[];
  readonly except: readonly FieldMatch[];
  readonly prefer: readonly FieldMatch[];
  /** The records of one framework, where the question is about its images; one set a part. */
  readonly within: readonly Bits[] | null;
  /** True if a choice names what nobody knows while a registry is missing: nothing is selected. */
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

export async function findAll(
  view: View,
  search: SearchTerms | null,
  pace: Pace,
): Promise<readonly SearchMatches[] | null> {
  if (search === null) return null;
  const found: SearchMatches[] = [];
  for (const { snapshotIndex, discover } of view.parts) {
    found.push(await searchSegment(snapshotIndex, search.terms, discover, pace, view.bounds.signal));
  }
  return found;
}

/** The selected records of one part. `ignore`: the fields whose own choices a facet leaves out. */
export function selectedBits(matches: Matches, index: number, ignore: readonly ChoiceField[] = []): Bits {
  const part = matches.view.parts[index] as SnapshotAccess;
  if (matches.nothing) return emptyBits(part.snapshotIndex.snapshot.records.length);
  let bits: Bits = part.discover;
  if (matches.within !== null) bits = and(bits, matches.within[index] as Bits);
  const found = matches.found?.[index];
  if (found !== undefined) bits = and(bits, found.bits);
  for (const match of matches.only) {
    if (!ignore.includes(match.field)) bits = and(bits, match.bits[index] as Bits);
  }
  for (const match of matches.except) {
    const isNarrowed = match.narrowedBy !== null && !ignore.includes(match.narrowedBy);
    if (!ignore.includes(match.field) && !isNarrowed) bits = andNot(bits, match.bits[index] as Bits);
  }
  return bits;
}

export function select(matches: Matches): readonly SelectedPart[] {
  return matches.view.parts.map((part, index) => ({
    part,
    bits: selectedBits(matches, index),
    preferred: preferences(matches, index, part.snapshotIndex.snapshot.records.length),
    scores: matches.found?.[index]?.scores ?? null,
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

export function countSelected(parts: readonly SelectedPart[]): number {
  return parts.reduce((sum, { bits }) => sum + count(bits), 0);
}
