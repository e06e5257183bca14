// Choices as the caller wrote them → canonical values, by the vocabulary, the configuration and what the caller may
// see; and what none of them knows.
import type { IndexedField } from '../catalog/segment.ts';
import { CHOICE_FIELDS, type ChoiceField, type Choices } from '../model/choices.ts';
import { fold } from '../model/fold.ts';
import { canonicalGroup } from '../model/group.ts';
import { nearest } from '../model/nearest.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import type { Places } from './places.ts';
import type { VisibleValues } from './view.ts';

/** One field's choice. `asked` are the canonical values that were named; `values` are they and all below them. */
export interface ResolvedChoice {
  readonly field: ChoiceField;
  readonly asked: readonly string[];
  readonly values: readonly string[];
}

export interface UnknownChoice {
  readonly field: ChoiceField;
  readonly value: string;
  readonly suggestions: readonly string[];
}

export interface Resolution {
  readonly choices: readonly ResolvedChoice[];
  readonly unknown: readonly UnknownChoice[];
}

export interface Knowledge {
  readonly vocabulary: Vocabulary;
  readonly places: Places;
  /** The values that the caller may know of. */
  readonly visible: (field: IndexedField) => VisibleValues;
}

/** One value → the canonical values it stands for; null: nobody knows it. */
type Resolver = (text: string, knowledge: Knowledge) => readonly string[] | null;

const asVisible =
  (field: IndexedField): Resolver =>
  (text, { visible }) => {
    const spelling = visible(field).get(fold(text));
    return spelling === undefined ? null : [spelling];
  };

const asGiven: Resolver = (text) => [text];

const RESOLVERS: Readonly<Record<ChoiceField, Resolver>> = {
  facilities: (text, { places }) => orNull(places.resolve(text)),
  frameworks: (text, knowledge) =>
    orNull(knowledge.vocabulary.framework(text)) ?? asVisible('frameworks')(text, knowledge),
  techniques: (text, knowledge) => {
    const term = knowledge.vocabulary.technique(text);
    return term === null ? null : [term.id, ...knowledge.vocabulary.narrower(term.id)];
  },
  licenses: (text, knowledge) =>
    orNull(knowledge.vocabulary.license(text).expression) ?? asVisible('licenses')(text, knowledge),
  groups: (text, knowledge) => asVisible('groups')(canonicalGroup(text) ?? text, knowledge),
  reads: (text, knowledge) =>
    orNull(knowledge.vocabulary.format(text)?.id ?? null) ?? asVisible('reads')(text, knowledge),
  writes: (text, knowledge) =>
    orNull(knowledge.vocabulary.format(text)?.id ?? null) ?? asVisible('writes')(text, knowledge),
  engines: (text, knowledge) => {
    const configured = knowledge.places.engines.find((engine) => fold(engine) === fold(text));
    return asVisible('engines')(text, knowledge) ?? orNull(configured ?? null);
  },
  platforms: asVisible('platforms'),
  // Enumerations: GraphQL has refused every other value.
  conditions: asGiven,
  trust: asGiven,
  sharing: asGiven,
  suppliedBy: asGiven,
  may: asGiven,
};

/** Everything that a field's values may be called, for suggestions. */
const NAMES: Readonly<Partial<Record<ChoiceField, (knowledge: Knowledge) => Iterable<string>>>> = {
  facilities: ({ places }) => places.names,
  frameworks: ({ vocabulary, visible }) => [...vocabulary.frameworks(), ...visible('frameworks').values()],
  techniques: ({ vocabulary }) => vocabulary.techniques().map(({ label }) => label),
  licenses: ({ vocabulary, visible }) => [...vocabulary.licenses(), ...visible('licenses').values()],
  groups: ({ visible }) => visible('groups').values(),
  reads: ({ vocabulary }) => vocabulary.formats().flatMap(({ id, label }) => [id, label]),
  writes: ({ vocabulary }) => vocabulary.formats().flatMap(({ id, label }) => [id, label]),
  engines: ({ places, visible }) => [...places.engines, ...visible('engines').values()],
  platforms: ({ visible }) => visible('platforms').values(),
};

/** Unknown values beyond this many are counted, and neither told nor given suggestions: an answer echoes so much at most. */
export const MOST_TOLD = 8;

/** Fields that are empty or null are not given. */
export function resolveChoices(choices: Choices, knowledge: Knowledge): Resolution {
  const resolved: ResolvedChoice[] = [];
  const unknown: UnknownChoice[] = [];
  for (const field of CHOICE_FIELDS) {
    const given = choices[field];
    if (given == null || given.length === 0) continue;
    const asked = new Set<string>();
    const values = new Set<string>();
    for (const text of given) {
      const found = RESOLVERS[field](text, knowledge);
      if (found === null) {
        const names = unknown.length < MOST_TOLD ? (NAMES[field]?.(knowledge) ?? []) : [];
        unknown.push({ field, value: text, suggestions: nearest(text, names) });
        continue;
      }
      if (found[0] !== undefined) asked.add(found[0]);
      for (const value of found) values.add(value);
    }
    resolved.push({ field, asked: [...asked], values: [...values].sort() });
  }
  return { choices: resolved, unknown };
}

function orNull(value: string | null): readonly string[] | null {
  return value === null ? null : [value];
}
