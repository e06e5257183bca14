// An image's license terms: what each statement of them means by the vocabulary, all of which hold, and the conditions
// of everybody who stated any.
import type { Condition, License } from '../model/license.ts';
import { statesNothing } from '../vocabulary/licenses.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import { joinConditions } from './conditions.ts';
import { joinTerms, type Terms } from './joint-terms.ts';

/** What was said of the terms. */
export interface StatedTerms {
  /** The facility's own word of the license; null: it said none. A word that it is unknown is a word. */
  readonly text: string | null;
  /** What labels say of the license, in any order. A label that says nothing says nothing beside another statement. */
  readonly labelTexts: readonly string[];
  /** The facility's own conditions. */
  readonly conditions: readonly Condition[];
  /** Whether the facility said anything of conditions: `[]` counts. */
  readonly conditionsStated: boolean;
  readonly labelConditions: readonly Condition[];
}

/**
 * All statements hold together, so that the terms are never more open than by any of them alone. The facility's
 * conditions are those of the license that it states, so that they settle nothing of another that a label states; where
 * it states none, they are those of what the labels state. A text that the vocabulary does not recognize stays
 * `declared`, which opens no more than none at all.
 */
export function readTerms(terms: StatedTerms, vocabulary: Pick<Vocabulary, 'license'>): License {
  const { text, conditionsStated } = terms;
  const read = (statement: string, settled: boolean): Terms => {
    const reading = vocabulary.license(statement);
    return { ...reading, raw: statement, conditionsKnown: settled || reading.conditionsKnown };
  };
  const own = text === null ? [] : [read(text, conditionsStated)];
  const labelled = spoken(terms.labelTexts, own.length > 0).map((label) =>
    read(label, text === null && conditionsStated),
  );
  const joined = joinTerms([...own, ...labelled]);
  return {
    state: joined?.state ?? 'unknown',
    expression: joined?.expression ?? null,
    raw: joined?.raw ?? null,
    conditions: joinConditions(terms.conditions, joined?.conditions ?? [], terms.labelConditions),
    conditionsKnown: joined?.conditionsKnown ?? conditionsStated,
  };
}

/** Those that say something; where nobody does, all, so that what stands there is still seen. Sorted, as no label goes first. */
function spoken(labelTexts: readonly string[], besideAnother: boolean): string[] {
  const saying = labelTexts.filter((text) => !statesNothing(text));
  return (saying.length > 0 || besideAnother ? saying : [...labelTexts]).sort();
}
