// A facility's own fields of Image, known by a mark in the schema: what they cost is not what the gateway's own cost.
import { type GraphQLField, type GraphQLSchema, isObjectType } from 'graphql';

const MARK = 'panfedExtension';

/** Marks these fields of Image as what a facility's own registry answers. */
export function markExtensions(schema: GraphQLSchema, names: Iterable<string>): void {
  const image = schema.getType('Image');
  if (!isObjectType(image)) return;
  for (const name of names) {
    const field = image.getFields()[name];
    if (field !== undefined) field.extensions = { ...field.extensions, [MARK]: true };
  }
}

export const isExtension = ({ extensions }: GraphQLField<unknown, unknown>): boolean =>
  extensions[MARK] === true;
