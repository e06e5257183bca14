// The measured query: the first page of 50 as a portal's list shows it, 14 fields of each image, and why each may or
// may not be used.

export const PAGE = 50;

export const QUESTION = `query FirstPage {
  images(first: ${PAGE}) {
    totalCount
    complete
    pageInfo { hasNextPage endCursor }
    sources { facility { id } registry status records }
    nodes {
      id
      reference
      title
      tags
      created
      facility { id name }
      frameworks { name version }
      techniques { id label }
      license { state expression conditions { kind } }
      sharing
      trust { state }
      requires { architectures gpu { vendor minimumCuda } }
      access { discover pull execute reasons { code action message remedy } }
    }
  }
}`;

/** The callers: anonymous, and one of the demo's people. */
export const PERSON = 'esrf-em';
export const CALLERS = ['anonymous', PERSON] as const;
export type CallerName = (typeof CALLERS)[number];

/**
 * The part of an answer that is equal for all servers: cursors have a MAC of their gateway. Throws for an answer with
 * errors.
 */
export function comparable(answer: string): unknown {
  const { data, errors } = JSON.parse(answer) as {
    data?: { images: { pageInfo: object } };
    errors?: unknown;
  };
  if (data == null || errors !== undefined)
    throw new Error(`the answer has errors or no data: ${answer.slice(0, 500)}`);
  const { images } = data;
  return { ...images, pageInfo: { ...images.pageInfo, endCursor: null } };
}
