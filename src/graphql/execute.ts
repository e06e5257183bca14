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
import type { Extension } from './extension/extension.ts';
import { needsStitched } from './extension/stitched.ts';
import { locate } from './locate.ts';

export interface Schemas {
  readonly plain: GraphQLSchema;
  readonly stitched: GraphQLSchema;
  readonly extensions: readonly Extension[];
}

/**
 * An execute function with graphql-js's signature. graphql-js interprets documents that are not, or not yet, compiled.
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
    if (isStitched(args.document)) return execute({ ...args, schema: schemas.stitched });
    const compiled = compile(args.document, args.operationName);
    if (compiled === null) return execute({ ...args, schema: schemas.plain });
    const result = compiled(args.rootValue, args.contextValue, args.variableValues ?? {});
    const completed = (answer: ExecutionResult) =>
      refusedVariables(answer) ? execute({ ...args, schema: schemas.plain }) : withLocations(answer, args);
    return result instanceof Promise ? result.then(completed) : completed(result);
  };
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
