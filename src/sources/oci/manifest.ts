// Reads what a registry answers for a manifest: an index, an image manifest, or one of schema 1. Read by hand, since it
// comes from outside and little of it is used; a descriptor's `urls` are never read.
import { isDigest } from '../../model/digest.ts';
import { FederationError } from '../../model/errors.ts';
import { isObject } from '../../model/json-object.ts';
import { type BoundedLabels, type IsRead, readLabels } from './labels.ts';
import { bareType, isSchema1, statedType } from './media-types.ts';
import { isUnknownPlatform, platformOf } from './platform.ts';

/** What points to a document or a layer (OCI content descriptor). */
export interface Descriptor {
  /** Without parameters, in small letters. */
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes; null where it is no amount. */
  readonly size: number | null;
  /** Empty where there is none. */
  readonly artifactType: string;
}

/** An entry of an index. */
export interface IndexEntry extends Descriptor {
  /** null: it states none. */
  readonly platform: string | null;
  /** `unknown/unknown`: no engine pulls it, and it is no part of the image. */
  readonly isForNoPlatform: boolean;
  /** Whether it is for no platform because it is an attestation, as buildx says. */
  readonly isAttestation: boolean;
  readonly annotations: BoundedLabels;
}

export interface ImageIndex {
  readonly kind: 'index';
  readonly artifactType: string;
  /** The digest of what it refers to; null: it states none. */
  readonly subject: string | null;
  /**
   * Those for a platform, or for none that is said, each digest once, in their order: so many at most as the caller reads,
   * and as many for no platform.
   */
  readonly manifests: readonly IndexEntry[];
  /** Whether there are more of them. */
  readonly hasMore: boolean;
  /** Whether one of its entries, read or not, is an attestation. */
  readonly isAttested: boolean;
  readonly annotations: BoundedLabels;
}

export interface Manifest {
  readonly kind: 'manifest';
  readonly artifactType: string;
  /** As of {@link ImageIndex}. */
  readonly subject: string | null;
  readonly config: Descriptor;
  /** Media types of the layers, each once. */
  readonly layerTypes: readonly string[];
  /** Bytes of the configuration and the layers together, compressed; null where one is not known. */
  readonly size: number | null;
  readonly annotations: BoundedLabels;
}

/** A manifest of Docker's schema 1, which names no configuration. */
export interface Schema1 {
  readonly kind: 'schema1';
}

export type ManifestDocument = ImageIndex | Manifest | Schema1;

/**
 * A manifest (OCI image manifest, image index, or Docker's counterparts) by its structure, since its
 * `mediaType` may be missing. A document that could be read as an index and as an image is neither:
 * registries and engines would read it differently. What is beyond `maxManifests` entries of an index is
 * checked, and not given.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md
 * @throws FederationError SOURCE_MALFORMED for what is none, or both; a descriptor without a digest; layers
 * of more than 256 media types; more than 8,192 annotations of entries; and as {@link readLabels} does
 */
export function readManifest(value: unknown, isRead: IsRead, maxManifests: number): ManifestDocument {
  if (!isObject(value)) throw malformed('the manifest is no JSON object');
  const mediaType = typeof value.mediaType === 'string' ? bareType(value.mediaType) : '';
  if (value.schemaVersion === 1 || isSchema1(mediaType)) return { kind: 'schema1' };
  const isIndex = Object.hasOwn(value, 'manifests');
  const isManifest = Object.hasOwn(value, 'config') || Object.hasOwn(value, 'layers');
  if (isIndex && isManifest) throw malformed('it is an index and an image manifest at once');
  const annotations = readLabels(value.annotations, 'annotations', isRead);
  const artifactType = statedType(value.artifactType);
  const subject = subjectOf(value.subject);
  if (isIndex) {
    const entries = readEntries(listOf(value.manifests, 'manifests'), isRead, maxManifests);
    return { kind: 'index', artifactType, subject, ...entries, annotations };
  }
  if (!isManifest) throw malformed('it is neither an index nor an image manifest');
  const config = readDescriptor(value.config, 'configuration');
  const layers = listOf(value.layers, 'layers').map((layer) => readDescriptor(layer, 'layer'));
  const layerTypes = [...new Set(layers.map((layer) => layer.mediaType))];
  if (layerTypes.length > MAX_LAYER_TYPES) {
    throw malformed(`its layers are of more than ${MAX_LAYER_TYPES} media types`);
  }
  const sizes = [config, ...layers].map(({ size }) => size);
  return {
    kind: 'manifest',
    artifactType,
    subject,
    config,
    layerTypes,
    size: sum(sizes),
    annotations,
  };
}

/** Programs in Go write null for a list that is empty, as registries do where nothing refers to an image. */
function listOf(value: unknown, what: string): readonly unknown[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw malformed(`its ${what} are no list`);
  return value;
}

/** What the entries of an index that is within its bounds come to. */
function readEntries(
  list: readonly unknown[],
  isRead: IsRead,
  max: number,
): Pick<ImageIndex, 'manifests' | 'hasMore' | 'isAttested'> {
  const manifests: IndexEntry[] = [];
  const [pulled, others] = [new Set<string>(), new Set<string>()];
  let hasMore = false;
  let isAttested = false;
  let labels = 0;
  for (const value of list) {
    const entry = readEntry(value, isRead);
    isAttested ||= entry.isAttestation;
    const met = entry.isForNoPlatform ? others : pulled;
    if (met.has(entry.digest)) continue;
    if (met.size >= max) {
      hasMore ||= !entry.isForNoPlatform;
      continue;
    }
    met.add(entry.digest);
    manifests.push(entry);
    labels += entry.annotations.labels.length + entry.annotations.dropped.length;
    if (labels > MAX_ENTRY_LABELS) {
      throw malformed(`its entries have more than ${MAX_ENTRY_LABELS} annotations`);
    }
  }
  return { manifests, hasMore, isAttested };
}

function readEntry(value: unknown, isRead: IsRead): IndexEntry {
  const descriptor = readDescriptor(value, 'manifest');
  const { platform, annotations } = value as Readonly<Record<string, unknown>>;
  // An entry with a real platform is read, whatever it is said to be: an engine would pull it.
  const isForNoPlatform = isUnknownPlatform(platform);
  return {
    ...descriptor,
    platform: platformOf(platform),
    isForNoPlatform,
    isAttestation: isForNoPlatform && referenceType(annotations) === 'attestation-manifest',
    annotations: readLabels(annotations, 'annotations', isRead),
  };
}

/** How buildx says what an entry of an index is. */
const referenceType = (annotations: unknown): unknown =>
  isObject(annotations) ? annotations['vnd.docker.reference.type'] : undefined;

function readDescriptor(value: unknown, what: string): Descriptor {
  if (!isObject(value)) throw malformed(`it has a ${what} without a descriptor`);
  const { digest, size } = value;
  if (typeof digest !== 'string' || !isDigest(digest)) throw malformed(`it has a ${what} without a digest`);
  return {
    mediaType: statedType(value.mediaType),
    digest,
    size: typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : null,
    artifactType: statedType(value.artifactType),
  };
}

function subjectOf(value: unknown): string | null {
  const digest = isObject(value) ? value.digest : null;
  return typeof digest === 'string' && isDigest(digest) ? digest : null;
}

/** Media types of the layers of one manifest. */
const MAX_LAYER_TYPES = 256;

/** Annotations of all entries of one index together. */
const MAX_ENTRY_LABELS = 8_192;

function sum(sizes: readonly (number | null)[]): number | null {
  let total = 0;
  for (const size of sizes) {
    if (size === null) return null;
    total += size;
  }
  return Number.isSafeInteger(total) ? total : null;
}

const malformed = (message: string): FederationError => new FederationError('SOURCE_MALFORMED', message);
