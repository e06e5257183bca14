// The queries of both versions of the contract, which are made from registry.graphql, and what must hold of their answers
// before a node is looked at.
import { createHash } from 'node:crypto';
import { FederationError } from '../model/errors.ts';
import { isObject } from '../model/json-object.ts';
import type { GraphqlAnswer, GraphqlFault } from '../network/graphql-endpoint.ts';
import { upstreamText } from '../network/upstream-text.ts';
import {
  PanfedAttachmentsDocument,
  PanfedImages2Document,
  type PanfedImages2Query,
  PanfedImagesDocument,
  PanfedRegistryDocument,
  PanfedSignaturesDocument,
} from './generated/contract.ts';
import { MalformedNode } from './source.ts';

/** The versions of the contract registry.graphql that this gateway speaks. */
export const CONTRACTS = [1, 2] as const;
export type Contract = (typeof CONTRACTS)[number];

/** The small check: who answers, in which contract, and whether anything changed. */
export const REGISTRY_QUERY = PanfedRegistryDocument.toString();

/** The one query of a crawl, by the version that the registry speaks: everything that the contract has of an image. */
export const IMAGES_QUERIES: Readonly<Record<Contract, string>> = {
  1: PanfedImagesDocument.toString(),
  2: PanfedImages2Document.toString(),
};

/** What is signed and attested of some images, with the documents. */
export const ATTACHMENTS_QUERY = PanfedAttachmentsDocument.toString();

/** What is signed alone: attestations may be larger than anything that is read at a time. */
export const SIGNATURES_QUERY = PanfedSignaturesDocument.toString();

const hashOf = (query: string): string => createHash('sha256').update(query).digest('hex').slice(0, 8);

/** Version of what contract 1 asks of an image, 31 bits of the query's hash: what was stored by another lacks fields. */
export const MAPPING = Number.parseInt(hashOf(IMAGES_QUERIES[1]), 16) >>> 1;

const AS_CONTRACT_2 = `contract 2 ${hashOf(IMAGES_QUERIES[2])} `;

/**
 * A registry's generation as it is kept and compared. By contract 1 it is the registry's own; by contract 2 it has a hash of
 * the query before it, so that what was asked by another query is crawled anew, although the registry has not changed. What
 * was stored by another query of contract 1 is known by {@link MAPPING}.
 */
export const keptGeneration = (contract: Contract, generation: string): string =>
  contract === 1 ? generation : AS_CONTRACT_2 + generation;

/** Lists of contract 2: what is signed or attested of an image. null in them is no statement. */
export const ATTACHMENT_LISTS = { signatures: 'signature', attestations: 'attestation' } as const;

/** An image as the contract has it, without what is attached to it. What a registry answers may be anything else, and is read as `unknown`. */
export type ImageNode = Omit<PanfedImages2Query['images']['nodes'][number], keyof typeof ATTACHMENT_LISTS>;

/** A page of an answer, its nodes still unproven. */
export interface ImagePage {
  readonly nodes: readonly unknown[];
  readonly generation: string;
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

/** Length of a cursor or a generation; both are kept. */
const MAX_TOKEN = 4_096;

/** What a registry says that it is. */
export interface RegistryStanding {
  readonly contract: Contract;
  /** The registry's own, of at most 4,096 characters. */
  readonly generation: string;
}

/**
 * From an answer to {@link REGISTRY_QUERY}.
 * @throws FederationError CONTRACT_UNSUPPORTED for any contract but {@link CONTRACTS}, or SOURCE_MALFORMED if
 * another facility answers or the answer has no registry or no generation. What the registry wrote is its
 * `cause`.
 */
export function readRegistry(answer: GraphqlAnswer, facility: string): RegistryStanding {
  const registry = answer.data?.registry;
  if (!isObject(registry)) throw unusable('the answer has no registry', answer.errors);
  const contract = CONTRACTS.find((version) => version === registry.contract);
  if (contract === undefined) {
    throw new FederationError('CONTRACT_UNSUPPORTED', 'the registry speaks neither contract 1 nor 2', {
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
  return { contract, generation: registry.generation };
}

/**
 * A page, from an answer to one of {@link IMAGES_QUERIES}. A node that an error points into, or that is null, is
 * malformed even where the rest of it arrived: a null in place of a restriction must not read as none. An error within
 * one of {@link ATTACHMENT_LISTS} makes that list null alone: null there is no statement.
 * @throws FederationError SOURCE_MALFORMED where it has no list of nodes or no `hasNextPage`, a generation or
 * a cursor that is not of 1 to 4,096 characters, or an error that belongs to no node
 */
export function readPage(answer: GraphqlAnswer): ImagePage {
  const page = answer.data?.images;
  if (!isObject(page) || !Array.isArray(page.nodes))
    throw unusable('the answer has no page of images', answer.errors);
  const faults = faultsByNode(answer.errors);
  if (!isToken(page.generation) || typeof page.hasNextPage !== 'boolean') {
    throw unusable('the page has no generation or no end', answer.errors);
  }
  const endCursor = page.endCursor ?? null;
  if (endCursor !== null && !isToken(endCursor))
    throw unusable('the page’s cursor is not one', answer.errors);
  const nodes = page.nodes.map((node: unknown, index) => judge(node, index, faults.get(index) ?? NO_FAULTS));
  return { nodes, generation: page.generation, hasNextPage: page.hasNextPage, endCursor };
}

/** The errors that point into one node. */
interface NodeFaults {
  /** The first that spoils it; null: none does. */
  readonly spoiling: GraphqlFault | null;
  /** Those of {@link ATTACHMENT_LISTS} that could not be answered. */
  readonly lists: ReadonlySet<string>;
}

const NO_FAULTS: NodeFaults = { spoiling: null, lists: new Set() };

function judge(node: unknown, index: number, { spoiling, lists }: NodeFaults): unknown {
  if (spoiling === null && node !== null) {
    return lists.size === 0 || !isObject(node)
      ? node
      : { ...node, ...Object.fromEntries([...lists].map((name) => [name, null])) };
  }
  const subject =
    isObject(node) && typeof node.repository === 'string' ? node.repository : `node ${index} of its page`;
  const field = spoiling?.path?.slice(3).join('.') ?? '';
  return new MalformedNode(
    subject,
    field === '' ? 'the registry could not answer it' : `the registry could not answer its ${field}`,
    node,
  );
}

/** An error that belongs to no single node leaves it open which records it spoils: then the page is not used. */
function faultsByNode(errors: readonly GraphqlFault[]): Map<number, NodeFaults> {
  const found = new Map<number, NodeFaults>();
  for (const fault of errors) {
    const [images, nodes, index, field] = fault.path ?? [];
    if (images !== 'images' || nodes !== 'nodes' || typeof index !== 'number') {
      throw unusable('the registry answered with errors', errors);
    }
    const { spoiling, lists } = found.get(index) ?? NO_FAULTS;
    const isOfList = typeof field === 'string' && Object.hasOwn(ATTACHMENT_LISTS, field);
    found.set(
      index,
      isOfList ? { spoiling, lists: new Set(lists).add(field) } : { spoiling: spoiling ?? fault, lists },
    );
  }
  return found;
}

const isToken = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= MAX_TOKEN;

/**
 * SOURCE_MALFORMED, with the registry’s messages as its cause: at most 1,024 characters of them, for the log;
 * none where there are no errors.
 */
export function unusable(message: string, errors: readonly GraphqlFault[]): FederationError {
  const messages = errors.map((fault) => fault.message).join('; ');
  return new FederationError('SOURCE_MALFORMED', message, {
    cause: messages === '' ? undefined : upstreamText(messages),
  });
}
