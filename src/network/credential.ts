// A secret bound to its one origin, so that no caller can send it elsewhere by mistake.
import { isBearerToken } from '../config/secrets.ts';
import { FederationError } from '../model/errors.ts';

/** A bearer token (RFC 6750) and its origin. The token appears in no log, no JSON and no inspection. */
export class Credential {
  readonly origin: string;
  readonly #token: string;

  private constructor(origin: string, token: string) {
    this.origin = origin;
    this.#token = token;
  }

  /**
   * The credential for the origin of `url` (scheme, host and port).
   * @throws FederationError CONFIG_INVALID if the token cannot stand in a header.
   */
  static for(url: string | URL, token: string): Credential {
    if (!isBearerToken(token)) {
      throw new FederationError(
        'CONFIG_INVALID',
        'a bearer token has characters that RFC 6750 does not allow',
        {
          hint: 'check the file or variable that holds it for spaces and line breaks',
        },
      );
    }
    return new Credential(new URL(url).origin, token);
  }

  /**
   * The value of the Authorization header of a request to `url`.
   * @throws FederationError INTERNAL for any other origin than the credential's own.
   */
  authorization(url: URL): string {
    if (url.origin !== this.origin) {
      throw new FederationError('INTERNAL', `the credential of ${this.origin} is not sent to ${url.origin}`);
    }
    return `Bearer ${this.#token}`;
  }
}
