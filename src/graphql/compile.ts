// Compiles documents that are sent repeatedly, in a bounded cache. The compiler generates code, so that a document with
// any string of its client's is interpreted instead: only names and numbers may be in that code. (graphql-jit 0.8.9
// writes a string that begins with a certain prefix as code.)
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

/** Executes an operation with the client's variables. */
export type Compiled = (
  root: unknown,
  context: unknown,
  variables: Readonly<Record<string, unknown>>,
) => Promise<ExecutionResult> | ExecutionResult;

/** The compiled operation of a validated document; null: interpret it. */
export type Compile = (document: DocumentNode, operationName: string | null | undefined) => Compiled | null;

/** Characters of the documents whose code is cached; the code takes about two hundred times as much memory. */
const CACHE_CHARACTERS = 262_144;

type Entry = 'sent once' | 'cannot be compiled' | CompiledQuery;

/**
 * A function that compiles for this schema; it gives null where the document is to be interpreted. It compiles a
 * document when it is sent again, because compiling once does not pay. It caches documents of 262,144 characters
 * together; the least recently used one is dropped first.
 */
export function createCompile(schema: GraphQLSchema): Compile {
  const texts = new WeakMap<DocumentNode, string | null>();
  const cache = new LRUCache<string, Entry>({
    maxSize: CACHE_CHARACTERS,
    sizeCalculation: (_, key) => key.length,
  });

  /** The document in one spelling; null: it must not become code. */
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
    const known = cache.get(key);
    if (known === undefined) {
      cache.set(key, 'sent once');
      return null;
    }
    if (known === 'cannot be compiled') return null;
    const compiled = known === 'sent once' ? compileText(schema, text, operationName) : known;
    cache.set(key, compiled ?? 'cannot be compiled');
    return compiled?.query ?? null;
  };
}

/** Compiles from the text, because the compiler changes the nodes that it is given. */
function compileText(
  schema: GraphQLSchema,
  text: string,
  operationName: string | null | undefined,
): CompiledQuery | null {
  const compiled = compileQuery(schema, parse(text, { noLocation: true }), operationName ?? undefined);
  return isCompiledQuery(compiled) ? compiled : null;
}

/** Whether the document holds only names, numbers and keywords, and no name that JavaScript reads as a prototype. */
function isCodeSafe(document: DocumentNode): boolean {
  let safe = true;
  visit(document, {
    enter: (node) => {
      if (node.kind === Kind.STRING || (node.kind === Kind.NAME && node.value === '__proto__')) safe = false;
    },
  });
  return safe;
}
