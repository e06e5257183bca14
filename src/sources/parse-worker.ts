// What runs in the worker threads of parse-aside.ts. An error does not keep its class on its way between threads, so that
// a failure is a result here.
import { type ErrorCode, FederationError } from '../model/errors.ts';
import { parseJson } from './body.ts';
import { type CatalogFormat, readCatalog } from './catalog-document.ts';
import { toNode } from './catalog-entry.ts';
import { readPage } from './contract.ts';
import { readAnswer } from './endpoint.ts';
import { type PackedNodes, pack } from './parsed.ts';

export type ParseTask =
  | { readonly kind: 'page'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'catalog';
      readonly bytes: Uint8Array;
      readonly format: CatalogFormat;
      readonly maxEntries: number;
    };

export interface PackedPage {
  readonly nodes: PackedNodes;
  readonly generation: string;
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

export interface PackedCatalog {
  readonly nodes: PackedNodes;
  /** As the file says it, unproven; null where it does not. */
  readonly facility: unknown;
}

export interface ParseFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly at: string | undefined;
  /** What was thrown, for the log. */
  readonly cause: string | undefined;
}

export type Parsed = PackedPage | PackedCatalog | { readonly failure: ParseFailure };

export default function parse(task: ParseTask): Parsed {
  try {
    return task.kind === 'page' ? parsePage(task.bytes) : parseCatalog(task);
  } catch (error) {
    if (!(error instanceof FederationError)) throw error;
    const { code, message, hint, at, cause } = error;
    return {
      failure: {
        code,
        message,
        hint,
        at,
        cause: cause === undefined ? undefined : String(cause).slice(0, 1_024),
      },
    };
  }
}

export function parsePage(bytes: Uint8Array): PackedPage {
  const { nodes, ...page } = readPage({ ...readAnswer(parseJson(Buffer.from(bytes))), bytes: bytes.length });
  return { ...page, nodes: pack(nodes) };
}

export function parseCatalog({
  bytes,
  format,
  maxEntries,
}: Extract<ParseTask, { kind: 'catalog' }>): PackedCatalog {
  const { facility, entries } = readCatalog(Buffer.from(bytes), format, maxEntries);
  return { facility, nodes: pack(entries.map((entry, index) => toNode(entry, `image ${index + 1}`))) };
}
