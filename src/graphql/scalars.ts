// The scalars: ingest has made outgoing values well-formed; incoming ones are checked here.
import { GraphQLError, GraphQLScalarType, type ValueNode } from 'graphql';
import { DIGEST_FORM, isDigest } from '../model/digest.ts';

function text(name: string, description: string, accepts: (value: string) => boolean): GraphQLScalarType {
  const parse = (value: unknown): string => {
    if (typeof value !== 'string' || !accepts(value)) {
      throw new GraphQLError(`${name} cannot represent this value: ${description}`);
    }
    return value;
  };
  return new GraphQLScalarType({
    name,
    description,
    serialize: String,
    parseValue: parse,
    parseLiteral: (node: ValueNode) => parse('value' in node ? node.value : undefined),
  });
}

/** Date.parse alone reads what other programs would not, and without a zone the time of this machine. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

/** DateTime (RFC 3339), Digest (OCI) and URL, by name. */
export const scalars = {
  DateTime: text(
    'DateTime',
    'RFC 3339 date and time, in UTC.',
    (value) => RFC_3339.test(value) && !Number.isNaN(Date.parse(value)),
  ),
  Digest: text('Digest', `OCI digest: ${DIGEST_FORM}.`, isDigest),
  URL: text('URL', 'An absolute http or https URL.', (value) => URL.canParse(value)),
};
