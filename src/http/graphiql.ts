// GraphiQL: one page with all of its scripts in it, the same bytes for everybody.
import type { ServerResponse } from 'node:http';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { send } from './respond.ts';

/** It needs no other host, and gets none. */
const POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' blob:",
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self' blob:",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const FIRST_QUERY = `# Which images can process electron microscopy data, and what may you do with them?
{
  images(search: "relion", first: 5) {
    totalCount
    nodes {
      title
      facility { name }
      reference
      access { discover pull execute reasons { message remedy } }
    }
    sources { facility { id } status records }
  }
}
`;

/** Nine megabytes: made once, when somebody first opens it, and never copied. */
let page: Buffer | null = null;

export function sendGraphiql(response: ServerResponse): void {
  page ??= Buffer.from(
    renderGraphiQL({
      title: 'panfed',
      defaultQuery: FIRST_QUERY,
      shouldPersistHeaders: false,
    }),
  );
  response.setHeader('content-security-policy', POLICY);
  send(response, 200, 'text/html', page);
}
