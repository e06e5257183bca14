// Makes the values of a facility's own fields inert: the facility defines their types, so every text in them is
// untrusted.
import { inert } from '../../model/inert.ts';

export interface InertValue {
  readonly value: unknown;
  /** The approximate memory that it takes. */
  readonly bytes: number;
}

/** Most texts are plain: they need no cleaning. */
const PLAIN = /^[\x20-\x7e]*$/;
const LINE_BREAK = /\r\n|[\n\r\u2028\u2029]/;
/** Approximate bytes of a number, a list or an object. */
const NODE = 16;

/**
 * The JSON value with every text well-formed and inert, including the names of properties; line breaks are kept, as
 * line feeds. `bytes`: an estimate of its memory. null: it takes more than `maxBytes`, and no part of it is used.
 */
export function inertValue(json: unknown, maxBytes: number): InertValue | null {
  let bytes = 0;

  function clean(value: unknown): unknown {
    bytes += NODE;
    if (bytes > maxBytes) throw TOO_LARGE;
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [text(name), clean(inner)]));
  }

  function text(raw: string): string {
    bytes += 2 * raw.length;
    if (bytes > maxBytes) throw TOO_LARGE;
    return PLAIN.test(raw) ? raw : raw.toWellFormed().split(LINE_BREAK).map(inert).join('\n');
  }

  try {
    return { value: clean(json), bytes };
  } catch (thrown) {
    if (thrown === TOO_LARGE) return null;
    throw thrown;
  }
}

const TOO_LARGE = Symbol('too large');
