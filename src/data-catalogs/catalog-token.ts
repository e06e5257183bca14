// The token that a caller gives for one data catalog, in a header of its own: panfed's own token goes to no catalog, which could use
// it here in the caller's name.
import { isBearerToken } from '../config/secrets.ts';
import { FederationError } from '../model/errors.ts';
import { Credential } from '../network/credential.ts';

/** In lower case, as Node.js has names of headers. */
export const CATALOG_TOKEN_HEADER = 'x-data-catalog-authorization';

/** A bearer token (RFC 6750) for one request. It appears in no log, no JSON and no inspection, and is kept nowhere. */
export class CatalogToken {
  readonly #token: string;

  private constructor(token: string) {
    this.#token = token;
  }

  /**
   * The token of the header's value, `Bearer <token>`.
   * @throws FederationError BAD_REQUEST for more than `maxBytes` bytes, another scheme, or anything but one token
   */
  static read(header: string, maxBytes: number): CatalogToken {
    const token = Buffer.byteLength(header) > maxBytes ? '' : header.trim().replace(/^bearer +/i, '');
    if (/^bearer +/i.test(header.trim()) && isBearerToken(token)) return new CatalogToken(token);
    throw new FederationError(
      'BAD_REQUEST',
      `The header ${CATALOG_TOKEN_HEADER} is not \`Bearer <token>\`.`,
      {
        hint: 'Send one token that the data catalog issued, or leave the header out.',
      },
    );
  }

  /** The credential for the origin of a URL, and for no other. */
  for(url: string): Credential {
    return Credential.for(url, this.#token);
  }
}
