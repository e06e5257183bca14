// The image that `panfed match` and `panfed job` are asked about, by its name.
import { MatchImageDocument } from '../../graphql/generated/operations.ts';
import { FederationError } from '../../model/errors.ts';
import type { Gateway } from '../gateway/client.ts';
import { imageName, noSuchImage } from '../search/image-name.ts';

/** The GraphQL document that asks which image a name means. */
export const IMAGE = MatchImageDocument.toString();

/**
 * The id of an image, by id, digest or reference. Rejects as the gateway does, with NOT_FOUND where there is no such image that the
 * caller may see, and with USAGE for an image of no known software and for a text that names none.
 */
export async function imageIdOf(gateway: Gateway, name: string): Promise<string> {
  const text = name.trim();
  const { data, failures } = await gateway.ask(IMAGE, imageName(text));
  const { image } = data;
  if (image === null && failures[0] !== undefined) throw failures[0];
  if (image === null) throw noSuchImage(text, text.includes('/') ? '' : 'A software goes by --framework. ');
  if (image.frameworks.length === 0) {
    throw new FederationError('USAGE', 'no software of this image is known, by which it would be matched', {
      at: text,
    });
  }
  return image.id;
}
