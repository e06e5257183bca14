// A mark in the schema on the fields of Image that a facility's registry answers, because their cost differs.
import { type GraphQLField, type GraphQLSchema, isObjectType } from 'graphql';

const MARK = 'panfedExtension';

/** Marks these fields of Image as answered by a facility's registry. Changes the schema; ignores unknown names. */
export function markExtensions(schema: GraphQLSchema, names: Iterable<string>): void {
  const image = schema.getType('Image');
  if (!isObjectType(image)) return;
  for (const name of names) {
    const field = image.getFields()[name];
    if (field !== undefined) field.extensions = { ...field.extensions, [MARK]: true };
  }
}

/** Whether {@link markExtensions} has marked the field as answered by a facility's registry. */
export const isExtension = ({ extensions }: GraphQLField<unknown, unknown>): boolean =>
  extensions[MARK] === true;
