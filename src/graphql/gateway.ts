// GraphQL over HTTP: documents are bounded, validated and costed before execution, and every error has a code.
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  printSchema,
  validate,
  visit,
} from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { BearerToken } from '../data-catalogs/bearer-token.ts';
import { requestBounds } from '../discovery/bounds.ts';
import type { Caller } from '../model/subject.ts';
import { coercedVariables, refuseInvalidArguments } from './coercion.ts';
import type { GatewayContext, GatewayParts } from './context.ts';
import { refuseCostly } from './cost.ts';
import { createDocumentCache, createErrorCache } from './documents.ts';
import { answerable } from './errors.ts';
import { createExecute } from './execute.ts';
import type { Extension } from './extension/extension.ts';
import { stitch } from './extension/stitched.ts';
import { refuseMalformedParameters } from './parameters.ts';
import { refusePersisted } from './persisted.ts';
import { sharedSchema } from './schema.ts';
import { parseBounded } from './shape.ts';

/** What the HTTP server knows about a request. */
export interface RequestContext {
  readonly caller: Caller;
  /** Aborts when the request has ended, for whatever reason. */
  readonly ended: AbortSignal;
  /** What the caller gives for a data catalog, for this request alone; null, as by default: nothing. */
  readonly catalogToken?: BearerToken | null;
  /** The token that the caller has signed in with; null, as by default: none. */
  readonly ownToken?: BearerToken | null;
}

export interface Gateway {
  /** The handler of /graphql, for requests that http/ has accepted. */
  readonly yoga: YogaServerInstance<RequestContext, GatewayContext>;
  /** The schema that clients see and documents are validated against. */
  readonly schema: GraphQLSchema;
  /** Its SDL. */
  readonly sdl: string;
  /**
   * Executes a document of the gateway's own, such as the page's, within the same limits as any other. What it rejects with is at
   * {@link createGateway}.
   */
  ask(
    document: string,
    variables: Readonly<Record<string, unknown>>,
    request: RequestContext,
  ): Promise<GatewayAnswer>;
}

export interface GatewayAnswer {
  readonly data: unknown;
  readonly errors: readonly GraphQLError[];
}

export interface GatewayOptions {
  readonly parts: GatewayParts;
  readonly extensions: readonly Extension[];
  readonly logger: Logger;
}

/**
 * A gateway for these components and extensions (none: the plain schema); `yoga` follows GraphQL over HTTP,
 * with bodies of at most limits.bodyBytes, one operation each. Its `ask` rejects for a document or variables
 * that are refused (GraphQLError, BAD_INPUT, LIMIT_EXCEEDED), and gives errors of the execution. Throws where
 * an extension does not fit into the schema, as {@link stitch} does: graphql-tools' error, not a
 * FederationError.
 */
export function createGateway({ parts, extensions, logger }: GatewayOptions): Gateway {
  const plain = sharedSchema();
  const schema = extensions.length === 0 ? plain : stitch(extensions);
  const executeDocument = createExecute({ plain, stitched: schema, extensions });
  const documents = createDocumentCache();
  /** The valid documents of `ask`: a document in the cache was parsed, but not necessarily validated. */
  const valid = new WeakSet<DocumentNode>();

  /** The policies that are in force at the start judge the whole request, even if others come into force meanwhile. */
  const contextOf = ({
    caller,
    ended,
    catalogToken = null,
    ownToken = null,
  }: RequestContext): GatewayContext => ({
    ...{ caller, catalogToken, ownToken },
    bounds: requestBounds(ended, parts.limits.answerBytes),
    policies: parts.policy.inForce(),
    parts,
  });

  const bounded: Plugin<GatewayContext> = {
    onParse: ({ setParseFn }) => setParseFn((source: string) => parseBounded(source, parts.limits)),
    onExecute: ({ args, setExecuteFn }) => {
      refuse(args);
      setExecuteFn(execute);
    },
  };

  /**
   * Refuses an answer beyond its bound as a whole, because the field that exceeds it depends on the order of execution.
   */
  async function execute(args: ExecutionArgs): Promise<ExecutionResult> {
    const result = await executeDocument(args);
    const { bounds } = args.contextValue as GatewayContext;
    const originalError = bounds.exceeded();
    if (originalError === null) return result;
    return { errors: [new GraphQLError(originalError.message, { originalError })] };
  }

  function refuse({ document, operationName, variableValues, contextValue }: ExecutionArgs): void {
    const operation = getOperationAST(document, operationName);
    if (operation == null) return;
    const variables = coercedVariables(schema, operation, variableValues ?? {});
    if (variables === null) return;
    (contextValue as GatewayContext).bounds.share(questionsIn(document));
    refuseInvalidArguments(schema, document, operation, variables);
    refuseCostly(schema, document, operation, variables, parts.limits);
  }

  const yoga = createYoga<RequestContext, GatewayContext>({
    schema,
    context: contextOf,
    plugins: [refuseMalformedParameters, refusePersisted, bounded],
    parserAndValidationCache: { documentCache: documents, errorCache: createErrorCache() },
    maskedErrors: { maskError: (error) => answerable(error, logger) },
    logging: {
      debug: () => {},
      info: () => {},
      warn: (...args) => logger.warn({ args }, 'graphql'),
      error: () => {},
    },
    batching: false,
    multipart: false,
    cors: false,
    landingPage: false,
    maxRequestBodySize: parts.limits.bodyBytes,
    graphiql: false,
  });

  return {
    yoga,
    schema,
    sdl: printSchema(schema),
    ask: async (text, variableValues, request) => {
      const document = documents.get(text) ?? parseBounded(text, parts.limits);
      documents.set(text, document);
      if (!valid.has(document)) {
        const [invalid] = validate(schema, document);
        if (invalid !== undefined) throw invalid;
        valid.add(document);
      }
      const contextValue = contextOf(request);
      const args: ExecutionArgs = { schema, document, contextValue, variableValues };
      refuse(args);
      const { data, errors } = await execute(args);
      return { data: data ?? null, errors: (errors ?? []).map((error) => answerable(error, logger)) };
    },
  };
}

const questions = new WeakMap<DocumentNode, number>();

/** The number of fields with choices in a document, counted once per document. */
function questionsIn(document: DocumentNode): number {
  const known = questions.get(document);
  if (known !== undefined) return known;
  let count = 0;
  visit(document, {
    Field: ({ name }) => {
      if (name.value === 'images' || name.value === 'frameworks') count += 1;
    },
  });
  questions.set(document, count);
  return count;
}
