// What describes an image, in the JSON Schemas that policies are checked against: each field as policies are given it.
import type { Field } from '../src/model/field.ts';
import { DESCRIPTIVE_FIELDS } from '../src/model/image-fields.ts';

type Json = Readonly<Record<string, unknown>>;

interface InputSchema {
  readonly properties: { readonly record: RecordSchema };
}

interface RecordSchema {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The schema with the descriptive fields as they are now: a known one in its place, a new one behind `platforms`. */
export function withDescriptiveFields(schema: InputSchema): InputSchema {
  const { record } = schema.properties;
  const fields = Object.entries(DESCRIPTIVE_FIELDS as Readonly<Record<string, Field>>);
  const added = fields.map(([name]) => name).filter((name) => !Object.hasOwn(record.properties, name));
  const names = Object.keys(record.properties).flatMap((name) =>
    name === 'platforms' ? [name, ...added] : [name],
  );
  const described = new Map(fields);
  const properties = names.map((name) => {
    const field = described.get(name);
    return [name, field === undefined ? record.properties[name] : fieldSchema(field)];
  });
  const changed = { ...record, required: names, properties: Object.fromEntries(properties) };
  return { ...schema, properties: { ...schema.properties, record: changed } };
}

export function fieldSchema(field: Field): Json {
  const { about, saidBy } = field;
  const words = { ...(about !== undefined && { description: about }), 'x-saidBy': saidBy };
  switch (field.kind) {
    case 'name':
      return { type: 'string', ...words };
    case 'line':
    case 'prose':
    case 'url':
    case 'time':
      return { type: ['string', 'null'], ...words };
    case 'amount':
    case 'count':
      return { type: ['number', 'null'], ...words };
    case 'names':
    case 'terms':
      return { type: 'array', items: { type: 'string' }, ...words };
    case 'frameworks':
      return { type: 'array', items: FRAMEWORK, ...words };
    case 'group':
      return objectSchema('object', field.fields);
    case 'part':
      return { ...objectSchema(['object', 'null'], field.fields), ...words };
  }
}

function objectSchema(type: unknown, fields: Readonly<Record<string, Field>>): Json {
  const properties = Object.entries(fields).map(([name, field]) => [name, fieldSchema(field)]);
  return {
    type,
    additionalProperties: false,
    required: Object.keys(fields),
    properties: Object.fromEntries(properties),
  };
}

const FRAMEWORK: Json = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'version', 'raw'],
  properties: {
    name: { type: 'string', description: 'Canonical name', 'x-saidBy': 'the vocabulary' },
    version: {
      type: ['string', 'null'],
      description: 'As the registry writes it',
      'x-saidBy': 'the registry, else a label',
    },
    raw: {
      type: 'string',
      description: 'Name as the registry writes it',
      'x-saidBy': 'the registry, else a label',
    },
  },
};
