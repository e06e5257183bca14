// The labs' own labels: everything as one JSON object in `io.panfed.image`, or a label for each field, `io.panfed.reads`.

import { BOUNDS } from '../../model/bounds.ts';
import { DIGEST_FORM, isDigest } from '../../model/digest.ts';
import { inert } from '../../model/inert.ts';
import { didYouMean } from '../../model/nearest.ts';
import type { Claims, Described, LabelLicense, Restrictions } from './facts.ts';
import type { Labels, Report } from './family.ts';
import { LABEL_READERS } from './labelled-fields.ts';
import { nearFacts } from './near-families.ts';
import {
  readFlag,
  readJson,
  readLicense,
  readNames,
  readObject,
  readText,
  type Stated,
  Unreadable,
} from './read.ts';
import { joinRestrictions, NO_RESTRICTIONS, RESTRICTIONS, UNREADABLE_RESTRICTION } from './restrictions.ts';

/** What the names of the labs' own labels begin with. */
export const PANFED = 'io.panfed.';
/** Everything as one JSON object. */
export const IMAGE_LABEL = `${PANFED}image`;
/** Names the manifest of an SBOM. The document itself may be in no label: labels are for all who find the image. */
const SBOM = 'sbom';

const NO_CLAIMS: Claims = { signed: false, signers: [] };

const CLAIMS: ReadonlyMap<string, (value: Stated) => Claims> = new Map([
  ['signed', (value: Stated) => ({ ...NO_CLAIMS, signed: readFlag(value) })],
  ['signers', (value: Stated) => ({ ...NO_CLAIMS, signers: readNames(value, BOUNDS.signers) })],
]);

/** What may stand behind `io.panfed.`. */
export const PANFED_FIELDS: readonly string[] = [
  ...LABEL_READERS.keys(),
  ...RESTRICTIONS.keys(),
  ...CLAIMS.keys(),
  SBOM,
  'image',
];

export interface PanfedFacts {
  readonly described: Partial<Described>;
  readonly restrictions: Restrictions;
  readonly claims: Claims;
  /** Digests of manifests in the image's repository that are said to have an SBOM of it, unproven. */
  readonly sboms: readonly string[];
}

/** A field, the label that states it, and its value. */
interface Statement {
  readonly label: string;
  readonly field: string;
  readonly value: Stated;
}

/**
 * What the labs' own labels say. A label of its own describes before the JSON does; licenses, restrictions
 * and claims of both hold. What cannot be read is reported; a restriction that cannot, also a misspelt one,
 * and the JSON lower sharing to `none` (`listed`: to false). Never throws. The terms of a misspelt license
 * label are reported and count all the same, so that no base image's stand alone.
 */
export function panfedFacts(labels: Labels, report: Report): PanfedFacts {
  const described: Record<string, unknown> = {};
  const licenses: LabelLicense[] = [];
  let restrictions = NO_RESTRICTIONS;
  let claims = NO_CLAIMS;
  const sboms: string[] = [];
  const restrict = (more: Restrictions) => {
    restrictions = joinRestrictions(restrictions, more);
  };

  function take({ label, field, value }: Statement): void {
    const restriction = RESTRICTIONS.get(field);
    const claim = CLAIMS.get(field);
    const read = LABEL_READERS.get(field);
    if (restriction !== undefined) restrict(restriction(value));
    else if (claim !== undefined) claims = joinClaims(claims, claim(value));
    else if (field === SBOM) sboms.push(...digestsIn(value));
    else if (field === 'license') licenses.push(...licensesIn(label, value));
    else if (read !== undefined) described[field] ??= read(value);
    else throw new Unreadable(`says ${inert(field.slice(0, 64))}, which is not a field of panfed’s labels`);
  }

  const near = nearFacts(labels, report);
  restrict(near.restrictions);
  licenses.push(...near.licenses);
  for (const statement of statements(labels, report, () => restrict(UNREADABLE_RESTRICTION))) {
    try {
      take(statement);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      report(statement.label, error.message);
      if (statement.field === 'listed') restrict({ ...NO_RESTRICTIONS, listed: false });
      else if (isMeant(statement.field, [...RESTRICTIONS.keys()])) restrict(UNREADABLE_RESTRICTION);
      // Terms that are overlooked would let a base image's stand alone.
      else if (isMeant(statement.field, ['license']))
        licenses.push(...licensesIn(statement.label, statement.value));
    }
  }
  return { described: { ...(described as Partial<Described>), licenses }, restrictions, claims, sboms };
}

/** In JSON null is "not said", as in the contract. */
function statements(labels: Labels, report: Report, spoilt: () => void): Statement[] {
  const own = Object.keys(labels)
    .filter((name) => name.toLowerCase().startsWith(PANFED) && name !== IMAGE_LABEL)
    .map((label) => ({ label, field: label.slice(PANFED.length), value: labels[label] }));
  const whole = labels[IMAGE_LABEL];
  if (whole === undefined) return own;
  try {
    const image = readObject(readJson(whole));
    const said = Object.entries(image).filter(([, value]) => value !== null);
    return [...own, ...said.map(([field, value]) => ({ label: IMAGE_LABEL, field, value }))];
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    // It may have held restrictions.
    report(IMAGE_LABEL, error.message);
    spoilt();
    return own;
  }
}

/**
 * Also by a misspelt name: a restriction is not lost to `io.panfed.condition` or `.image.sharing`, nor all of them to
 * `.Image`.
 */
function isMeant(field: string, names: readonly string[]): boolean {
  if (field.length > 64) return false;
  const last = field.slice(field.lastIndexOf('.') + 1);
  return didYouMean(field, [...names, 'image']) !== undefined || didYouMean(last, names) !== undefined;
}

function licensesIn(label: string, value: Stated): LabelLicense[] {
  const text = readLicense(value);
  return text === null ? [] : [{ label, text }];
}

function digestsIn(value: Stated): string[] {
  const text = readText(value, BOUNDS.name);
  if (text === null) return [];
  if (!isDigest(text)) throw new Unreadable(`is not the digest of a manifest: ${DIGEST_FORM}`);
  return [text];
}

/** What either claims: signed where one of them is, with the signers of both. */
export const joinClaims = (a: Claims, b: Claims): Claims => ({
  signed: a.signed || b.signed,
  signers: [...a.signers, ...b.signers],
});
