// Text from outside made inert: nothing in it can move a cursor, turn the direction of writing, or hide.

/**
 * Unicode's control (Cc), format (Cf: bidi controls, zero-width and tag characters), surrogate (Cs) and private-use (Co)
 * characters, and the two line separators that are no control characters.
 */
const ACTIVE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]+/gu;

/** White space is what a control character most often stood for: words that it kept apart stay apart. */
const SPACING = /[\s\p{Cc}\u2028\u2029]/u;

/** One line of text that is safe to write to a terminal or a log: active characters are dropped, white space is a blank. */
export function inert(text: string): string {
  return text.replace(ACTIVE, (run) => (SPACING.test(run) ? ' ' : ''));
}

/**
 * JSON that means the same and is safe to write to a terminal: active characters stand as escapes. The line feeds
 * between its parts stay, none can be within a string.
 */
export function inertJson(json: string): string {
  return json.replace(ACTIVE, (run) =>
    run
      .split('')
      .map((unit) => (unit === '\n' ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`))
      .join(''),
  );
}
