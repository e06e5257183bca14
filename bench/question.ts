// The question that is measured: the first page of 50 as a portal's list shows it, 14 fields an image, and why each
// may or may not be had.

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

/** Who asks: nobody, and one of the demo's people. */
export const PERSON = 'esrf-em';
export const CALLERS = ['anonymous', PERSON] as const;
export type CallerName = (typeof CALLERS)[number];

/** What of an answer does not depend on who gave it: cursors have a MAC of their gateway's own. */
export function comparable(answer: string): unknown {
  const { data, errors } = JSON.parse(answer) as {
    data?: { images: { pageInfo: object } };
    errors?: unknown;
  };
  if (data == null || errors !== undefined) throw new Error(`no clean answer: ${answer.slice(0, 500)}`);
  const { images } = data;
  return { ...images, pageInfo: { ...images.pageInfo, endCursor: null } };
}
