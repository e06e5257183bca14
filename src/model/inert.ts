// Makes text from outside inert: nothing in it can move a cursor, change the direction of writing, or hide.

/**
 * Unicode's control (Cc), format (Cf: bidi controls, zero-width and tag characters), surrogate (Cs) and private-use
 * (Co) characters, and the two line separators that are not control characters.
 */
const ACTIVE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]+/gu;

/** White space and control characters, which most often separate words: those words stay separated. */
const SPACING = /[\s\p{Cc}\u2028\u2029]/u;

/**
 * One line of text that is safe in a terminal or a log: active characters (control, format, surrogate and private-use
 * ones, line separators) are removed, and a run of them that has a control character or a line separator becomes a
 * blank.
 */
export function inert(text: string): string {
  return text.replace(ACTIVE, (run) => (SPACING.test(run) ? ' ' : ''));
}

/**
 * JSON with the same meaning that is safe in a terminal: active characters, as those of {@link inert}, become escapes
 * (RFC 8259, section 7). Line feeds stay: they can only be between tokens.
 */
export function inertJson(json: string): string {
  return json.replace(ACTIVE, (run) =>
    run
      .split('')
      .map((unit) => (unit === '\n' ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`))
      .join(''),
  );
}
