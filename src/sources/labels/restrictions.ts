// The labels that restrict: `io.panfed.conditions`, `.listed` and `.sharing`. None of them can open anything, and one
// that cannot be read restricts more than any that can: somebody meant to restrict, and we do not know how.
import { BOUNDS } from '../../model/bounds.ts';
import { CONDITION_KINDS } from '../../model/license.ts';
import type { LabelCondition, Restrictions } from './facts.ts';
import {
  orNull,
  readFlag,
  readItems,
  readJson,
  readObject,
  readText,
  type Stated,
  Unreadable,
} from './read.ts';

/** The restrictions of an image whose labels state none. */
export const NO_RESTRICTIONS: Restrictions = { conditions: [], listed: true, sharing: null };

/** What to make of a restriction that cannot be read. */
export const UNREADABLE_RESTRICTION: Restrictions = { conditions: [], listed: true, sharing: 'none' };

/**
 * What each label restricts, by the name behind `io.panfed.`. They throw {@link Unreadable}, that of `groups`
 * always.
 */
export const RESTRICTIONS: ReadonlyMap<string, (value: Stated) => Restrictions> = new Map([
  ['conditions', (value: Stated) => ({ ...NO_RESTRICTIONS, conditions: readConditions(value) })],
  ['listed', (value: Stated) => ({ ...NO_RESTRICTIONS, listed: readFlag(value) })],
  ['sharing', (value: Stated) => ({ ...NO_RESTRICTIONS, sharing: readSharing(value) })],
  ['groups', refuseGroups],
]);

/**
 * Both hold: conditions are joined, it is listed where both say so, and the stricter sharing stays (null:
 * neither lowers it).
 */
export function joinRestrictions(a: Restrictions, b: Restrictions): Restrictions {
  return {
    conditions: [...a.conditions, ...b.conditions],
    listed: a.listed && b.listed,
    sharing: a.sharing === 'none' || b.sharing === 'none' ? 'none' : (a.sharing ?? b.sharing),
  };
}

/** `[{"kind": "registeredGroup", "groups": ["urn:…"]}]`, or kinds between commas: `academic, nonCommercial`. */
function readConditions(value: Stated): LabelCondition[] {
  const stated = typeof value === 'string' ? (readJson(value) ?? value) : value;
  const several = typeof stated === 'string' || Array.isArray(stated);
  const items = readItems(several ? stated : [stated], BOUNDS.conditions);
  if (items.length === 0 && typeof stated === 'string')
    throw new Unreadable('is empty; [] says that there are none');
  return items.map((item) => readCondition(typeof item === 'string' ? { kind: item } : readObject(item)));
}

function readCondition(stated: Readonly<Record<string, unknown>>): LabelCondition {
  const word = (readText(stated.kind, BOUNDS.name) ?? '').toLowerCase().replace(/[-_ ]/g, '');
  const kind = CONDITION_KINDS.find((known) => known.toLowerCase() === word);
  if (kind === undefined)
    throw new Unreadable(`has a condition that is none of ${CONDITION_KINDS.join(', ')}`);
  const values = (list: Stated) => orNull(list, readValues) ?? [];
  return {
    kind,
    groups: values(stated.groups),
    facilities: values(stated.facilities),
    servers: values(stated.servers),
  };
}

function readValues(list: Stated): string[] {
  return readItems(list, BOUNDS.conditionValues)
    .map((item) => readText(item, BOUNDS.group))
    .filter((text) => text !== null);
}

/** `open` lowers nothing. */
function readSharing(value: Stated): Restrictions['sharing'] {
  const word = (readText(value, BOUNDS.name) ?? '').toLowerCase();
  if (word === 'open') return null;
  if (word === 'conditional' || word === 'none') return word;
  throw new Unreadable('is neither open, conditional nor none');
}

/** A label that names a group means to restrict, and cannot do it in this way. */
function refuseGroups(): never {
  throw new Unreadable('sets groups, which a label cannot: state a registeredGroup condition');
}
