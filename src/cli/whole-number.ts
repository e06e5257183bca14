// A number on the command line.
import { InvalidArgumentError } from 'commander';

/** Reads a whole number from 1 to `most` (999,999 by default); it throws commander's InvalidArgumentError for any other text. */
export const wholeNumber =
  (most?: number) =>
  (text: string): number => {
    const count = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 0;
    if (count >= 1 && (most === undefined || count <= most)) return count;
    throw new InvalidArgumentError(
      `Expected a whole number from 1${most === undefined ? '' : ` to ${most}`}.`,
    );
  };
