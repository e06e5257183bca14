// Fetches what refers to an image, with its layers: each document has the digest by which it is named.
import type { Attachment, AttachmentLayer } from '../../model/attachment.ts';
import { readAttachmentManifestAside } from '../parse-aside.ts';
import type { FetchedAttachments, WantedAttachments } from '../source.ts';
import type { AttachedLayer, AttachmentManifest } from './attachment-manifest.ts';
import type { OciCrawl } from './crawl.ts';
import { type Documents, documentsOf } from './document.ts';
import { NotYet } from './not-yet.ts';
import { type CrawledRegistry, crawledRegistry } from './registry.ts';
import { Gone, isNotGiven, reasonOf } from './unusable.ts';

/** Bytes of a layer that is fetched unless more are wanted: a signature has some thousand. A larger one is passed over. */
const LAYER_BYTES = 1_048_576;

/** Bytes of all layers of one attachment, with their annotations, unless more are wanted. */
const ATTACHMENT_BYTES = 4_194_304;

/** Bytes of all layers of the attachments of one image that are asked for together, unless one of them may have more. */
const IMAGE_BYTES = 16_777_216;

/** Attachments that have room for all that each may have when they are asked for together. */
export const TOGETHER = IMAGE_BYTES / ATTACHMENT_BYTES;

/** Which layers are fetched. */
interface Bounds {
  readonly layerBytes: number;
  readonly attachmentBytes: number;
  readonly isWanted: (mediaType: string) => boolean;
}

/**
 * The attachments of one image, as {@link Source.attachments} says. Within 16 MiB for all of them, and 4 MiB for
 * each, or `maxBytes` for all where that is more, its smallest layers are fetched that are wanted (all by default), by what
 * their descriptors say; the others, and those of more than 1 MiB or `maxBytes`, are passed over, and the attachment is
 * partial: of {@link TOGETHER} (4) attachments none for the sake of another's. Takes half of the registry's budget at most.
 * Rejects with RATE_LIMITED where that is used up, with the failure where the registry cannot be asked for anything, and with
 * the signal's reason; never with CrawlExceeded, since it is no part of a crawl.
 */
export async function fetchAttachments(
  options: OciCrawl,
  { repository, attachments, maxBytes, isWanted = () => true }: WantedAttachments,
  signal: AbortSignal,
): Promise<FetchedAttachments> {
  const limits = { ...options.limits, upstreamBytes: Number.MAX_SAFE_INTEGER };
  const registry = crawledRegistry({ ...options, limits, signal, notified: SPARING });
  const bounds: Bounds = {
    layerBytes: maxBytes ?? LAYER_BYTES,
    attachmentBytes: maxBytes ?? ATTACHMENT_BYTES,
    isWanted,
  };
  const documents = documentsOf(registry, repository, {
    maxBytes: Math.max(bounds.layerBytes, options.limits.oci.documentBytes),
    use: maxBytes === undefined ? 'EACH_CRAWL' : 'ONCE',
  });
  const found = new Map<string, Attachment | null>();
  const manifests = new Map<string, AttachmentManifest>();
  let wanted: readonly WantedLayer[] = [];
  // One after the other: their registry is asked by others too.
  for (const digest of attachments) {
    const manifest = await usable(registry, () => manifestOf(digest, documents, registry));
    if (manifest === undefined) continue;
    if (manifest === null) found.set(digest, null);
    else {
      manifests.set(digest, manifest);
      const own = smallest(layersOf(digest, manifest, bounds), bounds.attachmentBytes);
      wanted = smallest([...wanted, ...own], Math.max(IMAGE_BYTES, bounds.attachmentBytes));
    }
  }
  for (const [digest, { artifactType, layers: listed }] of manifests) {
    const own = wanted.filter(({ of }) => of === digest).sort((one, other) => one.at - other.at);
    const layers = await usable(registry, () => layersGiven(own, documents));
    if (!layers) continue;
    const isPartial = layers.length < listed.filter(({ mediaType }) => isWanted(mediaType)).length;
    found.set(digest, { digest, artifactType, layers, ...(isPartial && { isPartial }) });
  }
  return found;
}

/** As a crawl of what notifications named: it leaves half of the budget to others. */
const SPARING = { alone: true, names: new Set<string>() };

/** A layer that is to be fetched. */
interface WantedLayer {
  readonly layer: AttachedLayer;
  /** The digest of the attachment. */
  readonly of: string;
  /** Its place among the layers of its attachment. */
  readonly at: number;
  /** As its descriptor says. */
  readonly size: number;
  /** Bytes, with its annotations. */
  readonly bytes: number;
}

function layersOf(
  of: string,
  { layers }: AttachmentManifest,
  { layerBytes, isWanted }: Bounds,
): readonly WantedLayer[] {
  return layers.flatMap((layer, at) => {
    const { mediaType, size } = layer;
    if (size === null || size > layerBytes || !isWanted(mediaType)) return [];
    return [{ layer, of, at, size, bytes: size + annotationBytes(layer) }];
  });
}

function annotationBytes({ annotations }: AttachedLayer): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(annotations)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  return bytes;
}

/** The smallest that have at most so many bytes together. */
function smallest(layers: readonly WantedLayer[], maxBytes: number): readonly WantedLayer[] {
  let left = maxBytes;
  const ranked = [...layers].sort((one, other) => one.bytes - other.bytes);
  const end = ranked.findIndex(({ bytes }) => {
    left -= bytes;
    return left < 0;
  });
  return end < 0 ? ranked : ranked.slice(0, end);
}

/** null: it cannot be a signature, whoever is asked. undefined: it cannot be had now. */
async function usable<T>(registry: CrawledRegistry, work: () => Promise<T>): Promise<T | null | undefined> {
  try {
    return await work();
  } catch (error) {
    // The list has just named it: a registry answers so to a credential that has expired, and a replica that lags does.
    if (error instanceof Gone || isNotGiven(error)) return undefined;
    if (error instanceof NotYet) throw registry.remainder.failure() ?? error;
    if (reasonOf(error) === null) throw error;
    return null;
  }
}

/** Rejects as {@link Documents} does, and with SOURCE_MALFORMED for what has no layers. */
async function manifestOf(
  digest: string,
  documents: Documents,
  { facility, signal }: CrawledRegistry,
): Promise<AttachmentManifest> {
  return readAttachmentManifestAside(await documents.manifest(digest), { facility, signal });
}

async function layersGiven(
  layers: readonly WantedLayer[],
  documents: Documents,
): Promise<readonly AttachmentLayer[]> {
  const given: AttachmentLayer[] = [];
  for (const one of layers) {
    const layer = await layerOf(one, documents);
    if (layer !== null) given.push(layer);
  }
  return given;
}

/** null: it is gone, larger than it says, or cannot be read. Whoever may attach could else have an image doubted. */
async function layerOf({ layer, size }: WantedLayer, documents: Documents): Promise<AttachmentLayer | null> {
  const { mediaType, digest, annotations } = layer;
  try {
    const bytes = await documents.blob(digest, size);
    return bytes.length > size ? null : { mediaType, annotations, bytes };
  } catch (error) {
    if (error instanceof Gone) return null;
    if (error instanceof NotYet || isNotGiven(error) || reasonOf(error) === null) throw error;
    return null;
  }
}
