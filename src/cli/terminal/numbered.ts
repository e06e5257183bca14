// A number of things, in words.

/** The count with the word in singular or plural (with `s`): `1 image`, `2 images`. */
export const numbered = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
