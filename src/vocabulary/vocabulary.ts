// The one vocabulary that facilities, policies and callers share: what a name means, in which id.
import type { Condition, LicenseState } from '../model/license.ts';

export interface Term {
  readonly id: string;
  readonly label: string;
  /** Other names, as the file has them. */
  readonly synonyms: readonly string[];
}

/** What the vocabulary makes of a license text. Conditions have the origin `license`. */
export interface LicenseReading {
  readonly state: LicenseState;
  readonly expression: string | null;
  readonly conditions: readonly Condition[];
  /** Whether the conditions of every id in the expression are stated. */
  readonly conditionsKnown: boolean;
}

/** All lookups ignore case and surrounding space; null where nothing matches exactly. */
export interface Vocabulary {
  /**
   * A PaNET id in any of its forms (`PaNET01168`, its IRI), or a label or synonym that only one technique has; hyphens and
   * blanks never matter.
   */
  technique(text: string): Term | null;
  /** The technique and all below it. */
  narrower(id: string): readonly string[];
  format(text: string): Term | null;
  /** Canonical name of a framework; a name that is not in the vocabulary is null. */
  framework(text: string): string | null;
  frameworkSynonyms(name: string): readonly string[];
  license(text: string): LicenseReading;
  /** Every technique, format, framework or license id, for suggestions. */
  techniques(): readonly Term[];
  formats(): readonly Term[];
  frameworks(): readonly string[];
  licenses(): readonly string[];
}
