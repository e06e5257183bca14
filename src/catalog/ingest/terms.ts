// An image's license terms: all statements of them apply, each with its meaning by the vocabulary, and the conditions
// of every source.
import type { Condition, License } from '../../model/license.ts';
import { byCodeUnits } from '../../model/sorted.ts';
import type { LabelLicense } from '../../sources/labels.ts';
import { statesNothing } from '../../vocabulary/licenses.ts';
import type { Vocabulary } from '../../vocabulary/vocabulary.ts';
import { joinConditions } from './conditions.ts';
import { joinTerms, type Terms } from './joint-terms.ts';

/** All statements about the terms. */
export interface StatedTerms {
  /** The facility's own statement of the license; null: there is none. "Unknown" is a statement too. */
  readonly text: string | null;
  /**
   * The labels' statements of the license, in any order. One that states nothing is ignored beside another statement.
   */
  readonly labels: readonly LabelLicense[];
  /** The facility's own conditions. */
  readonly conditions: readonly Condition[];
  /** Whether the facility stated conditions: `[]` counts. */
  readonly conditionsStated: boolean;
  readonly labelConditions: readonly Condition[];
}

/**
 * The joint terms. All statements apply together, so that the terms are never more open than by any of them alone. The
 * facility's conditions belong to the license that it states, and settle nothing about another that a label states; if
 * it states no license, they belong to those of the labels. A text that the vocabulary does not recognize stays
 * `declared`, which opens no more than no text at all; where nothing is said the state is `unknown`. The expression is one of
 * SPDX, or null.
 */
export function readTerms(terms: StatedTerms, vocabulary: Pick<Vocabulary, 'license'>): License {
  const { text, conditionsStated } = terms;
  const read = (statement: string, label: string | null, settled: boolean): Terms => {
    const reading = vocabulary.license(statement);
    const { state, expression } = reading;
    const origin = label === null ? 'facility' : 'label';
    return {
      ...reading,
      raw: statement,
      conditionsKnown: settled || reading.conditionsKnown,
      statements: [{ text: statement, state, expression, origin, label }],
    };
  };
  const own = text === null ? [] : [read(text, null, conditionsStated)];
  const labelled = spoken(terms.labels, own.length > 0).map((one) =>
    read(one.text, one.label, text === null && conditionsStated),
  );
  const joined = joinTerms([...own, ...labelled]);
  return {
    state: joined?.state ?? 'unknown',
    expression: joined?.expression ?? null,
    raw: joined?.raw ?? null,
    conditions: joinConditions(terms.conditions, joined?.conditions ?? [], terms.labelConditions),
    conditionsKnown: joined?.conditionsKnown ?? conditionsStated,
    statements: joined?.statements ?? [],
  };
}

/**
 * The texts that state something; if none does, all of them, so that they are still shown. Sorted: no label has
 * precedence.
 */
function spoken(labels: readonly LabelLicense[], besideAnother: boolean): LabelLicense[] {
  const saying = labels.filter(({ text }) => !statesNothing(text));
  return (saying.length > 0 || besideAnother ? saying : [...labels]).sort(byText);
}

const byText = (a: LabelLicense, b: LabelLicense): number =>
  byCodeUnits(a.text, b.text) || byCodeUnits(a.label, b.label);
