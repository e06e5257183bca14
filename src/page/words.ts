// Labels for people: of GraphQL's enumerations and facets, of ages, sizes and dates.
import type { FacetField, ImageOrder } from '../model/choices.ts';

type Words = Readonly<Record<string, string>>;

/** Titles of the facets. */
export const FACET_TITLES: Readonly<Record<FacetField, string>> = {
  MAY: 'You may',
  FACILITY: 'Facility',
  FRAMEWORK: 'Software',
  VERSION: 'Version',
  TECHNIQUE: 'Technique',
  LICENSE: 'License',
  CONDITION: 'License asks for',
  SHARING: 'Sharing',
  TRUST: 'Signature',
  SUPPLIED_BY: 'Supplied by',
  READS: 'Reads',
  WRITES: 'Writes',
  ENGINE: 'Runs with',
  PLATFORM: 'Platform',
};

/** Labels of the orders of images. */
export const ORDER_WORDS: Readonly<Record<ImageOrder, string>> = {
  RELEVANCE: 'Best match',
  NAME: 'Name',
  NEWEST: 'Newest',
  VERSION: 'Software, version',
};

/** Labels of the actions. */
export const ACTION_WORDS: Words = { DISCOVER: 'find', PULL: 'pull', EXECUTE: 'run' };

/** Labels of the states of sharing. */
export const SHARING_WORDS: Words = {
  OPEN: 'shared with everyone',
  CONDITIONAL: 'shared on conditions',
  NONE: 'within its facility only',
  UNKNOWN: 'sharing not stated',
};

/** Labels of the states of trust. */
export const TRUST_WORDS: Words = {
  UNKNOWN: 'not judged yet',
  UNSIGNED: 'not signed',
  CLAIMED: 'said to be signed',
  VERIFIED: 'signature verified',
  FAILED: 'signature does not hold',
};

/** Labels of the suppliers. */
export const SUPPLIER_WORDS: Words = { STAFF: 'staff', USER: 'users', UNKNOWN: 'not stated' };

/** Labels of the kinds of license conditions. */
export const CONDITION_WORDS: Words = {
  ACADEMIC: 'academic use only',
  NON_COMMERCIAL: 'non-commercial use only',
  REGISTERED_GROUP: 'registered groups only',
  NAMED_USER: 'named users only',
  SITE: 'certain facilities only',
  LICENSE_SERVER: 'a license server',
  EXPORT_CONTROL: 'export control',
};

/** Labels of where a license, or a condition of it, comes from. */
export const ORIGIN_WORDS: Words = { FACILITY: 'the lab', LICENSE: 'the license', LABEL: 'a label' };

const VALUE_WORDS: { readonly [F in FacetField]?: Words } = {
  MAY: ACTION_WORDS,
  SHARING: SHARING_WORDS,
  TRUST: TRUST_WORDS,
  SUPPLIED_BY: SUPPLIER_WORDS,
  CONDITION: CONDITION_WORDS,
};

/** An SPDX license expression for people: without the prefix `LicenseRef-` of ids that are not SPDX's. */
export function licenseWord(expression: string): string {
  return expression.replaceAll('LicenseRef-', '');
}

/** The label of a value: of an enumeration or a license its own, else the given one. */
export function valueWord(field: FacetField, value: string, label: string): string {
  if (field === 'LICENSE') return licenseWord(label);
  return VALUE_WORDS[field]?.[value] ?? label;
}

/** A count with its noun, in digits grouped by commas: `1 image`, `2,000 images`, `0 images`. */
export function countWord(count: number, one: string, many: string): string {
  return `${NUMBER.format(count)} ${count === 1 ? one : many}`;
}

const NUMBER = new Intl.NumberFormat('en');

/**
 * A duration in seconds (0 or more) in words, rounded to whole units: seconds below 90 seconds, minutes below 90
 * minutes, hours below 36 hours, else days: `40 seconds`, `3 minutes`, `5 hours`, `2 days`.
 */
export function ageWord(seconds: number): string {
  if (seconds < 90) return unit(seconds, 'second');
  if (seconds < 5_400) return unit(seconds / 60, 'minute');
  return seconds < 129_600 ? unit(seconds / 3_600, 'hour') : unit(seconds / 86_400, 'day');
}

const BYTES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/**
 * A number of bytes, 0 or more, in decimal units (SI) up to TB, as registries show it, rounded to a tenth: `1.2 GB`.
 */
export function sizeWord(bytes: number): string {
  const power = Math.floor(Math.log10(Math.max(1, bytes)) / 3);
  const index = Math.min(BYTES.length - 1, Math.max(0, power));
  return unit(bytes / 1_000 ** index, BYTES[index] as string, 'short', index === 0 ? 0 : 1);
}

function unit(
  value: number,
  name: string,
  unitDisplay: 'long' | 'short' = 'long',
  maximumFractionDigits = 0,
): string {
  return new Intl.NumberFormat('en', {
    style: 'unit',
    unit: name,
    unitDisplay,
    maximumFractionDigits,
  }).format(value);
}

/** The day of a time (RFC 3339), in UTC: `4 March 2024`; null where the text is not a time. */
export function dateWord(time: string): string | null {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? null : DATE.format(date);
}

const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
