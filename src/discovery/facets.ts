// How many images each value of a field would give: a field's counts leave out the choice made in that field, so that
// a count is the totalCount with `only` of that field set to the value alone.
import { addDocuments, type Bits, countAnd, emptyBits, has } from '../catalog/bitset.ts';
import type { IndexedField } from '../catalog/segment.ts';
import { FACET_CHOICE, type FacetField } from '../model/choices.ts';
import { ACTIONS } from '../model/decision.ts';
import { fold } from '../model/fold.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
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
}

/** By count, then value; the values in `only` are always there, also beyond `first` and at 0. */
export function facetOf(matches: Matches, field: FacetField, first: number, context: FacetContext): Facet {
  const choice = FACET_CHOICE[field];
  const bits = matches.view.parts.map((_, index) => selectedBits(matches, index, choice));
  const asked = context.chosen.find((chosen) => chosen.field === choice)?.asked ?? [];
  const counts =
    choice === 'may'
      ? countActions(matches, bits)
      : choice === 'techniques'
        ? countTechniques(matches, bits, asked, context.vocabulary)
        : countValues(matches, bits, choice);
  const chosen = new Set(asked.map(fold));
  for (const value of asked) {
    if (!counts.has(fold(value))) counts.set(fold(value), { value, count: 0 });
  }
  const values = [...counts]
    .map(([folded, { value, count }]) => ({
      value,
      label: labelOf(field, value, context),
      count,
      chosen: chosen.has(folded),
    }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  return { field, values: values.filter((value, rank) => rank < first || value.chosen) };
}

type Counts = Map<string, { value: string; count: number }>;

function countValues({ view }: Matches, bits: readonly Bits[], field: IndexedField): Counts {
  const spellings = visibleValues(view, field);
  const counts: Counts = new Map();
  for (const [index, { segment }] of view.parts.entries()) {
    for (const { folded, documents } of segment.fields[field].values()) {
      const count = countIn(documents, bits[index] as Bits);
      if (count === 0) continue;
      const before = counts.get(folded);
      if (before === undefined) counts.set(folded, { value: spellings.get(folded) ?? folded, count });
      else before.count += count;
    }
  }
  return counts;
}

/** A technique stands for all below it, as a choice of it does; listed are those that an image names itself. */
function countTechniques(
  matches: Matches,
  bits: readonly Bits[],
  asked: readonly string[],
  vocabulary: Vocabulary,
): Counts {
  const direct = countValues(matches, bits, 'techniques');
  const counts: Counts = new Map();
  for (const value of new Set([...[...direct.values()].map((entry) => entry.value), ...asked])) {
    const below = new Set([value, ...vocabulary.narrower(value)].map(fold));
    let count = 0;
    for (const [index, { segment }] of matches.view.parts.entries()) {
      const held = [...below].flatMap((id) => segment.fields.techniques.get(id)?.documents ?? []);
      const [only, ...more] = held;
      if (only === undefined) continue;
      const selected = bits[index] as Bits;
      // An image that names several of them counts once.
      count +=
        more.length === 0
          ? countIn(only, selected)
          : countAnd(unionOf(segment.snapshot.records.length, held), selected);
    }
    counts.set(fold(value), { value, count });
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

function unionOf(size: number, lists: readonly Uint32Array[]): Bits {
  const union = emptyBits(size);
  for (const documents of lists) addDocuments(union, documents);
  return union;
}

function countIn(documents: Uint32Array, bits: Bits): number {
  let count = 0;
  for (let index = 0; index < documents.length; index++) {
    if (has(bits, documents[index] as number)) count++;
  }
  return count;
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
