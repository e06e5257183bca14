// Keys by which spellings of a license name are compared: differences without a meaning are removed.
import { nameKey } from './names.ts';

/**
 * The number of BSD-2 counts its clauses, and MIT-0 has no attribution: what is said to be a version, as `BSD 2.0`, which some
 * call BSD-3-Clause, is none of these.
 */
const UNVERSIONED = /\b(?:bsd|mit)(?: license)? ?(?=(?:version |ver\.? ?|v\.? ?)\d|\d\.0(?![\d.]))/g;

/**
 * The key of a license name: "GNU GPL, Version 3.0", "GNU_GPL-v3" and "gnu gpl 3" have the same. No two ids of the SPDX
 * License List share a key (a test checks that). null if nothing is left, or the text is longer than LONGEST_NAME
 * (1,024 UTF-16 units).
 */
export function licenseKey(text: string): string | null {
  const key = nameKey(text)
    ?.replace(/["“”'’`]/g, '')
    .replace(/[\s_,-]+/g, ' ')
    .replace(/\blicen[cs]e?s?\b/g, 'license')
    .replace(UNVERSIONED, '$& # ')
    .replace(/(?:\b(?:version|ver\.?) |(?:\b|(?<=[a-z]))v\.? ?)(?=\d)/g, ' ')
    .replace(/(?<=[a-z])(?=\d)/g, ' ')
    .replace(/(?<=\d)\.0(?![\d.])/g, '')
    .replace(/ {2,}/g, ' ')
    .replace(/\.$/, '')
    .trim()
    .replace(/^the /, '')
    .replace(/ license$/, '');
  return key === undefined || key === '' ? null : key;
}

/**
 * The text with SPDX's `+` (SPDX 2, annex D) for "or later", and with ` 2+` for R's "(>= 2)" and ` 2` for "(== 2)".
 * Other text stays.
 */
export function withPlus(text: string): string {
  return text
    .replace(
      /[\s,(-]+or[\s-]+(?:\(?at your option\)?,?\s+)?(?:any[\s-]+)?(?:later|newer|higher)(?:[\s-]+versions?)?\b\)?/gi,
      '+',
    )
    .replace(/\s*\(\s*>=\s*(\d+(?:\.\d+)*)\s*\)/g, ' $1+')
    .replace(/\s*\(\s*==\s*(\d+(?:\.\d+)*)\s*\)/g, ' $1');
}
