// GraphiQL and generated types show descriptions: nothing of what portals or labs read is without one.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  buildSchema,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { createSchema } from '../../src/graphql/schema.ts';
import { REGISTRY_SDL } from '../../src/registry-server/schema.ts';

interface Described {
  readonly description?: string | null | undefined;
}

/** Every part that may have a description, by its coordinate. */
function partsOf(type: GraphQLNamedType): readonly (readonly [string, Described])[] {
  const own = [[type.name, type] as const];
  const inside = (parts: readonly { readonly name: string }[]) =>
    parts.map((part) => [`${type.name}.${part.name}`, part as Described] as const);
  if (isEnumType(type)) return [...own, ...inside(type.getValues())];
  if (isInputObjectType(type)) return [...own, ...inside(Object.values(type.getFields()))];
  if (!isObjectType(type) && !isInterfaceType(type)) return own;
  const fields = Object.values(type.getFields());
  const args = fields.flatMap(({ name, args }) =>
    args.map((arg) => [`${type.name}.${name}(${arg.name}:)`, arg as Described] as const),
  );
  return [...own, ...inside(fields), ...args];
}

function undescribed(schema: GraphQLSchema): readonly string[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .flatMap(partsOf)
    .filter(([, { description }]) => (description ?? '').trim() === '')
    .map(([coordinate]) => coordinate);
}

const file = (path: string): GraphQLSchema =>
  buildSchema(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));

const SCHEMAS: Readonly<Record<string, () => GraphQLSchema>> = {
  'the gateway’s schema': createSchema,
  'the contract of registries': () => buildSchema(REGISTRY_SDL),
  'what DESY adds': () => file('catalogs/desy.extension.graphql'),
  'what ESRF adds': () => file('catalogs/esrf.extension.graphql'),
};

describe('every type, field, argument and value has a description', () => {
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    test(`in ${name}`, () => assert.deepEqual(undescribed(schema()), []));
  }
});
