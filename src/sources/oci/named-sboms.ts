// SBOMs that an image itself names, unproven: by a label, and the attestations that buildx puts into its index. That they are
// listed is not trust: nothing but SBOMs is read of them, so that an image does not wait for them to be judged.
import { BOUNDS } from '../../model/bounds.ts';
import { isSbomPredicate } from '../../model/sbom-predicate.ts';
import { sbomsOf } from '../labels.ts';
import { readAttachmentManifestAside } from '../parse-aside.ts';
import type { AttachedLayer } from './attachment-manifest.ts';
import type { Documents } from './document.ts';
import type { Image } from './image.ts';
import { NotYet } from './not-yet.ts';
import type { Reading } from './reading.ts';
import { Gone, isNotGiven, reasonOf } from './unusable.ts';

/** Where buildx says what a layer states. */
const PREDICATE_TYPE = 'in-toto.io/predicate-type';

/**
 * The digests of at most 128 manifests that may have an SBOM of the image, or of one of its platforms, sorted: those of its
 * labels `io.panfed.sbom`, on any level or platform, then those of its index. One that is not
 * there, cannot be read, or says that it states something else (buildx adds a provenance unless it is told not to) is left
 * out; one that cannot be asked for now is listed, since whoever reads SBOMs asks for it again. Rejects for what concerns the
 * whole registry alone, as {@link Documents} does.
 */
export async function namedSboms(
  image: Pick<Image, 'attestations' | 'annotations' | 'manifests'>,
  documents: Pick<Documents, 'manifest'>,
  reading: Reading,
): Promise<readonly string[]> {
  const named = new Set<string>();
  for (const { labels } of [...image.annotations, ...image.manifests.flatMap((one) => one.labels)]) {
    await reading.rest();
    for (const digest of sbomsOf(Object.fromEntries(labels))) named.add(digest);
  }
  for (const digest of image.attestations) named.add(digest);
  const found: string[] = [];
  for (const digest of [...named].slice(0, BOUNDS.attachments)) {
    if (await mayHaveSbom(digest, documents, reading)) found.push(digest);
  }
  return found.sort();
}

async function mayHaveSbom(
  digest: string,
  documents: Pick<Documents, 'manifest'>,
  reading: Reading,
): Promise<boolean> {
  try {
    const bytes = await documents.manifest(digest);
    await reading.rest();
    const { layers } = await readAttachmentManifestAside(bytes, reading);
    return layers.some((layer) => !isOtherStatement(layer));
  } catch (error) {
    if (error instanceof NotYet || isNotGiven(error)) return true;
    if (error instanceof Gone || reasonOf(error) !== null) return false;
    throw error;
  }
}

function isOtherStatement({ annotations }: AttachedLayer): boolean {
  const type = Object.hasOwn(annotations, PREDICATE_TYPE) ? annotations[PREDICATE_TYPE] : undefined;
  return type !== undefined && !isSbomPredicate(type);
}
