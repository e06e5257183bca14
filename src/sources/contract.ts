// The queries of contract 1, which are made from registry.graphql, and what must hold of their answers before a node is looked at.
import { createHash } from 'node:crypto';
import { FederationError } from '../model/errors.ts';
import { isObject } from '../model/json-object.ts';
import type { GraphqlAnswer, GraphqlFault } from '../network/graphql-endpoint.ts';
import { upstreamText } from '../network/upstream-text.ts';
import {
  PanfedImagesDocument,
  type PanfedImagesQuery,
  PanfedRegistryDocument,
} from './generated/contract.ts';
import { MalformedNode } from './source.ts';

/** The version of the contract registry.graphql that this gateway speaks. */
export const CONTRACT = 1;

/** The small check: who answers, in which contract, and whether anything changed. */
export const REGISTRY_QUERY = PanfedRegistryDocument.toString();

/** The one query of a crawl: everything that the contract has of an image. */
export const IMAGES_QUERY = PanfedImagesDocument.toString();

/** Version of what is asked of an image, 31 bits of the query's hash: what was stored by another lacks fields. */
export const MAPPING =
  Number.parseInt(createHash('sha256').update(IMAGES_QUERY).digest('hex').slice(0, 8), 16) >>> 1;

/** An image as the contract has it. What a registry answers may be anything else, and is read as `unknown`. */
export type ImageNode = PanfedImagesQuery['images']['nodes'][number];

/** A page of an answer, its nodes still unproven. */
export interface ImagePage {
  readonly nodes: readonly unknown[];
  readonly generation: string;
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

/** Length of a cursor or a generation; both are kept. */
const MAX_TOKEN = 4_096;

/**
 * The generation, of at most 4,096 characters, from an answer to {@link REGISTRY_QUERY}.
 * @throws FederationError CONTRACT_UNSUPPORTED for any contract but {@link CONTRACT}, or SOURCE_MALFORMED if
 * another facility answers or the answer has no registry or no generation. What the registry wrote is its
 * `cause`.
 */
export function readRegistry(answer: GraphqlAnswer, facility: string): string {
  const registry = answer.data?.registry;
  if (!isObject(registry)) throw unusable('the answer has no registry', answer.errors);
  if (registry.contract !== CONTRACT) {
    throw new FederationError('CONTRACT_UNSUPPORTED', 'the registry does not speak contract 1', {
      hint: 'the registry’s software and the gateway are of different generations: update one of them',
      cause: upstreamText(`contract ${String(registry.contract)}`),
    });
  }
  if (registry.facility !== facility) {
    throw new FederationError('SOURCE_MALFORMED', `the registry says that it is not ${facility}'s`, {
      hint: 'check the registry’s address in federation.yaml',
      cause: upstreamText(`facility ${String(registry.facility)}`),
    });
  }
  if (!isToken(registry.generation)) throw unusable('the registry has no generation', answer.errors);
  return registry.generation;
}

/**
 * A page, from an answer to {@link IMAGES_QUERY}. A node that an error points into, or that is null, is
 * malformed even where the rest of it arrived: a null in place of a restriction must not read as none.
 * @throws FederationError SOURCE_MALFORMED where it has no list of nodes or no `hasNextPage`, a generation or
 * a cursor that is not of 1 to 4,096 characters, or an error that belongs to no node
 */
export function readPage(answer: GraphqlAnswer): ImagePage {
  const page = answer.data?.images;
  if (!isObject(page) || !Array.isArray(page.nodes))
    throw unusable('the answer has no page of images', answer.errors);
  const spoiled = faultsByNode(answer.errors);
  if (!isToken(page.generation) || typeof page.hasNextPage !== 'boolean') {
    throw unusable('the page has no generation or no end', answer.errors);
  }
  const endCursor = page.endCursor ?? null;
  if (endCursor !== null && !isToken(endCursor))
    throw unusable('the page’s cursor is not one', answer.errors);
  const nodes = page.nodes.map((node: unknown, index) => judge(node, index, spoiled.get(index)));
  return { nodes, generation: page.generation, hasNextPage: page.hasNextPage, endCursor };
}

function judge(node: unknown, index: number, fault: GraphqlFault | undefined): unknown {
  if (fault === undefined && node !== null) return node;
  const subject =
    isObject(node) && typeof node.repository === 'string' ? node.repository : `node ${index} of its page`;
  const field = fault?.path?.slice(3).join('.') ?? '';
  return new MalformedNode(
    subject,
    field === '' ? 'the registry could not answer it' : `the registry could not answer its ${field}`,
    node,
  );
}

/** An error that belongs to no single node leaves it open which records it spoils: then the page is not used. */
function faultsByNode(errors: readonly GraphqlFault[]): Map<number, GraphqlFault> {
  const spoiled = new Map<number, GraphqlFault>();
  for (const fault of errors) {
    const [images, nodes, index] = fault.path ?? [];
    if (images !== 'images' || nodes !== 'nodes' || typeof index !== 'number') {
      throw unusable('the registry answered with errors', errors);
    }
    if (!spoiled.has(index)) spoiled.set(index, fault);
  }
  return spoiled;
}

const isToken = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= MAX_TOKEN;

function unusable(message: string, errors: readonly GraphqlFault[]): FederationError {
  const messages = errors.map((fault) => fault.message).join('; ');
  return new FederationError('SOURCE_MALFORMED', message, {
    cause: messages === '' ? undefined : upstreamText(messages),
  });
}
