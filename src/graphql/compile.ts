// Documents that come again, compiled, within a bound of what is kept. What compiles them writes code, so a document that
// holds any text of its client's is not compiled but interpreted: only names and numbers may be in that code.
// (graphql-jit 0.8.9 writes a text that begins with a certain mark as code of its own.)
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  parse,
  print,
  visit,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';

/** Executes an operation, given the client's variables. */
export type Compiled = (
  root: unknown,
  context: unknown,
  variables: Readonly<Record<string, unknown>>,
) => Promise<ExecutionResult> | ExecutionResult;

/** The compiled operation of a document that was validated; null: interpret it. */
export type Compile = (document: DocumentNode, operationName: string | null | undefined) => Compiled | null;

/** Characters of the documents whose code is kept; code takes some two hundred times as much. */
const KEPT = 262_144;

type Kept = 'seen once' | 'cannot be compiled' | CompiledQuery;

/** Compiling pays from the second time on: a document that is sent once is interpreted. */
export function createCompile(schema: GraphQLSchema): Compile {
  const texts = new WeakMap<DocumentNode, string | null>();
  const kept = new LRUCache<string, Kept>({ maxSize: KEPT, sizeCalculation: (_, key) => key.length });

  /** The document in one spelling; null: it may not become code. */
  function textOf(document: DocumentNode): string | null {
    const known = texts.get(document);
    const text = known === undefined ? (isCodeSafe(document) ? print(document) : null) : known;
    texts.set(document, text);
    return text;
  }

  return (document, operationName) => {
    const text = textOf(document);
    if (text === null || getOperationAST(document, operationName) == null) return null;
    const key = `${operationName ?? ''}\n${text}`;
    const known = kept.get(key);
    if (known === undefined) {
      kept.set(key, 'seen once');
      return null;
    }
    if (known === 'cannot be compiled') return null;
    const compiled = known === 'seen once' ? compileText(schema, text, operationName) : known;
    kept.set(key, compiled ?? 'cannot be compiled');
    return compiled?.query ?? null;
  };
}

/** From the text: the compiler writes into the nodes that it is given. */
function compileText(
  schema: GraphQLSchema,
  text: string,
  operationName: string | null | undefined,
): CompiledQuery | null {
  const compiled = compileQuery(schema, parse(text, { noLocation: true }), operationName ?? undefined);
  return isCompiledQuery(compiled) ? compiled : null;
}

/** Names, numbers and words of the schema alone; and no name that JavaScript reads as a prototype. */
function isCodeSafe(document: DocumentNode): boolean {
  let safe = true;
  visit(document, {
    enter: (node) => {
      if (node.kind === Kind.STRING || (node.kind === Kind.NAME && node.value === '__proto__')) safe = false;
    },
  });
  return safe;
}
