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
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import type { Extension } from './extension.ts';
import { locate } from './locate.ts';
import { needsStitched } from './stitched.ts';

export interface Schemas {
  readonly plain: GraphQLSchema;
  readonly stitched: GraphQLSchema;
  readonly extensions: readonly Extension[];
}

/** What is known of a document, as long as the document cache holds it. */
interface Plan {
  readonly stitched: boolean;
  /** By operation name. */
  readonly compiled: Map<string, CompiledQuery>;
  readonly seen: Set<string>;
}

/** yoga writes an answer with its own `stringify`, if it has one. */
type Answer = ExecutionResult & { stringify?: (result: ExecutionResult) => string };

/** Compiling pays from the second time on: a document that is sent once is interpreted. */
export function createExecute(
  schemas: Schemas,
): (args: ExecutionArgs) => Promise<ExecutionResult> | ExecutionResult {
  const plans = new WeakMap<DocumentNode, Plan>();

  function planOf(document: DocumentNode): Plan {
    let plan = plans.get(document);
    if (plan === undefined) {
      plan = { stitched: needsStitched(document, schemas.extensions), compiled: new Map(), seen: new Set() };
      plans.set(document, plan);
    }
    return plan;
  }

  function compiledOf(plan: Plan, document: DocumentNode, operation: string): CompiledQuery | null {
    const before = plan.compiled.get(operation);
    if (before !== undefined) return before;
    if (!plan.seen.has(operation)) {
      plan.seen.add(operation);
      return null;
    }
    const compiled = compileQuery(schemas.plain, document, operation === '' ? undefined : operation, {
      customJSONSerializer: true,
    });
    if (!isCompiledQuery(compiled)) return null;
    plan.compiled.set(operation, compiled);
    return compiled;
  }

  return (args) => {
    const plan = planOf(args.document);
    if (plan.stitched) return execute({ ...args, schema: schemas.stitched });
    const compiled = compiledOf(plan, args.document, args.operationName ?? '');
    if (compiled === null) return execute({ ...args, schema: schemas.plain });
    const result = compiled.query(args.rootValue, args.contextValue, args.variableValues ?? {});
    const tell = (answer: ExecutionResult) =>
      refusedVariables(answer) ? execute({ ...args, schema: schemas.plain }) : told(answer, compiled, args);
    return result instanceof Promise ? result.then(tell) : tell(result);
  };
}

/** Nothing was executed then, and graphql-js says it with the place in the document. */
function refusedVariables({ data, errors }: ExecutionResult): boolean {
  return data == null && errors !== undefined && errors.every(({ path }) => path === undefined);
}

/** The compiler's errors are like GraphQL's, but know no nodes; they are made whole. */
function told(
  result: ExecutionResult,
  compiled: CompiledQuery,
  { document, operationName }: ExecutionArgs,
): Answer {
  if (result.errors === undefined) return { ...result, stringify: compiled.stringify };
  const errors = result.errors.map((error) => {
    const node = error.path === undefined ? null : locate(document, operationName ?? null, error.path);
    return new GraphQLError(error.message, {
      nodes: node ?? error.nodes ?? null,
      path: error.path ?? null,
      originalError: error.originalError ?? null,
    });
  });
  return { ...result, errors };
}
