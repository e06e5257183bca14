// Versions of digits and dots, as NVIDIA's are: compared number by number.
import { compareVersionParts } from '../../model/version.ts';
import { comparableVersion } from '../../model/version-range.ts';

const DOTTED = /^\d{1,9}(?:\.\d{1,9})*$/;

/** Whether a text is a version of numbers alone, of at most nine digits each. */
export const isDotted = (text: string): boolean => DOTTED.test(text);

/** Negative if `a` is older than `b`, both being dotted, positive if it is newer, 0 if they are one: 12.4 and 12.4.0. */
export const compareDotted = (a: string, b: string): number =>
  compareVersionParts(comparableVersion(a).release, comparableVersion(b).release);
