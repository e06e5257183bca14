// What commands call an image by, and the error where there is none of that name.
import { DIGEST_FORM, isDigest } from '../../model/digest.ts';
import { FederationError } from '../../model/errors.ts';
import { parseImageReference } from '../../model/image-reference.ts';

/** The three names of an image; exactly one of them is asked for. */
export interface ImageName {
  readonly id: string | null;
  readonly digest: string | null;
  readonly reference: string | null;
}

/**
 * The argument of `image` for a name: `id`, `digest` or `reference`. A reference begins with a transport (`docker://`) or
 * a host, an id with a facility. Throws USAGE for an empty text and for a malformed digest.
 */
export function imageName(text: string): ImageName {
  const name = text.trim();
  const none: ImageName = { id: null, digest: null, reference: null };
  if (name === '') throw new FederationError('USAGE', 'the image is empty text', { at: '<image>' });
  if (/^sha\d+:/i.test(name)) {
    if (isDigest(name)) return { ...none, digest: name };
    throw new FederationError('USAGE', 'this is not a digest of an image', {
      at: name,
      hint: `A digest is ${DIGEST_FORM}.`,
    });
  }
  return parseImageReference(name)?.isQualified ? { ...none, reference: name } : { ...none, id: name };
}

/** NOT_FOUND for an image that is not there, or that the caller may not see. `advice`: a sentence before what to do in any case. */
export const noSuchImage = (name: string, advice = ''): FederationError =>
  new FederationError('NOT_FOUND', 'there is no such image that you may see', {
    at: name,
    hint: `${advice}What you may see, with its ids: panfed search <words> --long. With a token there may be more: --token-file or PANFED_TOKEN.`,
  });
