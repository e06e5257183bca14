// A lab's catalog file for its contract server: each image is checked as the gateway will read it, and the file is
// refused with the line of each mistake if one is not valid.
import { createHash } from 'node:crypto';
import { configInvalid, type Position } from '../config/problem.ts';
import { FederationError } from '../model/errors.ts';
import { isObject } from '../model/json-object.ts';
import { type CatalogDocument, catalogFormat, readCatalog } from '../sources/catalog-document.ts';
import { readCatalogFile } from '../sources/file.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import { checkImages } from './check.ts';
import { createFindings, type Findings } from './finding.ts';
import type { RegistryImage } from './image.ts';

export type { RegistryImage } from './image.ts';

export interface RegistryCatalog {
  readonly facility: string;
  readonly name: string;
  /** In the file's order. */
  readonly images: readonly RegistryImage[];
  /** A hash of all content: equal content has the same generation, on any machine. */
  readonly generation: string;
}

/** A catalog and the findings about it. */
export interface CheckedCatalog {
  /** null if neither the file nor the caller names it, as with a bare list. */
  readonly facility: string | null;
  readonly name: string | null;
  /** The images without an error. */
  readonly images: readonly RegistryImage[];
  readonly findings: Findings;
}

export interface CatalogOptions {
  /** The facility's id, for a file that does not name it: a bare list, NDJSON. A file that names another is an error. */
  readonly facility?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether it is a demo's, whose entries may say by `demo` who signs them; by default it is not. */
  readonly demo?: boolean | undefined;
  /** By which names are understood; the packaged one by default. */
  readonly vocabulary?: Vocabulary | undefined;
}

/** Maximum bytes of a file. */
const LARGEST = 268_435_456;
const MAX_IMAGES = 100_000;

/**
 * Reads and checks a catalog in YAML, JSON or NDJSON, as the ending of its name says, of at most 256 MiB
 * (YAML: 8 MiB) and 100,000 images.
 *
 * @throws FederationError CATALOG_INVALID with `file:line:column` of each mistake, if it cannot be read, or
 * if the signal aborts; CONFIG_INVALID if the ending names no format
 */
export async function loadRegistryCatalog(
  path: string,
  options: CatalogOptions = {},
): Promise<RegistryCatalog> {
  return servable(path, await checkRegistryCatalog(path, options));
}

/**
 * Reads a catalog, of at most 256 MiB (YAML: 8 MiB) and 100,000 images, and reports all that is wrong with it
 * as findings, also if it cannot be read or the signal aborts; `facility` and `name` are null where they are
 * not known.
 *
 * @throws FederationError CONFIG_INVALID if the ending names no format
 */
export async function checkRegistryCatalog(
  path: string,
  options: CatalogOptions = {},
): Promise<CheckedCatalog> {
  const findings = createFindings();
  const document = await readDocument(path, options, findings);
  if (document === null) return { facility: null, name: null, images: [], findings };
  const { facility, name } = identityOf(document, options.facility, findings);
  const images = await checkImages(
    document,
    { facility, isDemo: options.demo === true, vocabulary: options.vocabulary },
    findings,
  );
  return { facility, name, images, findings };
}

/**
 * The catalog, ready to be served, with the generation that its content gives; the name is the facility's id by
 * default.
 * @throws FederationError CATALOG_INVALID if a finding is an error, or the facility is not known
 */
export function servable(
  path: string,
  { facility, name, images, findings }: CheckedCatalog,
): RegistryCatalog {
  const wrong = findings.count('error');
  if (wrong > 0) {
    const errors = findings.listed().filter(({ severity }) => severity === 'error');
    throw configInvalid(path, errors, 'CATALOG_INVALID', wrong);
  }
  if (facility === null) {
    throw new FederationError('CATALOG_INVALID', 'the catalog does not name its facility', {
      at: path,
      hint: 'Write `facility: esrf` at its top, or name it with --facility.',
    });
  }
  return withGeneration({ facility, name: name ?? facility, images });
}

/**
 * The catalog with the generation that its content gives, `sha256:<64 hex>`: equal content, in the same
 * order, has the same.
 */
export const withGeneration = ({
  facility,
  name,
  images,
}: Omit<RegistryCatalog, 'generation'>): RegistryCatalog => ({
  ...{ facility, name, images },
  generation: generationOf({ facility, name, images }),
});

async function readDocument(
  path: string,
  { signal = new AbortController().signal }: CatalogOptions,
  findings: Findings,
): Promise<CatalogDocument | null> {
  const format = catalogFormat(path);
  try {
    return readCatalog(await readCatalogFile(path, LARGEST, { signal }), format, MAX_IMAGES);
  } catch (error) {
    if (!(error instanceof FederationError)) throw error;
    // The operator owns this file and may read the parser's message; in other places it is only logged.
    const words = error.cause instanceof Error ? `: ${error.cause.message.slice(0, 256)}` : '';
    findings.add('error', 'file', () => ({
      position: positionOf(error.at),
      message: `${error.message}${words}`,
    }));
    return null;
  }
}

/** The position of `line:column`; null for any other text. */
function positionOf(at: string | undefined): Position | null {
  const [, line, column] = /^(\d+):(\d+)$/.exec(at ?? '') ?? [];
  return line === undefined || column === undefined ? null : { line: Number(line), column: Number(column) };
}

function identityOf(document: CatalogDocument, given: string | undefined, findings: Findings) {
  const wrong = (message: string, hint?: string) =>
    findings.add('error', 'file', () => ({ position: null, message, hint }));
  const stated = document.facility ?? claimOf(document.entries[0]) ?? given ?? null;
  const facility = typeof stated === 'string' && /^[a-z][a-z0-9-]{0,31}$/.test(stated) ? stated : null;
  if (facility === null && stated !== null) {
    wrong('facility: must be the id of a facility', 'Write it as in facility: esrf.');
  } else if (given !== undefined && given !== facility) {
    wrong(`the catalog is that of ${facility}, not of ${given}`);
  }
  const name = document.name ?? null;
  if (name === null || (typeof name === 'string' && name.length <= 256)) return { facility, name };
  wrong('the catalog’s name must be text of at most 256 characters');
  return { facility, name: null };
}

/** NDJSON has no head: the first image may name the facility, and ingest refuses images that name another. */
const claimOf = (entry: unknown): unknown => (isObject(entry) ? (entry.facility ?? null) : null);

function generationOf({ facility, name, images }: Omit<RegistryCatalog, 'generation'>): string {
  const hash = createHash('sha256').update(JSON.stringify([facility, name]));
  for (const { node, extension, attached } of images) {
    hash.update(JSON.stringify([node, extension]));
    for (const { digest, mediaType } of [...attached.signatures, ...attached.attestations]) {
      hash.update(`${digest} ${mediaType}`);
    }
  }
  return `sha256:${hash.digest('hex')}`;
}
