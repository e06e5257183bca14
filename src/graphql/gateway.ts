// GraphQL over HTTP: documents bounded, validated and costed before any work, errors coded, answers executed.
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
import { requestBounds } from '../discovery/bounds.ts';
import type { Caller } from '../model/subject.ts';
import { coercedVariables, refuseInvalidArguments } from './coercion.ts';
import type { GatewayContext, GatewayParts } from './context.ts';
import { refuseCostly } from './cost.ts';
import { createDocumentCache, createErrorCache } from './documents.ts';
import { answerable } from './errors.ts';
import { createExecute } from './execute.ts';
import type { Extension } from './extension.ts';
import { refuseMalformedParameters } from './parameters.ts';
import { refusePersisted } from './persisted.ts';
import { createSchema } from './schema.ts';
import { parseBounded } from './shape.ts';
import { stitch } from './stitched.ts';

/** What the HTTP server says of a request. */
export interface RequestContext {
  readonly caller: Caller;
  /** Aborts when the request has ended, however it did. */
  readonly ended: AbortSignal;
}

export interface Gateway {
  /** The handler of /graphql: a request that http/ has let through. */
  readonly yoga: YogaServerInstance<RequestContext, GatewayContext>;
  /** The schema that is shown and validated against. */
  readonly schema: GraphQLSchema;
  /** Its SDL. */
  readonly sdl: string;
  /** A document of the gateway's own, such as the page's, executed as any other. */
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

export function createGateway({ parts, extensions, logger }: GatewayOptions): Gateway {
  const plain = createSchema();
  const schema = extensions.length === 0 ? plain : stitch(extensions);
  const executed = createExecute({ plain, stitched: schema, extensions });
  const documents = createDocumentCache();
  /** Of the documents of `ask`: a kept one was parsed, and not yet found valid. */
  const valid = new WeakSet<DocumentNode>();

  /** The policies in force now judge the whole of a request, whatever comes into force meanwhile. */
  const contextOf = ({ caller, ended }: RequestContext): GatewayContext => ({
    caller,
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

  /** An answer beyond its bound is refused as a whole: which field went beyond it depends on which was answered first. */
  async function execute(args: ExecutionArgs): Promise<ExecutionResult> {
    const result = await executed(args);
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

/** How many fields of a document may be asked with choices, counted once for a document that comes again. */
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
