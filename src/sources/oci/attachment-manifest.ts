// Reads the manifest of something that refers to an image: which layers it has, with their annotations, in which cosign's
// classic signatures are.
import { isDigest } from '../../model/digest.ts';
import { FederationError } from '../../model/errors.ts';
import { isObject } from '../../model/json-object.ts';
import { statedType } from './media-types.ts';

/** A layer that is to be fetched. */
export interface AttachedLayer {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes, as its descriptor says; null where it does not. */
  readonly size: number | null;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface AttachmentManifest {
  /** The manifest's artifactType, or its configuration's media type where it has none; '' where neither is said. */
  readonly artifactType: string;
  /** At most {@link MAX_LAYERS} (64): what is beyond is not looked at. */
  readonly layers: readonly AttachedLayer[];
}

/** Layers of one attachment: cosign puts each further signature of an image into the same manifest. */
const MAX_LAYERS = 64;
/** Annotations of a layer, and characters of one: a chain of certificates is in one. */
const MAX_ANNOTATIONS = 32;
const MAX_ANNOTATION = 65_536;
/**
 * The layers of an image manifest (OCI image specification) that can be fetched; of at most 64, those without
 * a digest are left out, as are annotations of a layer that are no text or longer than 65,536 UTF-16 units,
 * and those beyond 32.
 * @throws FederationError SOURCE_MALFORMED where it is no image manifest
 */
export function readAttachmentManifest(value: unknown): AttachmentManifest {
  if (!isObject(value) || !Array.isArray(value.layers)) {
    throw new FederationError('SOURCE_MALFORMED', 'it has no layers');
  }
  const config = isObject(value.config) ? statedType(value.config.mediaType) : '';
  return {
    artifactType: statedType(value.artifactType) || config,
    layers: value.layers.slice(0, MAX_LAYERS).flatMap(readLayer),
  };
}

function readLayer(layer: unknown): AttachedLayer[] {
  if (!isObject(layer)) return [];
  const { digest, size } = layer;
  if (typeof digest !== 'string' || !isDigest(digest)) return [];
  return [
    {
      mediaType: statedType(layer.mediaType),
      digest,
      size: typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : null,
      annotations: annotationsOf(layer.annotations),
    },
  ];
}

function annotationsOf(value: unknown): Readonly<Record<string, string>> {
  if (!isObject(value)) return {};
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length <= MAX_ANNOTATION,
  );
  return Object.fromEntries(entries.slice(0, MAX_ANNOTATIONS));
}
