// An image by its digest: its manifest, or all those of its index, with their configurations; null for what is no image.
import type { EnvironmentVariable } from '../../model/image.ts';
import { readImageConfigAside, readManifestAside } from '../parse-aside.ts';
import { MAX_DEPTH } from './bounds.ts';
import { kindOf } from './classify.ts';
import { type Documents, SCHEMA_1 } from './document.ts';
import type { BoundedLabels } from './labels.ts';
import type { ImageIndex, Manifest } from './manifest.ts';
import type { Reading } from './reading.ts';
import { Gone, Unusable } from './unusable.ts';

/** One manifest of an image, for one platform. */
export interface PlatformImage {
  readonly digest: string;
  /** `<os>/<architecture>[/<variant>]`; null: neither its index nor its configuration states one. */
  readonly platform: string | null;
  /** Bytes to be pulled. */
  readonly size: number | null;
  readonly created: string | null;
  /** What was said of it: its manifest's annotations, its entry's in the index, and its configuration's labels. */
  readonly labels: readonly BoundedLabels[];
  readonly environment: readonly EnvironmentVariable[];
}

/** What a digest is of. */
export interface Image {
  /** In the order of the index, each digest once; at least one. */
  readonly manifests: readonly PlatformImage[];
  /** The annotations of the index, and of indexes in it. */
  readonly annotations: readonly BoundedLabels[];
  /** Whether the index has attestations, for which nobody vouches. */
  readonly isAttested: boolean;
  /** The digests of those that are read, in their order, each once; what they are of is not known. */
  readonly attestations: readonly string[];
}

/** A manifest as it is met on the way from the image's digest. */
interface Met {
  readonly digest: string;
  readonly platform: string | null;
  readonly annotations: BoundedLabels | null;
  readonly depth: number;
}

/**
 * The image of a digest; null where it is a signature, an SBOM, a Helm chart or another artifact. A manifest
 * of an index that is not there is left out, since it cannot be pulled. Rejects with {@link Gone} where none
 * is there; where one of them cannot be used, since it may restrict what the others do not, with
 * SOURCE_MALFORMED, or {@link Unusable} for schema 1, more than `maxManifests` manifests, or indexes nested
 * deeper than {@link MAX_DEPTH} (4) levels; and as {@link Documents}, {@link readManifestAside} and
 * {@link readImageConfigAside} do.
 */
export async function imageOf(digest: string, documents: Documents, reading: Reading): Promise<Image | null> {
  const { maxManifests } = reading;
  const manifests: PlatformImage[] = [];
  const annotations: BoundedLabels[] = [];
  const met = new Set<string>([digest]);
  const queue: Met[] = [{ digest, platform: null, annotations: null, depth: 0 }];
  const attestations = new Set<string>();
  let isAttested = false;
  let isOther = false;

  const tooMany = () => new Unusable(`it has more than ${maxManifests} manifests`);

  function enter(index: ImageIndex, depth: number): void {
    if (depth > MAX_DEPTH) throw new Unusable(`its indexes are nested deeper than ${MAX_DEPTH} levels`);
    if (index.hasMore) throw tooMany();
    annotations.push(index.annotations);
    isAttested ||= index.isAttested;
    const inside: Met[] = [];
    for (const entry of index.manifests) {
      if (entry.isAttestation) attestations.add(entry.digest);
      if (entry.isForNoPlatform || met.has(entry.digest)) continue;
      met.add(entry.digest);
      inside.push({ digest: entry.digest, platform: entry.platform, annotations: entry.annotations, depth });
    }
    if (met.size > maxManifests + 1) throw tooMany();
    queue.unshift(...inside);
  }

  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const bytes = await orGone(documents.manifest(next.digest), next.depth > 0);
    if (bytes === null) continue;
    await reading.rest();
    const document = await readManifestAside(bytes, reading);
    if (document.kind === 'schema1') throw new Unusable(SCHEMA_1);
    if (document.kind === 'index') enter(document, next.depth + 1);
    else if (kindOf(document) !== 'image') isOther = true;
    else {
      const manifest = await platformImage(next, document, documents, reading);
      if (manifest !== null) manifests.push(manifest);
    }
  }
  if (manifests.length > 0) return { manifests, annotations, isAttested, attestations: [...attestations] };
  if (isOther || met.size === 1) return null;
  throw new Gone();
}

/** null: its configuration is gone, so that no engine can pull it. */
async function platformImage(
  { digest, platform, annotations, depth }: Met,
  manifest: Manifest,
  documents: Documents,
  reading: Reading,
): Promise<PlatformImage | null> {
  const bytes = await orGone(documents.blob(manifest.config.digest, manifest.config.size), depth > 0);
  if (bytes === null) return null;
  const config = await readImageConfigAside(bytes, reading);
  return {
    digest,
    platform: platform ?? config.platform,
    size: manifest.size,
    created: config.created,
    labels: [manifest.annotations, ...(annotations === null ? [] : [annotations]), config.labels],
    environment: config.environment,
  };
}

/** null: it is gone, and may be. */
async function orGone(bytes: Promise<Uint8Array>, mayBeGone: boolean): Promise<Uint8Array | null> {
  try {
    return await bytes;
  } catch (error) {
    if (error instanceof Gone && mayBeGone) return null;
    throw error;
  }
}
