// Secrets bound to their one origin, so that no caller can send them elsewhere by mistake.
import { isBearerToken } from '../config/secrets.ts';
import { FederationError } from '../model/errors.ts';

/**
 * A bearer token (RFC 6750) or a user with a password (RFC 7617), and its origin. The secret appears in no log, no JSON
 * and no inspection.
 */
export class Credential {
  readonly origin: string;
  readonly scheme: 'Basic' | 'Bearer';
  readonly #value: string;

  private constructor(origin: string, scheme: 'Basic' | 'Bearer', value: string) {
    this.origin = origin;
    this.scheme = scheme;
    this.#value = value;
  }

  /**
   * A bearer token (RFC 6750) for the origin of `url`, an absolute URL: scheme, host and port.
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
    return new Credential(new URL(url).origin, 'Bearer', token);
  }

  /**
   * A user and a password (RFC 7617) for the origin of `url`, an absolute URL, in UTF-8.
   * @throws FederationError CONFIG_INVALID for a colon in the name, or a control character (RFC 7617,
   * section 2).
   */
  static basic(url: string | URL, username: string, password: string): Credential {
    if (username.includes(':') || /\p{Cc}/u.test(username + password)) {
      throw new FederationError(
        'CONFIG_INVALID',
        'a user or password has characters that RFC 7617 does not allow',
        { hint: 'leave out colons in the name, and control characters in both' },
      );
    }
    const encoded = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
    return new Credential(new URL(url).origin, 'Basic', encoded);
  }

  /**
   * The value of the Authorization header of a request to `url`.
   * @throws FederationError INTERNAL for any other origin than the credential's own.
   */
  authorization(url: URL): string {
    requireOrigin(url, this.origin);
    return `${this.scheme} ${this.#value}`;
  }
}

/**
 * Fields with a secret among them, as a form or as JSON, and the one origin that they are posted to. The
 * secret appears in no log, no JSON and no inspection.
 */
export class SecretForm {
  readonly origin: string;
  /** The media type of the body. */
  readonly contentType: 'application/x-www-form-urlencoded' | 'application/json';
  readonly #text: string;

  private constructor(origin: string, contentType: SecretForm['contentType'], text: string) {
    this.origin = origin;
    this.contentType = contentType;
    this.#text = text;
  }

  /** The fields as `application/x-www-form-urlencoded`, for the origin of `url`, an absolute URL. */
  static for(url: string | URL, fields: Readonly<Record<string, string>>): SecretForm {
    const text = new URLSearchParams(fields).toString();
    return new SecretForm(new URL(url).origin, 'application/x-www-form-urlencoded', text);
  }

  /** The fields as a JSON object (RFC 8259), for the origin of `url`, an absolute URL. */
  static json(url: string | URL, fields: Readonly<Record<string, string>>): SecretForm {
    return new SecretForm(new URL(url).origin, 'application/json', JSON.stringify(fields));
  }

  /**
   * The body of a request to `url`.
   * @throws FederationError INTERNAL for any other origin than the form's own.
   */
  body(url: URL): string {
    requireOrigin(url, this.origin);
    return this.#text;
  }
}

function requireOrigin(url: URL, origin: string): void {
  if (url.origin === origin) return;
  throw new FederationError('INTERNAL', `the credential of ${origin} is not sent to ${url.origin}`);
}
