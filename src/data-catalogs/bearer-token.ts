// Tokens of a request that a look-up needs: the one that the caller gives for a data catalog, in a header of its own, and the caller's
// own, which goes to no catalog, for that could use it here in the caller's name.
import { isBearerToken } from '../config/secrets.ts';
import { CATALOG_TOKEN_HEADER } from '../model/data-set.ts';
import { FederationError } from '../model/errors.ts';
import { Credential, SecretForm } from '../network/credential.ts';

const BEARER = /^bearer +/i;

/** A bearer token (RFC 6750) for one request. It appears in no log, no JSON and no inspection, and is kept nowhere. */
export class BearerToken {
  readonly #token: string;

  private constructor(token: string) {
    this.#token = token;
  }

  /**
   * The token of the value of a header, `Bearer <token>`; `header` names it in the message.
   * @throws FederationError BAD_REQUEST for more than `maxBytes` bytes, another scheme, or anything but one token
   */
  static read(value: string, maxBytes: number, header = CATALOG_TOKEN_HEADER): BearerToken {
    const trimmed = value.trim();
    const token = trimmed.replace(BEARER, '');
    if (Buffer.byteLength(value) <= maxBytes && BEARER.test(trimmed) && isBearerToken(token))
      return new BearerToken(token);
    throw new FederationError('BAD_REQUEST', `The header ${header} is not \`Bearer <token>\`.`, {
      hint: 'Send one token that the data catalog issued, or leave the header out.',
    });
  }

  /** As a credential for the origin of a URL, and for no other. */
  for(url: string): Credential {
    return Credential.for(url, this.#token);
  }

  /** As the field `name` of a form for the origin of a URL, with other fields. */
  in(url: string, name: string, fields: Readonly<Record<string, string>>): SecretForm {
    return SecretForm.for(url, { ...fields, [name]: this.#token });
  }
}
