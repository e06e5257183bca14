// The documents of a crawl, printed from registry.graphql: for each version of the contract, all that it has of an image.
import {
  buildSchema,
  type GraphQLField,
  type GraphQLOutputType,
  getNamedType,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';

type Wanted = (field: GraphQLField<unknown, unknown>) => boolean;

/**
 * `PanfedRegistry`, the small check whether anything changed; `PanfedImages` and `PanfedImages2`, a page of all images in
 * contract 1 and 2; and `PanfedAttachments`, what is signed and attested of some images, whole, with `PanfedSignatures`, where
 * that is too much, what is signed alone.
 */
export function crawlDocuments(sdl: string): string {
  const schema = buildSchema(sdl);
  const page = schema.getQueryType()?.getFields().images;
  const image = schema.getType('Image');
  if (page === undefined || !isObjectType(image)) throw new Error('registry.graphql has no Query.images');
  const attached = Object.values(image.getFields()).filter((field) => sinceOf(field) === 2);
  return `
query PanfedRegistry { registry { facility contract generation } }
query PanfedImages($first: Int!, $after: String) {
  images(first: $first, after: $after) ${everything(page.type, crawledIn(1))}
}
query PanfedImages2($first: Int!, $after: String) {
  images(first: $first, after: $after) ${everything(page.type, crawledIn(2))}
}
query PanfedAttachments($ids: [ID!]!) {
  imagesById(ids: $ids) { ${attached.map(whole).join(' ')} }
}
query PanfedSignatures($ids: [ID!]!) {
  imagesById(ids: $ids) { ${attached
    .filter(({ name }) => name === 'signatures')
    .map(whole)
    .join(' ')} }
}`;
}

/** The field with all that is below it. */
const whole = ({ name, type }: GraphQLField<unknown, unknown>): string =>
  `${name} ${everything(type, () => true)}`;

/** What the contract of this version has, and a crawl asks for. */
const crawledIn =
  (contract: number): Wanted =>
  (field) =>
    sinceOf(field) <= contract && argumentOf(field, 'apart') === undefined;

function sinceOf(field: GraphQLField<unknown, unknown>): number {
  const argument = argumentOf(field, 'since')?.[0]?.value;
  return argument === undefined ? 1 : Number(valueFromASTUntyped(argument));
}

/** The arguments of the field's directive; undefined: it has none. */
const argumentOf = ({ astNode }: GraphQLField<unknown, unknown>, directive: string) => {
  const found = astNode?.directives?.find(({ name }) => name.value === directive);
  return found === undefined ? undefined : (found.arguments ?? []);
};

/** Every wanted field of a type, and of those below it; nothing for a scalar. */
function everything(output: GraphQLOutputType, wanted: Wanted): string {
  const type = getNamedType(output);
  if (!isObjectType(type)) return '';
  const fields = Object.values(type.getFields()).filter(wanted);
  return `{ ${fields.map((field) => `${field.name} ${everything(field.type, wanted)}`).join(' ')} }`;
}
