// What labels may add to what the registry says: descriptions where it says nothing, and conditions (licenses: terms.ts).
// The label mapper has made their texts inert and bounded, and left out what is too long: a label, for which nobody
// vouches, then costs itself and not the record, as the registry's own word would.
import { canonicalGroup } from '../../model/group.ts';
import { DESCRIPTIVE_FIELDS, type DescriptiveField, type LabelledField } from '../../model/image-fields.ts';
import type { Condition } from '../../model/license.ts';
import type { Described, LabelCondition } from '../../sources/labels.ts';
import { makeCondition } from './conditions.ts';
import type { StatedDescription } from './upstream-image.ts';

/**
 * A new description, field by field: what the registry says, else what the labels say, else null (both say nothing). An empty
 * list of the registry is a word.
 */
export function describedBy(statement: StatedDescription, labels: Described): StatedDescription {
  const described: Record<string, unknown> = { ...statement };
  for (const field of FIELDS) described[field] = statement[field] ?? labels[field as LabelledField] ?? null;
  return described as unknown as StatedDescription;
}

const FIELDS = Object.keys(DESCRIPTIVE_FIELDS) as DescriptiveField[];

/**
 * The conditions that labels state, in their order, with origin `label` and groups in canonical form (AARC-G069); empty
 * where they state none. A malformed group is left out of those that meet a condition, and a condition on groups that
 * has none is met by nobody: a label that cannot be read never opens. Never throws.
 */
export function labelConditions(conditions: readonly LabelCondition[]): Condition[] {
  return conditions.map((condition) => {
    const groups = condition.groups.map(canonicalGroup).filter((group) => group !== null);
    return makeCondition(condition.kind, { ...condition, groups }, 'label');
  });
}
