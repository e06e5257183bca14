// `--only facility=esrf,desy` and its like: choices as people write them → the gateway's input `Choices`.
import { InvalidArgumentError } from 'commander';
import { CHOICE_FIELDS, type ChoiceField, FACET_FIELDS, type FacetField } from '../../model/choices.ts';
import { ACTIONS } from '../../model/decision.ts';
import { enumName, meantWord } from '../../model/enum-words.ts';
import { SHARINGS, SUPPLIERS } from '../../model/image.ts';
import { CONDITION_KINDS } from '../../model/license.ts';
import { didYouMean } from '../../model/nearest.ts';
import { TRUST_STATES } from '../../model/trust.ts';

export type ChoiceValues = { readonly [F in ChoiceField]?: readonly string[] };

/** The words that may stand for a field besides its name. */
export const SINGULAR: Readonly<Record<string, ChoiceField>> = {
  facility: 'facilities',
  framework: 'frameworks',
  version: 'versions',
  technique: 'techniques',
  license: 'licenses',
  condition: 'conditions',
  group: 'groups',
  supplier: 'suppliedBy',
  engine: 'engines',
  platform: 'platforms',
  component: 'components',
};

const ENUMERATIONS: { readonly [F in ChoiceField]?: readonly string[] } = {
  conditions: CONDITION_KINDS.map(enumName),
  trust: TRUST_STATES.map(enumName),
  sharing: SHARINGS.map(enumName),
  suppliedBy: SUPPLIERS.map(enumName),
  may: ACTIONS.map(enumName),
};

/**
 * The choices with one more `field=value[,value…]`, behind whose values others may follow: `facility=esrf,license=MIT`
 * is two choices. Repeated fields are joined; by default there are none before. Throws commander's InvalidArgumentError
 * for another form, an unknown field, and as {@link addValues}.
 */
export function addChoice(text: string, before: ChoiceValues = {}): ChoiceValues {
  const parts = text.split(',').reduce<{ field: ChoiceField; values: string }[]>((read, part) => {
    const equals = part.indexOf('=');
    const last = read.at(-1);
    if (equals > 0 && (last === undefined || isFieldLike(part.slice(0, equals)))) {
      read.push({ field: fieldNamed(part.slice(0, equals).trim()), values: part.slice(equals + 1) });
    } else if (last !== undefined) {
      last.values += `,${part}`;
    } else {
      throw new InvalidArgumentError('Write it as field=value[,value…].');
    }
    return read;
  }, []);
  return parts.reduce((sum, { field, values }) => addValues(field, values, sum), before);
}

/** A word alone; anything else in front of a `=` is part of a value. */
const isFieldLike = (text: string): boolean => /^\s*[A-Za-z]+\s*$/.test(text);

/**
 * The choices with the values of one field added, which are separated by commas, to those `before` (none by
 * default). Throws commander's InvalidArgumentError where there is none, or one that the field does not have.
 */
export function addValues(field: ChoiceField, text: string, before: ChoiceValues = {}): ChoiceValues {
  const split = text
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  const values = field === 'versions' || field === 'components' ? withRanges(split) : split;
  if (values.length === 0) throw new InvalidArgumentError(`Name a value of ${field}.`);
  const known = ENUMERATIONS[field];
  const read = known === undefined ? values : values.map((value) => wordOf(value, known, field));
  return { ...before, [field]: [...(before[field] ?? []), ...read] };
}

/** The values of both, field by field. */
export function joinedChoices(one: ChoiceValues, other: ChoiceValues): ChoiceValues {
  const sum: { [F in ChoiceField]?: readonly string[] } = { ...one };
  for (const [field, values] of Object.entries(other) as [ChoiceField, readonly string[]][]) {
    sum[field] = [...(sum[field] ?? []), ...values];
  }
  return sum;
}

/**
 * A comma between comparators is "and", as for pip: `>=4.0,<5` is one range, where two would be every version; so is
 * `openssl@>=3,<3.1` of a component.
 */
function withRanges(pieces: readonly string[]): readonly string[] {
  const values: string[] = [];
  for (const piece of pieces) {
    const before = values.at(-1);
    if (/^[<>≤≥]/.test(piece) && before !== undefined && /(?:^|@)\s*[<>≤≥][^@]*$/.test(before))
      values[values.length - 1] = `${before},${piece}`;
    else values.push(piece);
  }
  return values;
}

/**
 * The facets of `--facets facility,license`, in their order; all of them for `all`. Throws commander's
 * InvalidArgumentError for an unknown one.
 */
export function facetFields(text: string): readonly FacetField[] {
  if (text === 'all') return FACET_FIELDS;
  return text.split(',').map((name) => wordOf(name.trim(), FACET_FIELDS, 'facets') as FacetField);
}

function fieldNamed(name: string): ChoiceField {
  const lower = name.toLowerCase();
  const words: Readonly<Record<string, ChoiceField>> = {
    ...SINGULAR,
    ...Object.fromEntries(CHOICE_FIELDS.map((field) => [field, field])),
  };
  const match = Object.keys(words).find((word) => word.toLowerCase() === lower);
  const field = match === undefined ? undefined : words[match];
  if (field !== undefined) return field;
  throw new InvalidArgumentError(
    `There is no field ${name}. ${nearAndAll(name, Object.keys(words), 'Fields', CHOICE_FIELDS)}`,
  );
}

/** Other words for a value. */
const SYNONYMS: Readonly<Partial<Record<ChoiceField, Readonly<Record<string, string>>>>> = {
  may: { RUN: 'EXECUTE', DOWNLOAD: 'PULL', SEE: 'DISCOVER', FIND: 'DISCOVER' },
};

function wordOf(value: string, known: readonly string[], field: ChoiceField | 'facets'): string {
  const given = enumName(value);
  const word = (field === 'facets' ? undefined : SYNONYMS[field]?.[given]) ?? given;
  const meant = meantWord(word, known);
  if (meant !== null) return meant;
  throw new InvalidArgumentError(
    `${value} is not a value of ${field}. ${nearAndAll(word, known, 'Values', known)}`,
  );
}

/** `Did you mean a? Values: a, b.` */
function nearAndAll(word: string, names: readonly string[], title: string, all: readonly string[]): string {
  const near = didYouMean(word, names);
  return `${near === undefined ? '' : `${near} `}${title}: ${all.join(', ')}.`;
}
