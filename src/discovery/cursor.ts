// Cursors: a sort key with a MAC over the caller and the question that it was issued for. Cursors hold no generation
// and no revision, so that paging continues while registries and policies change; the policy in force filters every
// page.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { FederationError } from '../model/errors.ts';

/** The values by which an order compares an item, as an `Ordering` makes them. */
export type SortKey = readonly (string | number | null)[];

export interface CursorBinding {
  /** The caller's principal: (iss, sub), or `anonymous`. */
  readonly principal: string;
  /** The normalized question. */
  readonly question: string;
}

export interface Cursors {
  /** The cursor of a sort key, valid for this caller and question only. */
  issue(key: SortKey, binding: CursorBinding): string;
  /**
   * The sort key of a cursor. Throws BAD_CURSOR where no gateway with this one's secret issued it to this caller for this
   * question.
   */
  verify(cursor: string, binding: CursorBinding): SortKey;
}

const MAC_BYTES = 16;
/** Characters. No longer cursor is ever issued: the folded name of a framework takes at most 11,264 characters. */
const MAX_CURSOR = 16_384;

/**
 * Cursors, `<base64url JSON>.<base64url MAC>`, that are authenticated with HMAC-SHA-256 (RFC 2104) by this key,
 * truncated to 128 bits as section 5 allows. They are valid without end, and for one binding: principal and question.
 * `verify` throws BAD_CURSOR for any other cursor, and for one of more than 16,384 characters.
 * @param secret the key, 32 bytes or more; its length is not checked
 */
export function createCursors(secret: Uint8Array): Cursors {
  const mac = (payload: string, binding: CursorBinding): Buffer =>
    createHmac('sha256', secret)
      .update(JSON.stringify([binding.principal, binding.question, payload]))
      .digest()
      .subarray(0, MAC_BYTES);
  return {
    issue: (key, binding) => {
      const payload = Buffer.from(JSON.stringify(key)).toString('base64url');
      return `${payload}.${mac(payload, binding).toString('base64url')}`;
    },
    verify: (cursor, binding) => {
      const [payload, sum, ...rest] = cursor.length > MAX_CURSOR ? [] : cursor.split('.');
      if (payload === undefined || sum === undefined || rest.length > 0) throw badCursor();
      const given = Buffer.from(sum, 'base64url');
      if (given.length !== MAC_BYTES || !timingSafeEqual(given, mac(payload, binding))) throw badCursor();
      return JSON.parse(Buffer.from(payload, 'base64url').toString()) as SortKey;
    },
  };
}

function badCursor(): FederationError {
  return new FederationError('BAD_CURSOR', 'This cursor was not issued to this caller for this question.', {
    hint: 'Start again without `after`; a cursor is valid for one caller and one question.',
  });
}
