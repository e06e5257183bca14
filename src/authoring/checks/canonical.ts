// The values that a field of the input can have, beyond its type: names as the vocabulary writes them, ids, groups and
// affiliations in their canonical form. The functions that produce the input's values also judge a policy's literals.

import { KEY } from '../../config/text.ts';
import { formatAffiliation, parseAffiliation } from '../../identity/affiliation.ts';
import { canonicalGroup } from '../../model/group.ts';
import { nearest } from '../../model/nearest.ts';
import { REPOSITORY } from '../../model/oci-names.ts';
import { isOwnTechnique } from '../../vocabulary/facility-terms.ts';
import { loadVocabulary } from '../../vocabulary/load.ts';
import type { PolicyOwner } from '../source/owner.ts';
import type { FieldPath } from './fields.ts';

/** Why a field never has a text: the form of its values, and the text that was probably meant. */
export interface Impossible {
  readonly because: string;
  readonly instead: string | null;
}

type ValueCheck = (text: string, owner: PolicyOwner) => Impossible | null;

/**
 * Why the field never has that text, and what to write instead; null if it may have it, or nothing is known about the
 * field. `field`: its path, from `input` on.
 */
export function impossible(owner: PolicyOwner, field: FieldPath, text: string): Impossible | null {
  return FIELDS[field.slice(1).join('.')]?.(text, owner) ?? null;
}

/**
 * As {@link impossible}, for a part of the field's text, such as a prefix or suffix; null if the field may have it.
 */
export function impossibleWithin(field: FieldPath, text: string): Impossible | null {
  const lowered = text.toLowerCase();
  if (!SMALL.has(field.slice(1).join('.')) || lowered === text) return null;
  return { because: 'it has no capital letters', instead: lowered };
}

const framework: ValueCheck = (text) => {
  // A framework that is not in the vocabulary keeps the name that its registry wrote.
  const canonical = loadVocabulary().framework(text);
  if (canonical === null || canonical === text) return null;
  return { because: 'the vocabulary writes it differently', instead: canonical };
};

const technique: ValueCheck = (text) => {
  // What a lab's words mean is in federation.yaml, which policies are checked without.
  if (isOwnTechnique(text)) return null;
  const vocabulary = loadVocabulary();
  const ids = vocabulary.techniques().map(({ id }) => id);
  if (ids.includes(text)) return null;
  const instead = vocabulary.technique(text)?.id ?? nearest(text, ids)[0] ?? null;
  return { because: 'it is the id of a PaNET technique', instead };
};

const format: ValueCheck = (text) => {
  const vocabulary = loadVocabulary();
  const ids = vocabulary.formats().map(({ id }) => id);
  if (ids.includes(text)) return null;
  const instead = vocabulary.format(text)?.id ?? nearest(text, ids)[0] ?? null;
  return { because: 'it is the id of a format in the vocabulary', instead };
};

const license: ValueCheck = (text) => {
  const vocabulary = loadVocabulary();
  const { expression } = vocabulary.license(text);
  if (expression === text) return null;
  const instead = expression ?? nearest(text, vocabulary.licenses())[0] ?? null;
  return { because: 'it is an SPDX license expression in its normal form', instead };
};

const group: ValueCheck = (text) => {
  const canonical = canonicalGroup(text);
  if (canonical === text) return null;
  return { because: 'it is an AARC-G069 group URN in its canonical form', instead: canonical };
};

const affiliation: ValueCheck = (text) => {
  const parsed = parseAffiliation(text);
  const canonical = parsed === null ? null : formatAffiliation(parsed);
  if (canonical === text) return null;
  return {
    because: 'it is an eduPerson affiliation with its scope, such as staff@desy.de',
    instead: canonical,
  };
};

const key: ValueCheck = (text) => {
  if (KEY.test(text)) return null;
  const lowered = text.trim().toLowerCase();
  return {
    because: 'it is an id of federation.yaml, in lowercase',
    instead: KEY.test(lowered) ? lowered : null,
  };
};

const owningFacility: ValueCheck = (text, owner) => {
  if (owner.package[1] !== 'facility') return key(text, owner);
  if (text === owner.name) return null;
  return { because: 'a facility’s policy gets only its own records', instead: owner.name };
};

const repository: ValueCheck = (text) => {
  if (REPOSITORY.test(text)) return null;
  const lowered = text.toLowerCase();
  return {
    because: 'it is the name of a repository without host and tag, in lowercase',
    instead: REPOSITORY.test(lowered) ? lowered : null,
  };
};

/** Lowercase, as OCI writes platforms, architectures and engines. */
const small: ValueCheck = (text) => {
  const instead = text.toLowerCase();
  return instead === text ? null : { because: 'it has no capital letters', instead };
};

const FIELDS: Readonly<Record<string, ValueCheck>> = {
  'record.facility': owningFacility,
  'record.registry': key,
  'record.repository': repository,
  'record.platforms.*': small,
  'record.requires.architectures.*': small,
  'record.requires.engines.*': small,
  'record.frameworks.*.name': framework,
  'record.techniques.*': technique,
  'record.reads.*': format,
  'record.writes.*': format,
  'record.license.expression': license,
  'record.license.conditions.*.groups.*': group,
  'record.license.conditions.*.sites.*': key,
  'record.groups.*': group,
  'subject.groups.*': group,
  'subject.affiliations.*': affiliation,
  'subject.sites.*': key,
  'request.at.facility': key,
};

const SMALL: ReadonlySet<string> = new Set(
  Object.keys(FIELDS).filter((name) =>
    [key, owningFacility, repository, affiliation, small].includes(FIELDS[name] as ValueCheck),
  ),
);
