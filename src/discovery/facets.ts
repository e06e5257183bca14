// How many images each value of a field would select. The counts of a field ignore the choice made in that field, so
// that a count is the totalCount of the question with `only` of that field set to this value.
import { type Bits, countAnd } from '../catalog/bitset.ts';
import { countHolders } from '../catalog/index/holders.ts';
import type { IndexedField } from '../catalog/index/snapshot-index.ts';
import { type ChoiceField, FACET_CHOICE, type FacetField } from '../model/choices.ts';
import { ACTIONS } from '../model/decision.ts';
import { fold } from '../model/fold.ts';
import type { Pace } from '../model/pace.ts';
import { sortedInTurns } from '../model/sorted.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import { frameworksOf } from './choose.ts';
import { withNarrower } from './facet-narrower.ts';
import { type Counts, countFrameworks, countVersions } from './facet-versions.ts';
import type { Places } from './places.ts';
import type { ResolvedChoice } from './resolve.ts';
import { type Matches, selectedBits } from './selection.ts';
import { visibleValues } from './view.ts';

export interface FacetValue {
  readonly value: string;
  readonly label: string;
  readonly count: number;
  readonly chosen: boolean;
}

export interface Facet {
  readonly field: FacetField;
  readonly values: readonly FacetValue[];
}

export interface FacetContext {
  readonly vocabulary: Vocabulary;
  readonly places: Places;
  /** The question's `only`, resolved. */
  readonly chosen: readonly ResolvedChoice[];
  /** Its `except`. */
  readonly except: readonly ResolvedChoice[];
}

/**
 * The values of a field with their counts in the matches, without the choice made in that field: the `first` (0 or
 * more) with the highest counts, then by value in code units. The values in `only` are always there, also beyond
 * `first` and at 0. Rests where `pace` is due; never rejects.
 */
export async function facetOf(
  matches: Matches,
  field: FacetField,
  first: number,
  context: FacetContext,
  pace: Pace,
): Promise<Facet> {
  const choice = FACET_CHOICE[field];
  const selected = context.chosen.find((chosen) => chosen.field === choice)?.selected ?? [];
  const counts = await countsOf(matches, choice, selected, context, pace);
  const chosen = new Set(selected.map(fold));
  for (const value of selected) {
    if (!counts.has(fold(value))) counts.set(fold(value), { value, count: 0 });
  }
  const ranked = await sortedInTurns(
    counts,
    pace,
    ([, a], [, b]) => b.count - a.count || (a.value < b.value ? -1 : 1),
  );
  const values = ranked
    .filter(([folded], rank) => rank < first || chosen.has(folded))
    .map(([folded, { value, count }]) => ({
      value,
      label: labelOf(field, value, context),
      count,
      chosen: chosen.has(folded),
    }));
  return { field, values };
}

/** The counts of a field leave out what is chosen in it. */
async function countsOf(
  matches: Matches,
  field: ChoiceField,
  selected: readonly string[],
  { vocabulary, chosen, except }: FacetContext,
  pace: Pace,
): Promise<Counts> {
  const leftOut = (...fields: readonly ChoiceField[]): readonly Bits[] =>
    matches.view.parts.map((_, index) => selectedBits(matches, index, fields));
  switch (field) {
    // It has no facet: an image may have thousands.
    case 'components':
      return new Map();
    case 'may':
      return countActions(matches, leftOut(field));
    case 'techniques':
    case 'reads':
    case 'writes': {
      const bits = leftOut(field);
      return withNarrower(matches.view, bits, field, countValues(matches, bits, field), selected, vocabulary);
    }
    case 'versions':
      return countVersions(matches.view, leftOut(field), selected, frameworksOf(chosen), pace);
    case 'frameworks': {
      const versions = { only: rangesOf(chosen), except: rangesOf(except) ?? [] };
      if (versions.only === null && versions.except.length === 0)
        return countValues(matches, leftOut(field), field);
      return countFrameworks(matches.view, leftOut('frameworks', 'versions'), versions, pace);
    }
    default:
      return countValues(matches, leftOut(field), field);
  }
}

/** The chosen ranges of versions; null where none is chosen. */
function rangesOf(choices: readonly ResolvedChoice[]): readonly string[] | null {
  return choices.find(({ field }) => field === 'versions')?.values ?? null;
}

function countValues({ view }: Matches, bits: readonly Bits[], field: IndexedField): Counts {
  const spellings = visibleValues(view, field);
  const counts: Counts = new Map();
  for (const [index, { snapshotIndex }] of view.parts.entries()) {
    for (const value of snapshotIndex.fields[field].values()) {
      const count = countHolders(value, bits[index] as Bits);
      if (count === 0) continue;
      const { folded } = value;
      const before = counts.get(folded);
      if (before === undefined) counts.set(folded, { value: spellings.get(folded) ?? folded, count });
      else before.count += count;
    }
  }
  return counts;
}

function countActions({ view }: Matches, bits: readonly Bits[]): Counts {
  const counts: Counts = new Map();
  for (const action of ACTIONS) {
    let count = 0;
    for (const [index, part] of view.parts.entries()) count += countAnd(bits[index] as Bits, part[action]);
    if (count > 0) counts.set(action, { value: action, count });
  }
  return counts;
}

function labelOf(field: FacetField, value: string, { vocabulary, places }: FacetContext): string {
  switch (field) {
    case 'FACILITY':
      return places.get(value).name;
    case 'TECHNIQUE':
      return vocabulary.technique(value)?.label ?? value;
    case 'READS':
    case 'WRITES':
      return vocabulary.format(value)?.label ?? value;
    default:
      return value;
  }
}
