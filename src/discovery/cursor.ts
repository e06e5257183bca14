// Cursors: a sort key with a MAC over whom and what it was given for. They hold no generation and no revision, so that
// paging goes on while registries and policies change; every page is filtered by the policy in force.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { FederationError } from '../model/errors.ts';

export type SortKey = readonly (string | number | null)[];

export interface CursorBinding {
  /** The caller's principal: (iss, sub), or `anonymous`. */
  readonly principal: string;
  /** The normalized question. */
  readonly question: string;
}

export interface Cursors {
  seal(key: SortKey, binding: CursorBinding): string;
  /** Rejects with BAD_CURSOR what this gateway did not give to this caller for this question. */
  open(cursor: string, binding: CursorBinding): SortKey;
}

const MAC_BYTES = 16;
/** A longer cursor was never given: a framework's name alone, folded, may take 8,448 bytes, which are 11,264 characters. */
const MAX_CURSOR = 16_384;

/** `secret`: the key of HMAC-SHA-256 (RFC 2104), truncated to 128 bits as its section 5 allows. */
export function createCursors(secret: Uint8Array): Cursors {
  const mac = (payload: string, binding: CursorBinding): Buffer =>
    createHmac('sha256', secret)
      .update(JSON.stringify([binding.principal, binding.question, payload]))
      .digest()
      .subarray(0, MAC_BYTES);
  return {
    seal: (key, binding) => {
      const payload = Buffer.from(JSON.stringify(key)).toString('base64url');
      return `${payload}.${mac(payload, binding).toString('base64url')}`;
    },
    open: (cursor, binding) => {
      const [payload, sum, ...rest] = cursor.length > MAX_CURSOR ? [] : cursor.split('.');
      if (payload === undefined || sum === undefined || rest.length > 0) throw badCursor();
      const given = Buffer.from(sum, 'base64url');
      if (given.length !== MAC_BYTES || !timingSafeEqual(given, mac(payload, binding))) throw badCursor();
      return JSON.parse(Buffer.from(payload, 'base64url').toString()) as SortKey;
    },
  };
}

function badCursor(): FederationError {
  return new FederationError('BAD_CURSOR', 'This cursor was not given to this caller for this question.', {
    hint: 'Start again without `after`; a cursor holds for one caller and one question.',
  });
}
