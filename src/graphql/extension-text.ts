// What a facility's own fields say, made inert: their types are the facility's, so every text in them is text from outside.
import { inert } from '../model/inert.ts';

export interface InertValue {
  readonly value: unknown;
  /** About the memory that it takes. */
  readonly bytes: number;
}

/** Most texts are plain: they need no cleaning. */
const PLAIN = /^[\x20-\x7e]*$/;
const LINE_BREAK = /\r\n|[\n\r\u2028\u2029]/;
/** Bytes of a number, or of what holds others. */
const NODE = 16;

/**
 * JSON with every text in it well-formed and inert, breaks between lines kept, also the names within a scalar of the
 * facility's own. null: it takes more than so many bytes, and nothing of it is used.
 */
export function inertValue(json: unknown, mostBytes: number): InertValue | null {
  let bytes = 0;

  function clean(value: unknown): unknown {
    bytes += NODE;
    if (bytes > mostBytes) throw TOO_LARGE;
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [text(name), clean(inner)]));
  }

  function text(raw: string): string {
    bytes += 2 * raw.length;
    if (bytes > mostBytes) throw TOO_LARGE;
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
