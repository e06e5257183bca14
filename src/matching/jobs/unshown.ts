// Characters that no script, path or document shows as they are.

/** For a class of a regular expression: control and format characters, separators of lines, surrogates, and what has no meaning yet. */
export const UNSHOWN = String.raw`\p{C}\p{Zl}\p{Zp}`;
