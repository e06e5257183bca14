// The registries of (b) as the documentation of stitching shows: a remote subschema each, to whose list each request
// delegates.

import { readFileSync } from 'node:fs';
import { delegateToSchema, type SubschemaConfig } from '@graphql-tools/delegate';
import { FilterRootFields, RenameTypes } from '@graphql-tools/wrap';
import {
  buildSchema,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  Kind,
  OperationTypeNode,
  parse,
  print,
  type SelectionSetNode,
} from 'graphql';
import { Pool } from 'undici';
import type { IngestContext } from '../../src/catalog/ingest/ingest.ts';
import type { Config } from '../../src/config/schema.ts';
import type { GatewayContext } from '../../src/graphql/context.ts';
import type { ImageRecord } from '../../src/model/image.ts';
import { NOBODY_TRUSTED } from '../../src/trust/settings.ts';
import type { Vocabulary } from '../../src/vocabulary/vocabulary.ts';
import { built, ROOT } from '../built.ts';

const { ingest } = await built<typeof import('../../src/catalog/ingest/ingest.ts')>('catalog/ingest/ingest');
const { repositoryRules } =
  await built<typeof import('../../src/catalog/ingest/rules.ts')>('catalog/ingest/rules');

type Remote = SubschemaConfig<unknown, unknown, unknown, GatewayContext>;

export interface TextbookRegistry {
  readonly facility: string;
  readonly registry: string;
  readonly subschema: Remote;
  /** All records of the registry, fetched now. */
  records(context: GatewayContext, info: GraphQLResolveInfo): Promise<readonly ImageRecord[]>;
}

/** The fields of an image that the policies and the query need. */
const SELECTION = selectionOf(`{
  nodes {
    id repository digest tags title description documentation source created size platforms
    frameworks { name version } techniques reads writes license
    conditions { kind groups facilities servers } sharing listed suppliedBy groups
    requires { architectures cpus memory gpu { vendor minimumCuda memory } mpi engines }
    labels { name value } signatures { digest } attestations { digest }
  }
}`);
/** The contract's largest page: here one request for each registry is enough. */
const LARGEST = 1_000;

/** A registry for each of the configuration, at `urls` by `<facility>/<key>`. */
export function textbookRegistries(
  config: Config,
  urls: Readonly<Record<string, string>>,
  vocabulary: Vocabulary,
): readonly TextbookRegistry[] {
  return config.facilities.flatMap(({ id: facility, registries }) =>
    registries.map(({ key, pull, repositories }) => {
      const subschema = remote(`${facility}-${key}`, urls[`${facility}/${key}`] ?? '');
      const place = { facility, registry: key, pull };
      const normalize = normalizer({
        place,
        rules: repositoryRules(repositories),
        vocabulary,
        trustSettings: NOBODY_TRUSTED,
      });
      return {
        facility,
        registry: key,
        subschema,
        records: async (context, info) => {
          const page = await delegateToSchema({
            schema: subschema,
            operation: OperationTypeNode.QUERY,
            fieldName: 'images',
            args: { first: LARGEST },
            selectionSet: SELECTION,
            returnType: info.schema.getType(typeName(`${facility}-${key}`, 'ImagePage')) as GraphQLOutputType,
            context,
            info,
          });
          return (page as { nodes: readonly object[] }).nodes.flatMap(normalize);
        },
      };
    }),
  );
}

function remote(name: string, url: string): Remote {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: 16 });
  return {
    schema: buildSchema(readFileSync(`${ROOT}src/sources/registry.graphql`, 'utf8')),
    executor: async ({ document, variables }) => {
      const { body } = await pool.request({
        path: pathname,
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ query: print(document), variables }),
      });
      return (await body.json()) as object;
    },
    transforms: [new RenameTypes((type) => typeName(name, type)), new FilterRootFields(() => false)],
  };
}

function typeName(name: string, type: string): string {
  return `${name.replaceAll('-', '_')}_${type}`;
}

/** An identical node is not normalized again: this is more than a textbook would do. */
function normalizer(context: IngestContext): (node: object) => readonly ImageRecord[] {
  const known = new Map<string, readonly ImageRecord[]>();
  return (node) => {
    const text = JSON.stringify(node);
    let records = known.get(text);
    if (records === undefined) {
      const ingested = ingest(JSON.parse(text), context);
      records = 'records' in ingested ? ingested.records : [];
      known.set(text, records);
    }
    return records;
  };
}

function selectionOf(text: string): SelectionSetNode {
  const [definition] = parse(text).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError('not a selection');
  return definition.selectionSet;
}
