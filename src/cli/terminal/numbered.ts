// A number of things, in words.

/** `1 image`, `2 images`. */
export const numbered = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
