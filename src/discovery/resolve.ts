// Choices as the caller wrote them → canonical values, by the vocabulary, the configuration and the values that the
// caller may see; and the choices that none of them knows.
import type { IndexedField } from '../catalog/index/snapshot-index.ts';
import { CHOICE_FIELDS, type ChoiceField, type Choices } from '../model/choices.ts';
import { fold } from '../model/fold.ts';
import { canonicalGroup } from '../model/group.ts';
import { type NameIndex, nameIndex, nearestIn } from '../model/nearest.ts';
import type { Sense, Vocabulary } from '../vocabulary/vocabulary.ts';
import type { Places } from './places.ts';
import type { VisibleValues } from './view.ts';

/** One field's choice. `selected`: the canonical values that were named; `values`: these and all narrower ones, sorted. */
export interface ResolvedChoice {
  readonly field: ChoiceField;
  readonly selected: readonly string[];
  readonly values: readonly string[];
}

export interface UnknownChoice {
  readonly field: ChoiceField;
  readonly value: string;
}

/** A technique by a term that means several. */
export interface AmbiguousChoice extends UnknownChoice {
  readonly senses: readonly Sense[];
}

export interface Resolution {
  readonly choices: readonly ResolvedChoice[];
  readonly unknown: readonly UnknownChoice[];
  readonly ambiguous: readonly AmbiguousChoice[];
}

export interface Knowledge {
  readonly vocabulary: Vocabulary;
  readonly places: Places;
  /** The values that the caller may know of. */
  readonly visible: (field: IndexedField) => VisibleValues;
  /** The one facility that is chosen, whose words are meant; null: none is, or several are. */
  readonly facility: string | null;
}

/** One value → the canonical values that it means, the value itself first; null: it is unknown. Or the several that it may mean. */
type Resolver = (text: string, knowledge: Knowledge) => readonly string[] | Senses | null;

interface Senses {
  readonly senses: readonly Sense[];
}

const asVisible =
  (field: IndexedField): Resolver =>
  (text, { visible }) => {
    const spelling = visible(field).get(fold(text));
    return spelling === undefined ? null : [spelling];
  };

const asGiven: Resolver = (text) => [text.trim()];

/** An image that reads NXtomo reads NeXus, and HDF5: so these include it. */
function formatIn(field: 'reads' | 'writes'): Resolver {
  return (text, knowledge) => {
    const format = knowledge.vocabulary.format(text);
    if (format === null) return asVisible(field)(text, knowledge);
    return [format.id, ...knowledge.vocabulary.narrowerFormats(format.id)];
  };
}

const RESOLVERS: Readonly<Record<ChoiceField, Resolver>> = {
  facilities: (text, { places }) => orNull(places.resolve(text)),
  frameworks: (text, knowledge) =>
    orNull(knowledge.vocabulary.framework(text)) ?? asVisible('frameworks')(text, knowledge),
  // A version or a range of versions; it may contain no version that exists.
  versions: asGiven,
  techniques: (text, { vocabulary, facility }) => {
    const own = facility === null ? null : vocabulary.techniqueAt(facility, text);
    const technique = own ?? vocabulary.technique(text);
    if (technique !== null) return [technique.id, ...vocabulary.narrower(technique.id)];
    const senses = vocabulary.senses(text);
    return senses.length === 0 ? null : { senses };
  },
  licenses: (text, knowledge) =>
    orNull(knowledge.vocabulary.license(text).expression) ?? asVisible('licenses')(text, knowledge),
  groups: (text, knowledge) => asVisible('groups')(canonicalGroup(text) ?? text, knowledge),
  reads: formatIn('reads'),
  writes: formatIn('writes'),
  engines: (text, knowledge) => {
    const configured = knowledge.places.engines.find((engine) => fold(engine) === fold(text));
    return asVisible('engines')(text, knowledge) ?? orNull(configured ?? null);
  },
  platforms: asVisible('platforms'),
  // Whether any image has it is known once the lists of components were asked.
  components: asGiven,
  // Enumerations: GraphQL has refused every other value.
  conditions: asGiven,
  trust: asGiven,
  sharing: asGiven,
  suppliedBy: asGiven,
  may: asGiven,
};

/** Names of a field's values besides the visible ones, for suggestions. */
const NAMES: Readonly<Partial<Record<ChoiceField, (knowledge: Knowledge) => Iterable<string>>>> = {
  facilities: ({ places }) => places.names,
  frameworks: ({ vocabulary }) => vocabulary.frameworks(),
  techniques: ({ vocabulary }) => techniqueNames(vocabulary),
  licenses: ({ vocabulary }) => vocabulary.licenses(),
  reads: ({ vocabulary }) => vocabulary.formats().flatMap(({ id, label }) => [id, label]),
  writes: ({ vocabulary }) => vocabulary.formats().flatMap(({ id, label }) => [id, label]),
  engines: ({ places }) => places.engines,
};
const techniqueNames = (vocabulary: Vocabulary): readonly string[] =>
  vocabulary.techniques().flatMap(({ label, synonyms }) => [label, ...synonyms]);

/** At most three names of techniques, the nearest to a text first; empty if none is near. Compares every name. */
export const nearTechniques = (text: string, vocabulary: Vocabulary): readonly string[] =>
  nearestIn(text, [indexFor(vocabulary, 'techniques', () => techniqueNames(vocabulary))]);

/** Fields whose values need not be in a vocabulary. */
const VISIBLE: readonly IndexedField[] = ['frameworks', 'licenses', 'groups', 'engines', 'platforms'];

/** Indexes of names, one per field, for the vocabulary, the places, and each set of visible values. */
const nameIndexes = new WeakMap<object, Map<string, NameIndex>>();

function indexFor(owner: object, field: string, names: () => Iterable<string>): NameIndex {
  const known = nameIndexes.get(owner) ?? new Map<string, NameIndex>();
  nameIndexes.set(owner, known);
  const index = known.get(field) ?? nameIndex(names());
  known.set(field, index);
  return index;
}

/** Suggested meanings of a text that several formats have. */
const MAX_MEANINGS = 3;

/**
 * At most three known names, the nearest to an unknown one first (as {@link nearestIn}); empty if none is near. For a text
 * that several formats have, such as `.h5`, three of these. Compares every name of the field, so call it only to report it.
 */
export function suggestionsFor({ field, value }: UnknownChoice, knowledge: Knowledge): readonly string[] {
  const { vocabulary, places, visible } = knowledge;
  const meanings = field === 'reads' || field === 'writes' ? vocabulary.formatsOf(value) : [];
  if (meanings.length > 0) return meanings.slice(0, MAX_MEANINGS).map(({ id }) => id);
  const names = NAMES[field];
  const owner = field === 'facilities' || field === 'engines' ? places : vocabulary;
  const own = names === undefined ? [] : [indexFor(owner, field, () => names(knowledge))];
  const indexed = VISIBLE.find((one) => one === field);
  if (indexed === undefined) return nearestIn(value, own);
  const values = visible(indexed);
  return nearestIn(value, [...own, indexFor(values, field, () => values.values())]);
}

/**
 * The choices with canonical values (`values`: sorted, each once), in the order of {@link CHOICE_FIELDS}, and the
 * unknown and ambiguous ones as they were written. A field that is empty or null counts as not given. Never throws.
 */
export function resolveChoices(choices: Choices, knowledge: Knowledge): Resolution {
  const resolved: ResolvedChoice[] = [];
  const unknown: UnknownChoice[] = [];
  const ambiguous: AmbiguousChoice[] = [];
  for (const field of CHOICE_FIELDS) {
    const given = choices[field];
    if (given == null || given.length === 0) continue;
    const selected = new Set<string>();
    const values = new Set<string>();
    for (const text of given) {
      const found = RESOLVERS[field](text, knowledge);
      if (found === null) {
        unknown.push({ field, value: text });
        continue;
      }
      if ('senses' in found) {
        ambiguous.push({ field, value: text, senses: found.senses });
        continue;
      }
      if (found[0] !== undefined) selected.add(found[0]);
      for (const value of found) values.add(value);
    }
    resolved.push({ field, selected: [...selected], values: [...values].sort() });
  }
  return { choices: resolved, unknown, ambiguous };
}

function orNull(value: string | null): readonly string[] | null {
  return value === null ? null : [value];
}
