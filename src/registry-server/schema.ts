// The contract server's schema: registry.graphql over a catalog, with the fields that the lab adds to Image.
import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type DefinitionNode,
  type DocumentNode,
  extendSchema,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
} from 'graphql';
import { FederationError } from '../model/errors.ts';
import { didYouMean } from '../model/nearest.ts';
import type { RegistryCatalog, RegistryImage } from './catalog.ts';

/** The contract's SDL. */
export const REGISTRY_SDL = readFileSync(
  new URL('../../src/sources/registry.graphql', import.meta.url),
  'utf8',
);

const CONTRACT = 2;
const LARGEST_PAGE = 1_000;

/**
 * An executable schema of the contract's version 2. The extension's SDL (null: there is none) writes `type
 * Image { … }` with the fields that it adds; fields that the contract has already are ignored. A page has 1
 * to 1,000 images, and a list of ids at most 1,000: any other is BAD_INPUT in the answer, and an unknown
 * cursor BAD_CURSOR.
 *
 * @throws FederationError CONFIG_INVALID for an SDL that does not fit the contract, CATALOG_INVALID for an
 * image whose extension lacks a required field or has an unknown one
 */
export function registrySchema(catalog: RegistryCatalog, extension: string | null): GraphQLSchema {
  const contract = buildSchema(REGISTRY_SDL);
  const schema = extension === null ? contract : extended(contract, extension);
  const added = addedFields(contract, schema);
  const images = catalog.images.map((image) => served(image, added));
  const positions = new Map(catalog.images.map(({ id }, index) => [id, index]));
  const { facility, name, generation } = catalog;

  const query = fieldsOf(schema, 'Query');
  set(query, 'registry', () => ({ facility, name, generation, contract: CONTRACT }));
  set(query, 'images', ({ first, after }) => pageOf(images, positions, generation, first, after));
  set(query, 'imagesById', ({ ids }) => imagesById(images, positions, ids));
  return schema;
}

type Arguments = Readonly<Record<string, unknown>>;
type Fields = ReturnType<GraphQLObjectType['getFields']>;
type Served = Readonly<Record<string, unknown>>;

function pageOf(
  images: readonly Served[],
  positions: ReadonlyMap<string, number>,
  generation: string,
  first: unknown,
  after: unknown,
) {
  const size = Number(first);
  if (size < 1 || size > LARGEST_PAGE)
    throw new FederationError('BAD_INPUT', `first is from 1 to ${LARGEST_PAGE}`);
  const start = after === null || after === undefined ? 0 : afterCursor(positions, String(after));
  const nodes = images.slice(start, start + size);
  const end = start + nodes.length;
  return {
    nodes,
    generation,
    hasNextPage: end < images.length,
    endCursor: nodes.length === 0 ? null : toCursor(String(nodes.at(-1)?.id)),
  };
}

/** A cursor is the id of the last image of its page, in base64url. */
const toCursor = (id: string): string => Buffer.from(id, 'utf8').toString('base64url');

function afterCursor(positions: ReadonlyMap<string, number>, cursor: string): number {
  const position = positions.get(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (position === undefined)
    throw new FederationError('BAD_CURSOR', 'the cursor is not of this registry, or its image is gone');
  return position + 1;
}

function imagesById(images: readonly Served[], positions: ReadonlyMap<string, number>, ids: unknown) {
  if (!Array.isArray(ids) || ids.length > LARGEST_PAGE)
    throw new FederationError('BAD_INPUT', `at most ${LARGEST_PAGE} ids`);
  return ids.map((id) => images[positions.get(String(id)) ?? -1] ?? null);
}

/** The fields of an image; the contract's take precedence over an extension's of the same name. */
function served({ id, node, extension, attached }: RegistryImage, added: Fields): Served {
  const own: Record<string, unknown> = {};
  for (const [name, { type }] of Object.entries(added)) {
    const value = extension[name] ?? null;
    if (value === null && isNonNullType(type)) {
      if (!isListType(type.ofType)) throw missing(id, name);
      own[name] = [];
    } else own[name] = value;
  }
  const stray =
    Object.keys(added).length > 0 && Object.keys(extension).find((name) => !Object.hasOwn(added, name));
  if (stray) {
    throw new FederationError('CATALOG_INVALID', `the extension’s schema has no field ${stray}`, {
      at: id,
      hint: didYouMean(stray, Object.keys(added)),
    });
  }
  return { ...own, ...attached, ...node };
}

const missing = (id: string, name: string): FederationError =>
  new FederationError(
    'CATALOG_INVALID',
    `the extension’s field ${name} is missing, and its schema requires it`,
    {
      at: id,
    },
  );

function addedFields(contract: GraphQLSchema, schema: GraphQLSchema): Fields {
  const known = fieldsOf(contract, 'Image');
  return Object.fromEntries(
    Object.entries(fieldsOf(schema, 'Image')).filter(([name]) => !Object.hasOwn(known, name)),
  );
}

function extended(contract: GraphQLSchema, sdl: string): GraphQLSchema {
  try {
    const document = parse(sdl, { maxTokens: 10_000 });
    const definitions = document.definitions.flatMap((definition) => asExtension(contract, definition));
    return extendSchema(contract, { ...document, definitions } satisfies DocumentNode);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const place = error instanceof GraphQLError ? error.locations?.[0] : undefined;
    throw new FederationError(
      'CONFIG_INVALID',
      `the extension’s schema does not fit the contract: ${error.message}`,
      {
        at: place === undefined ? 'extension' : `extension:${place.line}:${place.column}`,
      },
    );
  }
}

/** `type Image {…}` of the extension becomes `extend type Image {…}`, without the fields that the contract has. */
function asExtension(contract: GraphQLSchema, definition: DefinitionNode): DefinitionNode[] {
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION) {
    return [definition];
  }
  const known = contract.getType(definition.name.value);
  if (!isObjectType(known)) return [definition];
  const fields =
    definition.fields?.filter((field) => !Object.hasOwn(known.getFields(), field.name.value)) ?? [];
  return fields.length === 0 ? [] : [extensionOf(definition, fields)];
}

function extensionOf(
  { name }: ObjectTypeDefinitionNode | ObjectTypeExtensionNode,
  fields: NonNullable<ObjectTypeDefinitionNode['fields']>,
): ObjectTypeExtensionNode {
  return { kind: Kind.OBJECT_TYPE_EXTENSION, name, fields };
}

function fieldsOf(schema: GraphQLSchema, type: string): Fields {
  const found = schema.getType(type);
  return isObjectType(found) ? found.getFields() : {};
}

function set(fields: Fields, name: string, resolve: (args: Arguments) => unknown): void {
  const field = fields[name];
  if (field !== undefined) field.resolve = (_source, args) => resolve(args);
}
