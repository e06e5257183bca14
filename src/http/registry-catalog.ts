// A lab's catalog file as its contract server holds it: every image valid and with an id, or the file is refused with
// the line of each mistake.
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { pathText } from '../config/explain.ts';
import { configInvalid, type Problem } from '../config/problem.ts';
import { FederationError } from '../model/errors.ts';
import { didYouMean } from '../model/nearest.ts';
import { type CatalogDocument, catalogFormat, readCatalog } from '../sources/catalog-document.ts';
import { ENTRY_FIELDS, toNode } from '../sources/catalog-entry.ts';
import { readBounded } from '../sources/file.ts';
import { MalformedNode } from '../sources/source.ts';
import { imageSchema } from './registry-image.ts';

/** An image in the shape of registry.graphql, every field there, and what the lab adds to it. */
export interface RegistryImage {
  readonly id: string;
  readonly node: Readonly<Record<string, unknown>>;
  readonly extension: Readonly<Record<string, unknown>>;
}

export interface RegistryCatalog {
  readonly facility: string;
  readonly name: string;
  /** In the file's order. */
  readonly images: readonly RegistryImage[];
  /** A hash of all that is served: the same content is the same generation, on any machine. */
  readonly generation: string;
}

export interface CatalogOptions {
  /** For a file that does not say whose it is: a bare list, NDJSON. */
  readonly facility?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const LARGEST = 268_435_456;
const MOST_IMAGES = 100_000;

/**
 * Reads and checks a catalog of YAML, JSON or NDJSON.
 * @throws FederationError CATALOG_INVALID with `file:line:column` of each mistake, CONFIG_INVALID
 */
export async function loadRegistryCatalog(
  path: string,
  options: CatalogOptions = {},
): Promise<RegistryCatalog> {
  const format = catalogFormat(path);
  let document: CatalogDocument;
  try {
    const bytes = await readBounded(path, LARGEST, options.signal ?? new AbortController().signal);
    document = readCatalog(bytes, format, MOST_IMAGES);
  } catch (error) {
    throw error instanceof FederationError ? asCatalogError(path, error) : error;
  }
  const { facility, name } = identityOf(path, document, options.facility);
  const images = readImages(path, document);
  return { facility, name, images, generation: generationOf(facility, name, images) };
}

function identityOf(path: string, document: CatalogDocument, given: string | undefined) {
  const facility = document.facility ?? given;
  if (typeof facility !== 'string' || !/^[a-z][a-z0-9-]{0,31}$/.test(facility)) {
    throw new FederationError('CATALOG_INVALID', 'the catalog does not say which facility it is of', {
      at: path,
      hint: 'Write `facility: esrf` at its top, or name it by --facility.',
    });
  }
  if (given !== undefined && given !== facility) {
    throw new FederationError('CATALOG_INVALID', `the catalog is of ${facility}, not of ${given}`, {
      at: path,
    });
  }
  const name = document.name ?? facility;
  if (typeof name === 'string' && name.length <= 256) return { facility, name };
  throw new FederationError('CATALOG_INVALID', 'the catalog’s name must be text of at most 256 characters', {
    at: path,
  });
}

function readImages(path: string, document: CatalogDocument): RegistryImage[] {
  const problems: Problem[] = [];
  const images = new Map<string, RegistryImage>();
  for (const [index, entry] of document.entries.entries()) {
    if (entry instanceof MalformedNode) {
      problems.push({ position: document.locate(index), message: entry.reason });
      continue;
    }
    const checked = imageSchema.safeParse(entry);
    if (!checked.success) {
      problems.push(...checked.error.issues.flatMap((issue) => explainIssue(issue, index, document)));
      continue;
    }
    const image = makeImage(checked.data);
    if (images.has(image.id)) {
      problems.push({
        position: document.locate(index),
        message: `there is another image with the id ${image.id}`,
        hint: 'One digest of a repository is one image, with all its tags.',
      });
    }
    images.set(image.id, image);
  }
  if (problems.length > 0) throw configInvalid(path, problems, 'CATALOG_INVALID');
  return [...images.values()];
}

function makeImage(entry: z.infer<typeof imageSchema>): RegistryImage {
  const { repository, digest, tag, tags } = entry;
  const id = entry.id ?? (digest ? `${repository}@${digest}` : `${repository}:${tag ?? tags?.[0]}`);
  const node = toNode(entry, id) as Record<string, unknown>;
  return { id, node: { ...node, id }, extension: entry.extension ?? {} };
}

function explainIssue(issue: z.core.$ZodIssue, index: number, document: CatalogDocument): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      position: document.locate(index, [...issue.path, key]),
      message: `there is no field ${pathText([...issue.path, key])} of an image`,
      hint: issue.path.length === 0 ? didYouMean(key, ENTRY_FIELDS) : undefined,
    }));
  }
  const field = issue.path.length === 0 ? '' : `${pathText(issue.path)}: `;
  return [{ position: document.locate(index, issue.path), message: `${field}${issue.message}` }];
}

function generationOf(facility: string, name: string, images: readonly RegistryImage[]): string {
  const hash = createHash('sha256').update(JSON.stringify([facility, name]));
  for (const { node, extension } of images) hash.update(JSON.stringify([node, extension]));
  return `sha256:${hash.digest('hex')}`;
}

/** Here the file is the operator's own, not an upstream that fails. */
function asCatalogError(path: string, error: FederationError): FederationError {
  const at = error.at === undefined || error.at === path ? path : `${path}:${error.at}`;
  // The author of the file may read what the parser says of it; everybody else may not.
  const words = error.cause instanceof Error ? `: ${error.cause.message.slice(0, 256)}` : '';
  return new FederationError('CATALOG_INVALID', `${error.message}${words}`, { at, cause: error.cause });
}
