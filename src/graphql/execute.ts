// Executes documents: on the plain schema, compiled when they are sent again, or on the stitched schema where they
// select what a facility adds. The executors are graphql-js and graphql-jit: an executor of our own would be outside
// panfed's purpose, however fast.
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import { createCompile } from './compile.ts';
import type { GatewayContext } from './context.ts';
import type { Extension } from './extension/extension.ts';
import { needsStitched } from './extension/stitched.ts';
import { locate } from './locate.ts';

export interface Schemas {
  readonly plain: GraphQLSchema;
  readonly stitched: GraphQLSchema;
  readonly extensions: readonly Extension[];
}

/**
 * An execute function with graphql-js's signature, for a {@link GatewayContext}; errors are in its result, as GraphQL's specification
 * has them, but that those of an answer beyond its bound have no locations and no order.
 * graphql-js interprets documents that are not, or not yet, compiled; a document that asks an extension, or about the
 * schema, is executed by the stitched schema.
 */
export function createExecute(
  schemas: Schemas,
): (args: ExecutionArgs) => Promise<ExecutionResult> | ExecutionResult {
  const stitched = new WeakMap<DocumentNode, boolean>();
  const compile = createCompile(schemas.plain);

  function isStitched(document: DocumentNode): boolean {
    const known = stitched.get(document) ?? needsStitched(document, schemas.extensions);
    stitched.set(document, known);
    return known;
  }

  return (args) => {
    const interpreted = (schema: GraphQLSchema) => then(execute({ ...args, schema }), inDocumentOrder);
    if (isStitched(args.document)) return interpreted(schemas.stitched);
    const compiled = compile(args.document, args.operationName);
    if (compiled === null) return interpreted(schemas.plain);
    const result = compiled(args.rootValue, args.contextValue, args.variableValues ?? {});
    return then(result, (answer) => {
      // Thousands of fields may have failed, and the whole answer is refused.
      if ((args.contextValue as GatewayContext).bounds.exceeded() !== null) return answer;
      return refusedVariables(answer)
        ? interpreted(schemas.plain)
        : inDocumentOrder(withLocations(answer, args));
    });
  };
}

/** The function's value, at once where it can be: a promise would cost a turn of the event loop for each answer. */
const then = <Value, Result>(
  value: Value | Promise<Value>,
  next: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> => (value instanceof Promise ? value.then(next) : next(value));

/**
 * The result with its errors in the order of their fields in the document, then of their places in lists. Executors add
 * them as fields fail, so that the order would show which was the slower, and whether the document was sent before.
 */
function inDocumentOrder(result: ExecutionResult): ExecutionResult {
  if (result.errors === undefined || result.errors.length < 2) return result;
  return { ...result, errors: [...result.errors].sort(byPlace) };
}

function byPlace(one: GraphQLError, other: GraphQLError): number {
  const [first, second] = [one, other].map(({ positions }) => positions?.[0] ?? 0) as [number, number];
  return first - second || compareIndexes(indexesOf(one), indexesOf(other));
}

const indexesOf = ({ path }: GraphQLError): readonly number[] =>
  (path ?? []).filter((key) => typeof key === 'number');

function compareIndexes(one: readonly number[], other: readonly number[]): number {
  const differing = one.findIndex((index, depth) => index !== other[depth]);
  return differing === -1 ? one.length - other.length : (one[differing] ?? 0) - (other[differing] ?? 0);
}

/** Whether the variables were refused, so that nothing was executed; graphql-js then reports it with locations. */
function refusedVariables({ data, errors }: ExecutionResult): boolean {
  return data == null && errors !== undefined && errors.every(({ path }) => path === undefined);
}

/** The result with nodes in its errors, which the compiler leaves out. */
function withLocations(result: ExecutionResult, { document, operationName }: ExecutionArgs): ExecutionResult {
  if (result.errors === undefined) return result;
  const errors = result.errors.map((error) => {
    const node = error.path === undefined ? null : locate(document, operationName ?? null, error.path);
    return new GraphQLError(error.message, {
      nodes: node ?? error.nodes ?? null,
      path: error.path ?? null,
      originalError: error.originalError ?? null,
    });
  });
  // In graphql-js's order of properties; otherwise the answer would show whether the document was sent before.
  return { errors, data: result.data ?? null };
}
