// The documents of a crawl, printed from registry.graphql: all that the contract has of an image is asked for.
import { buildSchema, type GraphQLOutputType, getNamedType, isObjectType } from 'graphql';

/** `PanfedRegistry`, the small check whether anything changed, and `PanfedImages`, a page of all images. */
export function crawlDocuments(sdl: string): string {
  const images = buildSchema(sdl).getQueryType()?.getFields().images;
  if (images === undefined) throw new Error('registry.graphql has no Query.images');
  return `
query PanfedRegistry { registry { facility contract generation } }
query PanfedImages($first: Int!, $after: String) {
  images(first: $first, after: $after) ${everything(images.type)}
}`;
}

/** Every field of a type, and of those below it; nothing for a scalar. */
function everything(output: GraphQLOutputType): string {
  const type = getNamedType(output);
  if (!isObjectType(type)) return '';
  const fields = Object.values(type.getFields()).map((field) => `${field.name} ${everything(field.type)}`);
  return `{ ${fields.join(' ')} }`;
}
