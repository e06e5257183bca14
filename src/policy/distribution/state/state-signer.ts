// Signs what panfed writes for itself and reads again: a JWS (RFC 7515) with HMAC-SHA-256, by a key that is derived
// from the federation's secret (HKDF, RFC 5869) for this use alone.
import { hkdfSync } from 'node:crypto';
import { CompactSign, compactVerify, errors } from 'jose';

export interface StateSigner {
  /** The JWS of a JSON value, in compact form. */
  sign(value: unknown): Promise<string>;
  /** The value that was signed; null: this federation did not sign the text, or it was changed. */
  open(text: string): Promise<unknown>;
}

const ALGORITHM = 'HS256';
const TYPE = 'panfed-policy-state';
const KEY_BYTES = 32;

/** A signer of the policy state: JWS (RFC 7515) with HS256. @param secret `federation.secret`, 32 bytes or more */
export function createStateSigner(secret: string): StateSigner {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'panfed/policies.state/1', KEY_BYTES));
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
