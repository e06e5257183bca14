// What a facility's own registry adds to Image beyond the contract: asked of that registry alone, in one batch a page,
// for images that passed policy, and typed with the lab's prefix. Its SDL is a file, so a lab that is down changes no
// schema.
import { batchDelegateToSchema } from '@graphql-tools/batch-delegate';
import type { SubschemaConfig } from '@graphql-tools/delegate';
import type { Executor } from '@graphql-tools/utils';
import { FilterRootFields, RenameTypes } from '@graphql-tools/wrap';
import {
  buildSchema,
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  OperationTypeNode,
  print,
} from 'graphql';
import type { Logger } from 'pino';
import type { Seen } from '../discovery/view.ts';
import { FederationError } from '../model/errors.ts';
import type { Endpoint, GraphqlFault } from '../sources/endpoint.ts';
import type { GatewayContext } from './context.ts';

/** The query of the contract that answers an extension's fields. */
const ROOT_FIELD = 'imagesById';
const TYPE = 'Image';
/** Ids of one question; contract servers refuse more than a thousand. */
const MAX_BATCH = 1_000;

export interface ExtensionOptions {
  /** The facility's id: also the field's name on Image. */
  readonly facility: string;
  /** The registry that answers. */
  readonly registry: string;
  /** `type Query { imagesById(ids: [ID!]!): [Image]! }` and the fields that Image has there beyond the contract. */
  readonly sdl: string;
  readonly endpoint: Endpoint;
  /** Milliseconds for one batch. */
  readonly deadline: number;
  /** Bytes of one batch's answer. */
  readonly maxBytes: number;
  readonly logger: Logger;
}

export interface Extension {
  readonly facility: string;
  /** The type of the field, such as `EsrfImage`. */
  readonly type: string;
  readonly subschema: SubschemaConfig<unknown, unknown, unknown, GatewayContext>;
  resolve(seen: Seen, context: GatewayContext, info: GraphQLResolveInfo): unknown;
}

/** Throws CONFIG_INVALID where the SDL is not that of an extension. */
export function createExtension(options: ExtensionOptions): Extension {
  const { facility, registry } = options;
  const prefix = facility.replace(/(^|-)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
  const subschema: Extension['subschema'] = {
    schema: schemaOf(options),
    executor: (({ document, variables }) => ask(options, document, variables)) as Executor<GatewayContext>,
    transforms: [new RenameTypes((name) => `${prefix}${name}`), new FilterRootFields(() => false)],
  };
  return {
    facility,
    type: `${prefix}${TYPE}`,
    subschema,
    resolve: ({ image }, context, info) => {
      if (image.facility !== facility || image.registry !== registry || image.upstreamId === null)
        return null;
      return batchDelegateToSchema({
        schema: subschema,
        operation: OperationTypeNode.QUERY,
        fieldName: ROOT_FIELD,
        key: image.upstreamId,
        argsFromKeys: (ids) => ({ ids }),
        dataLoaderOptions: { maxBatchSize: MAX_BATCH },
        // One for each that was asked for, else what comes after a gap would be another image's.
        valuesFromResults: (images: unknown, ids) =>
          Array.isArray(images) && images.length === ids.length
            ? images
            : ids.map(() => unavailable(facility, {})),
        context,
        info,
      });
    },
  };
}

function schemaOf({ facility, sdl }: ExtensionOptions): GraphQLSchema {
  const invalid = (what: string, cause?: unknown): FederationError =>
    new FederationError('CONFIG_INVALID', `The extension of ${facility} ${what}.`, {
      hint: `It needs \`type Query { ${ROOT_FIELD}(ids: [ID!]!): [${TYPE}]! }\` and a type ${TYPE}.`,
      cause,
    });
  let schema: GraphQLSchema;
  try {
    schema = buildSchema(sdl);
  } catch (error) {
    throw invalid(`is not a schema: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  const field = schema.getQueryType()?.getFields()[ROOT_FIELD];
  if (field?.type.toString() !== `[${TYPE}]!`) throw invalid(`has no Query.${ROOT_FIELD}`);
  return schema;
}

/** What failed at the registry fails at the same place here. Its own words are logged, never answered. */
async function ask(
  { facility, endpoint, deadline, maxBytes, logger }: ExtensionOptions,
  document: DocumentNode,
  variables: Record<string, unknown> | undefined,
): Promise<ExecutionResult> {
  try {
    const { data, errors } = await endpoint.ask({
      query: print(document),
      variables: variables ?? {},
      signal: AbortSignal.timeout(deadline),
      maxBytes,
    });
    if (errors.length > 0)
      logger.warn({ facility, errors: errors.slice(0, 5) }, 'an extension answered with errors');
    if (data === null) throw new FederationError('SOURCE_MALFORMED', 'the answer has no data');
    return { data, errors: errors.map(({ path }) => unavailable(facility, { path })) };
  } catch (error) {
    logger.warn({ facility, err: error }, 'an extension could not be asked');
    throw unavailable(facility, { cause: error });
  }
}

function unavailable(
  facility: string,
  { path, cause }: { readonly path?: GraphqlFault['path']; readonly cause?: unknown },
): GraphQLError {
  const message = `The registry of ${facility} did not answer with its own fields.`;
  const originalError = new FederationError('SOURCE_UNAVAILABLE', message, {
    hint: 'The rest of the answer stands; ask again later.',
    cause,
  });
  return new GraphQLError(message, { path: path ?? null, originalError });
}
