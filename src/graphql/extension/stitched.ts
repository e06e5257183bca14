// The schema that clients see and documents are validated against: the gateway's own and every facility's extension.
import { stitchSchemas } from '@graphql-tools/stitch';
import { type DocumentNode, type GraphQLResolveInfo, type GraphQLSchema, Kind, visit } from 'graphql';
import type { VisibleItem } from '../../discovery/view.ts';
import type { GatewayContext } from '../context.ts';
import { resolvers, typeDefs } from '../schema.ts';
import type { Extension } from './extension.ts';
import { markExtensions } from './mark.ts';

/**
 * The gateway's schema with the field `Image.<facility>` of each extension. The gateway's own types are type
 * definitions and not a subschema, so that no list is delegated. Throws graphql-tools' error where an extension does
 * not fit.
 */
export function stitch(extensions: readonly Extension[]): GraphQLSchema {
  const fields = extensions.map(({ facility, type }) => {
    const name = fieldName(facility);
    return `extend type Image { "What ${facility}'s own registry adds; null for other facilities' images." ${name}: ${type} }`;
  });
  const schema = stitchSchemas<GatewayContext>({
    subschemas: extensions.map(({ subschema }) => subschema),
    typeDefs: [typeDefs, ...fields],
    resolvers: {
      ...resolvers,
      Image: { ...resolvers.Image, ...Object.fromEntries(extensions.map(resolverOf)) },
    },
  });
  markExtensions(
    schema,
    extensions.map(({ facility }) => fieldName(facility)),
  );
  return schema;
}

function resolverOf({ facility, resolve }: Extension): [string, unknown] {
  return [
    fieldName(facility),
    (visible: VisibleItem, _: unknown, context: GatewayContext, info: GraphQLResolveInfo) =>
      resolve(visible, context, info),
  ];
}

function fieldName(facility: string): string {
  return facility.replaceAll('-', '_');
}

/**
 * Whether a document selects an extension's field or introspects the schema (`__schema`, `__type`), so that it needs
 * the stitched schema.
 */
export function needsStitched(document: DocumentNode, extensions: readonly Extension[]): boolean {
  const names = new Set(extensions.map(({ facility }) => fieldName(facility)));
  let found = false;
  visit(document, {
    [Kind.FIELD]: (node) => {
      if (
        names.has(node.name.value) ||
        node.name.value.startsWith('__schema') ||
        node.name.value === '__type'
      ) {
        found = true;
      }
    },
  });
  return found;
}
