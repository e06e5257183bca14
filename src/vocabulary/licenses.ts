// Licenses: the meaning of a license text, as an expression and as conditions.
import { LRUCache } from 'lru-cache';
import { canonicalExpression } from './license-canonical.ts';
import { conditionsOf, expressionTerms, statedTerms } from './license-conditions.ts';
import { licenseExpression } from './license-expression.ts';
import { indexLicenseNames } from './license-names.ts';
import type { LicensesFile } from './license-schema.ts';
import { LONGEST_NAME } from './names.ts';
import { parseExpression, SPDX_IDS } from './spdx.ts';
import type { LicenseReading } from './vocabulary.ts';

const unread = (state: 'declared' | 'unknown'): LicenseReading =>
  Object.freeze({ state, expression: null, conditions: Object.freeze([]), conditionsKnown: false });
const DECLARED = unread('declared');
const UNKNOWN = unread('unknown');
const NOTHING_SAID = new Set(['', 'noassertion', 'unknown']);
/**
 * Whether a text states nothing about the license: it is empty, `unknown` or SPDX's NOASSERTION, trimmed and
 * in any case. SPDX's NONE is a statement: there is no license, so nothing is permitted.
 */
export const statesNothing = (text: string): boolean => NOTHING_SAID.has(text.trim().toLowerCase());
const isNone = (text: string): boolean => text.trim().toLowerCase() === 'none';
/** License texts whose reading is kept: records share a few hundred. */
const REMEMBERED = 4_096;

export interface Licenses {
  /**
   * The ids of the SPDX License List, without deprecated ones (of which an expression may have some), and this vocabulary's
   * own.
   */
  readonly ids: readonly string[];
  /** The meaning of a license text; one longer than LONGEST_NAME is `declared`, but `unknown` where it is blank. Never throws. */
  license(text: string): LicenseReading;
}

/**
 * The lookup of licenses (SPDX): a text's state, expression (null: not recognized) and conditions; readings are frozen,
 * and the 4,096 used last are kept. A text beyond 1,024 UTF-16 units is not recognized. `ids`: those of the SPDX
 * License List, then the vocabulary's own.
 */
export function indexLicenses(file: LicensesFile): Licenses {
  const names = indexLicenseNames(file);
  const stated = statedTerms(file);
  const remembered = new LRUCache<string, LicenseReading>({ max: REMEMBERED });
  const read = (text: string): LicenseReading => {
    if (statesNothing(text) || isNone(text)) return UNKNOWN;
    const stating = licenseExpression(text, names);
    const tree = stating === null ? null : parseExpression(stating);
    if (tree === null) return DECLARED;
    const terms = expressionTerms(tree, stated);
    const conditions = Object.freeze(conditionsOf(terms));
    return Object.freeze({
      state: 'normalized',
      expression: canonicalExpression(tree),
      conditions,
      conditionsKnown: terms.known,
    });
  };
  return {
    ids: Object.freeze([...SPDX_IDS, ...file.references.map(({ id }) => id)]),
    license(text) {
      if (text.length > LONGEST_NAME) return text.trim() === '' ? UNKNOWN : DECLARED;
      const known = remembered.get(text);
      if (known !== undefined) return known;
      const reading = read(text);
      remembered.set(text, reading);
      return reading;
    },
  };
}
