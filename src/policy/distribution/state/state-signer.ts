// Signs the state of labs' policies, which panfed writes to files and reads again: a JWS (RFC 7515) with HMAC-SHA-256, by
// a key for this use alone.
import { CompactSign, compactVerify, errors } from 'jose';
import { derivedKey } from '../../../model/derived-key.ts';

export interface StateSigner {
  /** The JWS of a JSON value, in compact form. */
  sign(value: unknown): Promise<string>;
  /** The value that was signed; null: this federation did not sign the text, or it was changed. */
  open(text: string): Promise<unknown>;
}

const ALGORITHM = 'HS256';
const TYPE = 'panfed-policy-state';

/**
 * A signer of the policy state: JWS (RFC 7515) with HS256; `open` gives the value that it signed, and null for any
 * other text. Neither rejects for a value of JSON. The key is derived for this use ({@link derivedKey}).
 * @param secret `federation.secret`, 32 bytes or more
 */
export function createStateSigner(secret: string): StateSigner {
  const key = derivedKey(secret, 'panfed/policies.state/1');
  return {
    sign: (value) =>
      new CompactSign(new TextEncoder().encode(JSON.stringify(value)))
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
        .sign(key),
    async open(text) {
      try {
        const { payload, protectedHeader } = await compactVerify(text, key, { algorithms: [ALGORITHM] });
        return protectedHeader.typ === TYPE ? JSON.parse(new TextDecoder().decode(payload)) : null;
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}
