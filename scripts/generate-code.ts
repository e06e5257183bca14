// Generates what follows from the two GraphQL schemas: the crawl's documents with the types of their answer, and the
// documents of the page and of the command line, checked against the gateway's schema, with theirs.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { parse } from 'graphql';
import { crawlDocuments } from './crawl-documents.ts';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));
const CONTRACT = 'sources/registry.graphql';
const GATEWAY = 'graphql/schema.graphql';

const CONFIG = {
  documentMode: 'string',
  immutableTypes: true,
  skipTypename: true,
  strictScalars: true,
  useTypeImports: true,
  scalars: {
    ID: { input: 'string', output: 'string' },
    DateTime: 'string',
    Digest: 'string',
    URL: 'string',
  },
};

interface Documents {
  /** Where the file that is made stands, from src/. */
  readonly to: string;
  readonly schema: string;
  readonly documents: readonly { readonly location: string; readonly text: string }[];
}

/** Throws where a document does not fit its schema, with the place in it. */
async function generate({ to, schema, documents }: Documents): Promise<void> {
  const text = await codegen({
    filename: to,
    schema: parse(await readFile(join(SRC, schema), 'utf8')),
    documents: documents.map(({ location, text: source }) => ({ location, document: parse(source) })),
    config: CONFIG,
    plugins: [{ typescriptOperations: {} }, { typedDocumentNode: {} }],
    pluginMap: { typescriptOperations, typedDocumentNode },
  });
  const path = join(SRC, to);
  await mkdir(dirname(path), { recursive: true });
  // A document begins with its first word, as it does where it is written.
  const trimmed = text.replaceAll(/(?<=TypedDocumentString\(`)\s+|\s+(?=`[,)])/g, '');
  await writeFile(path, `// Made by \`npm run generate\` from ${schema}.\n${trimmed}`);
}

/** Every `.graphql` file below these folders of src, in one order. */
async function documentsIn(folders: readonly string[]): Promise<Documents['documents']> {
  const files = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(SRC, folder), { recursive: true })).map((name) => join(folder, name)),
    ),
  );
  return Promise.all(
    files
      .flat()
      .filter((name) => name.endsWith('.graphql'))
      .sort()
      .map(async (location) => ({ location, text: await readFile(join(SRC, location), 'utf8') })),
  );
}

const contract = await readFile(join(SRC, CONTRACT), 'utf8');
await generate({
  to: 'sources/generated/contract.ts',
  schema: CONTRACT,
  documents: [{ location: CONTRACT, text: crawlDocuments(contract) }],
});
await generate({
  to: 'graphql/generated/operations.ts',
  schema: GATEWAY,
  documents: await documentsIn(['page', 'cli']),
});
