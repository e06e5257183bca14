// Documents that come again, compiled: by their text without a client's values, so that documents that differ in them
// alone share one, and within a bound of what is kept.
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  print,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import { type Hoisted, hoistTexts } from './hoist.ts';

type Variables = Readonly<Record<string, unknown>>;

/** Executes an operation, given the client's variables. */
export type Compiled = (
  root: unknown,
  context: unknown,
  variables: Variables,
) => Promise<ExecutionResult> | ExecutionResult;

/** Characters of the documents whose code is kept; code takes some fifty times as much. */
const KEPT = 1_048_576;

type Kept = 'seen once' | 'cannot be compiled' | CompiledQuery;

/** The compiled operation of a document that was validated; null: it is not known well enough, or cannot be compiled. */
export type Compile = (document: DocumentNode, operationName: string | null | undefined) => Compiled | null;

/** Compiling pays from the second time on: a document that is sent once is interpreted. */
export function createCompile(schema: GraphQLSchema): Compile {
  const hoisted = new WeakMap<
    OperationDefinitionNode,
    { readonly text: string; readonly from: Hoisted } | null
  >();
  const kept = new LRUCache<string, Kept>({ maxSize: KEPT, sizeCalculation: (_, text) => text.length });

  function hoistOnce(document: DocumentNode, operation: OperationDefinitionNode) {
    let made = hoisted.get(operation);
    if (made === undefined) {
      const from = hoistTexts(schema, document, operation);
      made = from === null ? null : { text: print(from.document), from };
      hoisted.set(operation, made);
    }
    return made;
  }

  return (document, operationName) => {
    const operation = getOperationAST(document, operationName);
    const made = operation == null ? null : hoistOnce(document, operation);
    if (made === null) return null;
    const { text, from } = made;
    let known = kept.get(text);
    if (known === undefined) {
      kept.set(text, 'seen once');
      return null;
    }
    if (known === 'seen once') {
      // From its text: the compiler writes into the nodes that it is given.
      const compiled = compileQuery(schema, parse(text, { noLocation: true }));
      known = isCompiledQuery(compiled) ? compiled : 'cannot be compiled';
      kept.set(text, known);
    }
    if (known === 'cannot be compiled') return null;
    const { query } = known;
    return (root, context, variables) =>
      query(root, context, { ...from.defaults, ...variables, ...from.texts });
  };
}
