// The scalars: ingest has made outgoing values well-formed; incoming ones are checked here.
import { GraphQLError, GraphQLScalarType, type ValueNode } from 'graphql';

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

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** DateTime (RFC 3339), Digest (OCI) and URL, by name. */
export const scalars = {
  DateTime: text('DateTime', 'RFC 3339 date and time, in UTC.', (value) => !Number.isNaN(Date.parse(value))),
  Digest: text('Digest', 'OCI digest: `sha256:` and 64 hexadecimal digits.', (value) => DIGEST.test(value)),
  URL: text('URL', 'An absolute http or https URL.', (value) => URL.canParse(value)),
};
