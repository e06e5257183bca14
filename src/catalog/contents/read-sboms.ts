// Reads the SBOMs in the layers of one attachment: a layer that is an SBOM itself, or an attestation about the image, or about
// one of its platforms, whose predicate is one. A pure function, so that it can run in a thread.
import type { ReadLicense } from '../../components/component.ts';
import { readSbom, readSbomPredicate, type Sbom, type UnreadSbom } from '../../components/read-sbom.ts';
import type { AttachmentLayer } from '../../model/attachment.ts';
import { digestOf } from '../../model/digest.ts';
import { isSbomPredicate } from '../../model/sbom-predicate.ts';
import { mayAttest, readAttested } from '../../trust/attested.ts';

/** Layers that are SBOMs themselves, as far as any format of them can be read. */
const PLAIN = /^(?:application\/(?:spdx|vnd\.(?:cyclonedx|syft|spdx))\b|text\/spdx\b)/;

/** Whether layers of this media type, without parameters and in small letters, may be or hold an SBOM. */
export const mayHoldSbom = (mediaType: string): boolean =>
  mayAttest(mediaType) || PLAIN.test(mediaType) || JSON_TYPE.test(mediaType);

/** What some tools write: the document says its format itself. */
const JSON_TYPE = /^application\/json$/;

/** An SBOM of an image. */
export interface FoundSbom extends Sbom {
  /** What its list is known by: the digest of the document; of an attestation, of that and how it is read. */
  readonly digest: string;
  /** Which layer has it. */
  readonly layer: number;
  /** Whether a statement says that it is the image's; else it merely refers to the image. */
  readonly isStated: boolean;
  /** The digest that it is about: the image's, or that of one of its platforms. */
  readonly subject: string;
}

export interface FoundSboms {
  readonly sboms: readonly FoundSbom[];
  /** Whether each layer could be read that says that it is an SBOM of the image: some are of formats that are not read. */
  readonly isWhole: boolean;
}

/**
 * The SBOMs in the layers, for an image of which `subjects` are the digest and those of its platforms. What is none, or about
 * something else, is left out. Never throws, unless `readLicense` does.
 */
export function readSboms(
  layers: readonly Pick<AttachmentLayer, 'mediaType' | 'bytes'>[],
  subjects: readonly string[],
  readLicense: ReadLicense,
): FoundSboms {
  const sboms: FoundSbom[] = [];
  let isWhole = true;
  for (const [layer, { mediaType, bytes }] of layers.entries()) {
    const isStated = mayAttest(mediaType);
    const found = isStated
      ? readStated({ mediaType, bytes }, subjects, readLicense)
      : { read: readSbom(bytes, { mediaType, readLicense }), subject: subjects[0] ?? '' };
    if (found === null) continue;
    if ('reason' in found.read) {
      isWhole &&= !isStated && !PLAIN.test(mediaType);
      continue;
    }
    // The same bytes may say one thing as an envelope and another as a statement: each reading is a list of its own.
    const digest = digestOf(isStated ? `${mediaType} ${digestOf(bytes)}` : bytes);
    sboms.push({ ...found.read, digest, layer, isStated, subject: found.subject });
  }
  return { sboms, isWhole };
}

/** null: it states nothing of the image, or something else. */
function readStated(
  layer: Pick<AttachmentLayer, 'mediaType' | 'bytes'>,
  subjects: readonly string[],
  readLicense: ReadLicense,
): { readonly read: Sbom | UnreadSbom; readonly subject: string } | null {
  const attested = readAttested(layer, subjects);
  if (attested === null || !isSbomPredicate(attested.predicateType)) return null;
  return { read: readSbomPredicate(attested.predicate, { readLicense }), subject: attested.subject };
}
