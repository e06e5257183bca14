// Labels in an OCI image layout: those of each image that its index names.
// https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
import { join } from 'node:path';
import { readBounded } from '../../config/bounded-file.ts';
import { hasDigest, isDigest } from '../../model/digest.ts';
import { FederationError } from '../../model/errors.ts';
import { parseJsonOnce } from '../../model/json.ts';
import { isObject } from '../../model/json-object.ts';
import type { Labels } from '../../sources/labels/family.ts';
import type { LabelSource } from './label-source.ts';

/** Bytes of one document. */
const MAX_BYTES = 4_194_304;
/** Manifests that are looked at: those of many tags and platforms. */
const MAX_IMAGES = 256;

type Json = Readonly<Record<string, unknown>>;

/**
 * The labels of each image of the layout in the folder, with its manifest's annotations behind them. Rejects with USAGE for a folder
 * that is no layout, a document that is not what its digest says, one of more than 4 MiB, and more than 256 images.
 */
export async function layoutSources(folder: string, name: string): Promise<readonly LabelSource[]> {
  const sources: LabelSource[] = [];
  const open = [...manifestsOf(await documentAt(folder, 'index.json', null))];
  for (let looked = 0; open.length > 0; looked += 1) {
    if (looked === MAX_IMAGES) throw unusable(folder, `has more than ${MAX_IMAGES} images`);
    const descriptor = open.shift() as Json;
    const document = await blobOf(folder, descriptor);
    const inner = manifestsOf(document);
    open.push(...inner);
    if (inner.length > 0 || !isObject(document.config)) continue;
    const { config } = await blobOf(folder, document.config);
    const labels = isObject(config) ? textsOf(config.Labels) : {};
    sources.push({
      name: `${name} ${nameOf(descriptor)}`,
      isDescription: false,
      levels: [labels, textsOf(document.annotations)],
      notes: [],
      place: () => null,
    });
  }
  return sources;
}

const manifestsOf = ({ manifests }: Json): readonly Json[] =>
  Array.isArray(manifests) ? manifests.filter(isObject) : [];

/** By its tag, else by the beginning of its digest. */
function nameOf({ annotations, digest }: Json): string {
  const tag = isObject(annotations) ? annotations['org.opencontainers.image.ref.name'] : undefined;
  return typeof tag === 'string' ? tag : String(digest).slice(0, 19);
}

function textsOf(labels: unknown): Labels {
  const entries = Object.entries(isObject(labels) ? labels : {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

async function blobOf(folder: string, { digest }: Json): Promise<Json> {
  if (typeof digest !== 'string' || !isDigest(digest))
    throw unusable(folder, 'names a document without its digest');
  return documentAt(folder, join('blobs', ...digest.split(':')), digest);
}

async function documentAt(folder: string, path: string, digest: string | null): Promise<Json> {
  const bytes = await readBounded(join(folder, path), MAX_BYTES, { onlyFiles: true }).catch((cause) => {
    throw unusable(folder, `has no ${path} that can be read (${cause.code ?? 'unknown'})`);
  });
  if (digest !== null && !hasDigest(bytes, digest))
    throw unusable(folder, `has another document at ${path} than its digest says`);
  const value = jsonOf(bytes, folder, path);
  if (!isObject(value)) throw unusable(folder, `has no JSON object in ${path}`);
  return value;
}

function jsonOf(bytes: Buffer, folder: string, path: string): unknown {
  try {
    return parseJsonOnce(bytes);
  } catch (error) {
    throw unusable(folder, `has a ${path} that ${(error as Error).message}`);
  }
}

const unusable = (folder: string, what: string): FederationError =>
  new FederationError('USAGE', `the layout ${what}`, {
    at: folder,
    hint: 'An OCI image layout is what `skopeo copy docker://… oci:<folder>:<tag>` and `umoci` write.',
  });
