// Choices → one bitset a field and registry: the preference module says which values match, and the records that hold
// one of them are the field's records.
import { type Bits, emptyBits, or } from '../catalog/bitset.ts';
import { addHolders } from '../catalog/holders.ts';
import type { ChoiceField } from '../model/choices.ts';
import type { Action } from '../model/decision.ts';
import { fold } from '../model/fold.ts';
import type { ResolvedChoice } from './resolve.ts';
import { type Part, type View, visibleValues } from './view.ts';

/** The records that match one field's choice, a bitset a part of the view, in its order. */
export interface FieldMatch {
  readonly field: ChoiceField;
  readonly bits: readonly Bits[];
}

/** Rejects with POLICY_FAILED where the preference module cannot judge a choice. */
export async function matchChoices(
  view: View,
  choices: readonly ResolvedChoice[],
): Promise<readonly FieldMatch[]> {
  return Promise.all(choices.map((choice) => matchField(view, choice)));
}

async function matchField(view: View, choice: ResolvedChoice): Promise<FieldMatch> {
  const { field } = choice;
  // What the caller may do is decided already; it is no value for the preference module to compare.
  if (field === 'may')
    return { field, bits: view.parts.map((part) => recordsWith(part, field, choice.values)) };
  const values = [...visibleValues(view, field).values()];
  const matching = await view.policies.match({ field, choice: choice.values, values });
  const names = matching.map((index) => values[index] ?? '');
  return { field, bits: view.parts.map((part) => recordsWith(part, field, names)) };
}

function recordsWith(part: Part, field: ChoiceField, values: readonly string[]): Bits {
  const size = part.segment.snapshot.records.length;
  if (field === 'may') {
    return values.reduce((bits, action) => or(bits, part[action as Action]), emptyBits(size));
  }
  const bits = emptyBits(size);
  for (const value of values) {
    const holders = part.segment.fields[field].get(fold(value));
    if (holders !== undefined) addHolders(bits, holders);
  }
  return bits;
}
