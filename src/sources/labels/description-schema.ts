// The JSON Schema of a description, the JSON in `io.panfed.image`: made of what the readers of labels are made of, the table of
// descriptive fields and the kinds of restrictions, so that a field that is added there is in the schema too.
import { BOUNDS } from '../../model/bounds.ts';
import { DIGEST_PATTERN } from '../../model/digest.ts';
import type { Field } from '../../model/field.ts';
import { CONDITION_KINDS } from '../../model/license.ts';
import { LABELLED_FIELDS } from './labelled-fields.ts';

/** The keywords of JSON Schema 2020-12 that the schema uses. */
export interface DescriptionSchema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly items?: DescriptionSchema;
  readonly properties?: Readonly<Record<string, DescriptionSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  readonly anyOf?: readonly DescriptionSchema[];
  readonly examples?: readonly unknown[];
}

/** Names the schema for editors; it is in the file alone, and in no label. */
export const SCHEMA_KEY = '$schema';

/** GraphQL's Int. */
const MAX_COUNT = 2_147_483_647;

const line = (max: number): DescriptionSchema => ({ type: ['string', 'null'], maxLength: max });
const list = (max: number, items: DescriptionSchema): DescriptionSchema => ({
  type: ['array', 'null'],
  maxItems: max,
  items,
});
const lines = (max: number, length: number = BOUNDS.name): DescriptionSchema =>
  list(max, { type: 'string', maxLength: length });

/** `null`, as every field may be, is "not said"; `mapping` alone may not be null within a list. */
const mapping = (
  properties: Readonly<Record<string, DescriptionSchema>>,
  required: readonly string[] = [],
): DescriptionSchema => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
  additionalProperties: false,
});

const FRAMEWORK: DescriptionSchema = {
  anyOf: [
    { type: 'string', maxLength: BOUNDS.name, description: 'relion@5.0, or the name alone' },
    mapping({ name: { type: 'string', maxLength: BOUNDS.name }, version: line(BOUNDS.version) }, ['name']),
  ],
};

const CONDITION: DescriptionSchema = {
  anyOf: [
    { enum: CONDITION_KINDS },
    mapping(
      {
        kind: { enum: CONDITION_KINDS },
        groups: {
          ...lines(BOUNDS.conditionValues, BOUNDS.group),
          description: 'AARC-G069 URNs: in one of them',
        },
        facilities: {
          ...lines(BOUNDS.conditionValues, BOUNDS.group),
          description: 'Ids of facilities: at one of them',
        },
        servers: {
          ...lines(BOUNDS.conditionValues, BOUNDS.group),
          description: 'License servers: one of them',
        },
      },
      ['kind'],
    ),
  ],
};

/** What is not a descriptive field, by its name. */
const OTHERS: Readonly<Record<string, DescriptionSchema>> = {
  license: {
    ...line(BOUNDS.license),
    description: 'The terms of the software: an SPDX expression, or its text',
    examples: ['GPL-2.0-only'],
  },
  conditions: {
    ...list(BOUNDS.conditions, CONDITION),
    description:
      'What the terms ask beside the license. Conditions are added to all others; they can only restrict',
    examples: [['academic', 'nonCommercial']],
  },
  sharing: {
    enum: ['open', 'conditional', 'none', null],
    description: 'The most that may be shared. It can only be lowered: `open` opens nothing',
  },
  listed: {
    type: ['boolean', 'null'],
    description: 'false: it is not listed to those who may not have it. true opens nothing',
  },
  signed: { type: ['boolean', 'null'], description: 'A claim, which allows nothing' },
  signers: {
    ...lines(BOUNDS.signers),
    description: 'Who is said to have signed: a claim, which allows nothing',
  },
  sbom: {
    type: ['string', 'null'],
    pattern: `^(?:${DIGEST_PATTERN})$`,
    description: 'Digest of the manifest of an SBOM in the image’s own repository',
  },
};

/**
 * The schema (JSON Schema 2020-12) of the JSON in `io.panfed.image`, in its plain form: whatever is valid by it is read without a
 * problem. Labels are read more widely, as a list may also be text with commas, and a number or a boolean text. Lengths are of
 * characters, where the reader counts UTF-16 units, which are more for characters beyond the BMP.
 */
export function descriptionSchema(): DescriptionSchema {
  const described = LABELLED_FIELDS.map(([name, field]) => [name, schemaOf(field)] as const);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'io.panfed.image',
    description:
      'What a container image is, reads and writes, for panfed: the value of its label io.panfed.image',
    ...mapping({
      [SCHEMA_KEY]: { type: 'string', description: 'Names this schema for editors; it is in no label' },
      ...Object.fromEntries(described),
      ...OTHERS,
    }),
  };
}

function schemaOf(field: Field): DescriptionSchema {
  const description = aboutOf(field);
  return { ...shapeOf(field), ...(description !== undefined && { description }) };
}

/** A record has ids, where a label may have other names. */
function aboutOf({ kind, about, label }: Field): string | undefined {
  if (label === undefined || (about !== undefined && kind !== 'terms')) return about;
  const becomes = `${label.becomes.charAt(0).toUpperCase()}${label.becomes.slice(1)}`;
  return kind === 'terms' ? `${becomes}, by id, label or synonym` : becomes;
}

function shapeOf(field: Field): DescriptionSchema {
  switch (field.kind) {
    case 'line':
    case 'prose':
      return line(field.max);
    case 'name':
      return { type: 'string', maxLength: field.max };
    case 'url':
      return { ...line(BOUNDS.url), format: 'uri', pattern: '^[Hh][Tt][Tt][Pp][Ss]?://' };
    case 'time':
      return {
        anyOf: [
          { type: 'string', format: 'date-time' },
          { type: 'string', format: 'date' },
          { type: 'null' },
        ],
      };
    case 'amount':
      return { type: ['integer', 'null'], minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
    case 'count':
      return { type: ['integer', 'null'], minimum: 0, maximum: MAX_COUNT };
    case 'names':
    case 'terms':
      return lines(field.max);
    case 'frameworks':
      return list(field.max, FRAMEWORK);
    case 'group':
    case 'part':
      return shapeOfGroup(field.fields);
  }
}

/** A name is what the group is about: without it nothing is said. */
function shapeOfGroup(fields: Readonly<Record<string, Field>>): DescriptionSchema {
  const entries = Object.entries(fields);
  const names = entries.filter(([, { kind }]) => kind === 'name').map(([name]) => name);
  const inner = mapping(Object.fromEntries(entries.map(([name, field]) => [name, schemaOf(field)])), names);
  return { ...inner, type: ['object', 'null'] };
}
