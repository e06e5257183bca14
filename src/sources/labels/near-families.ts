// Labels whose name is nearly one of a family that is read: `io.panfde.sharing`, `io-panfed-license`,
// `org.opencontainers.licenses`. What they describe is not read, as nobody knows whose they are; they are reported, and what may
// be meant to restrict restricts.
import { distance } from 'fastest-levenshtein';
import type { LabelLicense, Restrictions } from './facts.ts';
import { type Labels, licensesOf, type Report } from './family.ts';
import { LABEL_READERS } from './labelled-fields.ts';
import { joinRestrictions, NO_RESTRICTIONS, RESTRICTIONS, UNREADABLE_RESTRICTION } from './restrictions.ts';

const OWN = 'io.panfed';
const FIELDS: Readonly<Record<string, ReadonlySet<string>>> = {
  [OWN]: new Set([...LABEL_READERS.keys(), ...RESTRICTIONS.keys(), 'license', 'image']),
  'org.opencontainers.image': new Set([
    ...['title', 'description', 'documentation', 'url', 'source', 'created', 'version'],
    ...['license', 'licenses', 'licence', 'licences'],
  ]),
  'org.label-schema': new Set(['name', 'description', 'usage', 'url', 'version', 'license']),
};

/** Beginnings without the dot before the field, and the family's that each may mean. */
const BEGINNINGS: readonly (readonly [like: string, family: string])[] = [
  [OWN, OWN],
  ['org.opencontainers.image', 'org.opencontainers.image'],
  ['org.opencontainers', 'org.opencontainers.image'],
  ['org.label.schema', 'org.label-schema'],
  ['org.labelschema', 'org.label-schema'],
];

/** Edits by which a beginning may differ: one letter too many, missing or another, or two in the other order. */
const MAX_EDITS = 2;
/** Characters of a name that is compared. */
const MAX_NAME = 128;

/**
 * The name that one is nearly: its last part is a field of a family, and the rest differs from the family's beginning by at most two
 * edits or by its signs (`-`, `_`, `/` or `:` for a dot). null for a name that begins as a family's do, in any case, for one of more
 * than 128 UTF-16 units, and for any other.
 */
export function nearName(name: string): { readonly family: string; readonly field: string } | null {
  if (name.length > MAX_NAME) return null;
  const lower = name.toLowerCase();
  if (Object.keys(FIELDS).some((family) => lower.startsWith(`${family}.`))) return null;
  const plain = lower.replace(/[-_/:.]+/g, '.');
  const end = plain.lastIndexOf('.');
  const [beginning, field] = [plain.slice(0, Math.max(0, end)), plain.slice(end + 1)];
  for (const [like, family] of BEGINNINGS) {
    if (!FIELDS[family]?.has(field)) continue;
    if (Math.abs(beginning.length - like.length) > MAX_EDITS) continue;
    if (distance(beginning, like) <= MAX_EDITS) return { family, field };
  }
  return null;
}

/**
 * What such labels restrict, and the licenses that those state which are nearly panfed's own: overlooked, they would let a base
 * image's stand alone. Each of them is reported. Never throws.
 */
export function nearFacts(
  labels: Labels,
  report: Report,
): { readonly restrictions: Restrictions; readonly licenses: readonly LabelLicense[] } {
  let restrictions = NO_RESTRICTIONS;
  const licenses: LabelLicense[] = [];
  for (const label of Object.keys(labels)) {
    const near = nearName(label);
    if (near === null) continue;
    const { family, field } = near;
    report(label, `is not read as it is written: it may mean ${family}.${field}`);
    if (family !== OWN) continue;
    if (field === 'listed')
      restrictions = joinRestrictions(restrictions, { ...NO_RESTRICTIONS, listed: false });
    else if (field === 'image' || RESTRICTIONS.has(field))
      restrictions = joinRestrictions(restrictions, UNREADABLE_RESTRICTION);
    else if (field === 'license') licenses.push(...licensesOf(labels, [label], report));
  }
  return { restrictions, licenses };
}
