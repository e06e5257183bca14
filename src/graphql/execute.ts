// How a document is executed: on the plain schema, compiled once it comes again; on the stitched one where it selects
// what a facility adds. Libraries do it, graphql-js and graphql-jit: an executor of our own is none of panfed's business,
// however fast.
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import { createCompile } from './compile.ts';
import type { Extension } from './extension.ts';
import { locate } from './locate.ts';
import { needsStitched } from './stitched.ts';

export interface Schemas {
  readonly plain: GraphQLSchema;
  readonly stitched: GraphQLSchema;
  readonly extensions: readonly Extension[];
}

/** Whatever cannot be compiled, or is asked for the first time, graphql-js interprets. */
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
    const tell = (answer: ExecutionResult) =>
      refusedVariables(answer) ? execute({ ...args, schema: schemas.plain }) : told(answer, args);
    return result instanceof Promise ? result.then(tell) : tell(result);
  };
}

/** Nothing was executed then, and graphql-js says it with the place in the document. */
function refusedVariables({ data, errors }: ExecutionResult): boolean {
  return data == null && errors !== undefined && errors.every(({ path }) => path === undefined);
}

/** The compiler's errors are like GraphQL's, but know no nodes; they are made whole. */
function told(result: ExecutionResult, { document, operationName }: ExecutionArgs): ExecutionResult {
  if (result.errors === undefined) return result;
  const errors = result.errors.map((error) => {
    const node = error.path === undefined ? null : locate(document, operationName ?? null, error.path);
    return new GraphQLError(error.message, {
      nodes: node ?? error.nodes ?? null,
      path: error.path ?? null,
      originalError: error.originalError ?? null,
    });
  });
  // In the order of graphql-js: which of them answered would else show whether the document was asked before.
  return { errors, data: result.data ?? null };
}
