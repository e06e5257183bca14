// GraphiQL: a small page, with its scripts and styles in two files that are the same for everybody.
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { FederationError } from '../model/errors.ts';
import { type Coding, codingOf, compressedOnce } from './compression.ts';
import { send } from './respond.ts';

/** The content security policy: the page needs no other host and may contact none. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' blob:",
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

/** A file that the page loads. Browsers may cache it for ever, because its name changes with its content. */
interface File {
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
  /** Compressed once for each coding, at its first request. */
  readonly compressed: (coding: Coding) => Promise<Buffer>;
}

interface Graphiql {
  readonly page: string;
  readonly files: readonly File[];
}

const OPTIONS = { title: 'panfed', defaultQuery: FIRST_QUERY, shouldPersistHeaders: false };

type Parts = typeof import('@graphql-yoga/render-graphiql/graphiql');

/** Monaco's workers start from text, so that all scripts are one file. */
const scriptOf = ({ editorWorkerService, graphqlWorker, js, jsonWorker }: Parts): string => `(() => {
  const blob = (text) => URL.createObjectURL(new Blob([text], { type: 'application/javascript' }));
  const workers = {
    editorWorkerService: blob(${JSON.stringify(editorWorkerService)}),
    json: blob(${JSON.stringify(jsonWorker)}),
    graphql: blob(${JSON.stringify(graphqlWorker)}),
  };
  self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_, label) => workers[label] };
})();
${js};
YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), ${JSON.stringify(OPTIONS)});
`;

/** Created once, at the first request. */
let cached: Promise<Graphiql> | null = null;

function graphiql(): Promise<Graphiql> {
  cached ??= create();
  return cached;
}

async function create(): Promise<Graphiql> {
  // Imported here: it is 9 MB of text, for which every start of a gateway would take a tenth of a second longer.
  const parts = await import('@graphql-yoga/render-graphiql/graphiql');
  const script = fileOf('js', 'text/javascript; charset=utf-8', scriptOf(parts));
  const style = fileOf('css', 'text/css; charset=utf-8', parts.css);
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${OPTIONS.title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href=".${style.path}">
</head>
<body id="body" class="no-focus-outline">
<noscript>GraphiQL needs JavaScript. The plain search page does not: <a href="./">search</a>.</noscript>
<div id="root"></div>
<script src=".${script.path}"></script>
</body>
</html>
`;
  return { page, files: [script, style] };
}

function fileOf(extension: string, type: string, text: string): File {
  const body = Buffer.from(text);
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return { path: `/graphiql-${hash}.${extension}`, type, body, compressed: compressedOnce(body) };
}

/**
 * Sends the page, with its content security policy; sends nothing if the answer was given up meanwhile. Rejects, with
 * no FederationError, only where the packaged page cannot be loaded.
 */
export async function sendGraphiql(response: ServerResponse): Promise<void> {
  const { page } = await graphiql();
  if (response.headersSent || response.destroyed) return;
  response.setHeader('content-security-policy', POLICY);
  send(response, 200, 'text/html; charset=utf-8', page);
}

/** Whether the path has the form of one of the page's files, of this or another version. */
export const isGraphiqlFile = (path: string): boolean => /^\/graphiql-[0-9a-f]{16}\.(?:js|css)$/.test(path);

/**
 * Sends one of the page's files; sends nothing if the answer was given up meanwhile. Compressed as
 * {@link codingOf} says (Accept-Encoding, RFC 9110, section 12.5.3), cacheable for a year and `immutable`
 * (RFC 8246). Rejects with NOT_FOUND for a file of another version, and as {@link sendGraphiql} and
 * {@link compressedOnce} do.
 */
export async function sendGraphiqlFile(response: ServerResponse, path: string): Promise<void> {
  const file = (await graphiql()).files.find((known) => known.path === path);
  if (file === undefined) {
    throw new FederationError('NOT_FOUND', 'There is nothing here.', { hint: 'Load /graphql again.' });
  }
  const coding = codingOf(response);
  const body = coding === null ? file.body : await file.compressed(coding);
  if (response.headersSent || response.destroyed) return;
  if (coding !== null) response.setHeader('content-encoding', coding);
  response.setHeader('cache-control', 'public, max-age=31536000, immutable');
  response.setHeader('vary', 'Accept-Encoding');
  send(response, 200, file.type, body);
}
