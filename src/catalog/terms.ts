// An image's license terms: what its text means by the vocabulary, and the conditions of everybody who stated any.
import type { Condition, License } from '../model/license.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import { joinConditions } from './conditions.ts';

/** What was said of the terms. */
export interface StatedTerms {
  /** The license as text: the registry's, else a label's. */
  readonly text: string | null;
  /** The facility's own conditions. */
  readonly conditions: readonly Condition[];
  /** Whether the facility said anything of conditions: `[]` counts. */
  readonly conditionsStated: boolean;
  readonly labelConditions: readonly Condition[];
}

/** A text that the vocabulary does not recognize stays `declared`, which opens no more than none at all. */
export function readTerms(terms: StatedTerms, vocabulary: Pick<Vocabulary, 'license'>): License {
  const reading = terms.text === null ? null : vocabulary.license(terms.text);
  return {
    state: reading?.state ?? 'unknown',
    expression: reading?.expression ?? null,
    raw: terms.text,
    conditions: joinConditions(terms.conditions, reading?.conditions ?? [], terms.labelConditions),
    conditionsKnown: terms.conditionsStated || (reading?.conditionsKnown ?? false),
  };
}
