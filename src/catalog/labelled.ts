// What labels may add to what the registry says: descriptions where it says nothing, and conditions (licenses: terms.ts).
// The label mapper has made their texts inert and bounded, and left out what is too long: a label, for which nobody
// vouches, then costs itself and not the record, as the registry's own word would.
import { canonicalGroup } from '../model/group.ts';
import type { Condition } from '../model/license.ts';
import type { Described, LabelCondition } from '../sources/labels.ts';
import { makeCondition } from './conditions.ts';
import type { UpstreamImage } from './upstream-image.ts';

/** The part of a statement that labels can fill in. */
export type Description = Pick<UpstreamImage, Exclude<keyof Described, 'licenses'>>;

/** Field by field: what the registry says, else what the labels say. An empty list of the registry is a word. */
export function describedBy(statement: UpstreamImage, labels: Described): Description {
  return {
    title: statement.title ?? labels.title,
    description: statement.description ?? labels.description,
    documentation: statement.documentation ?? labels.documentation,
    source: statement.source ?? labels.source,
    created: statement.created ?? labels.created,
    platforms: statement.platforms ?? labels.platforms,
    frameworks: statement.frameworks ?? labels.frameworks,
    techniques: statement.techniques ?? labels.techniques,
    reads: statement.reads ?? labels.reads,
    writes: statement.writes ?? labels.writes,
    requires: statement.requires ?? labels.requires,
  };
}

/**
 * A group that is none is left out of those that meet a condition, and a condition without groups is met by nobody:
 * a label that cannot be read never opens.
 */
export function labelConditions(conditions: readonly LabelCondition[]): Condition[] {
  return conditions.map((condition) => {
    const groups = condition.groups.map(canonicalGroup).filter((group) => group !== null);
    return makeCondition(condition.kind, { ...condition, groups }, 'label');
  });
}
