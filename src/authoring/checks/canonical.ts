// What a field of the input can be at all, beyond its type: names as the vocabulary writes them, ids, groups and
// affiliations in their canonical form. The functions that write the input's values judge a policy's literals as well.
import { REPOSITORY } from '../../catalog/ids.ts';
import { KEY } from '../../config/text.ts';
import { formatAffiliation, parseAffiliation } from '../../identity/affiliation.ts';
import { canonicalGroup } from '../../model/group.ts';
import { nearest } from '../../model/nearest.ts';
import { loadVocabulary } from '../../vocabulary/load.ts';
import type { PolicyOwner } from '../owner.ts';
import type { FieldPath } from './fields.ts';

/** Why a field never is a text: what it is instead, and the text that was probably meant. */
export interface Impossible {
  readonly because: string;
  readonly instead: string | null;
}

type Judge = (text: string, owner: PolicyOwner) => Impossible | null;

/** Null where the field may be that text, or nothing is known of it. */
export function impossible(owner: PolicyOwner, field: FieldPath, text: string): Impossible | null {
  return FIELDS[field.slice(1).join('.')]?.(text, owner) ?? null;
}

/** Null where a text within the field may be this one: for prefixes, suffixes and parts. */
export function impossibleWithin(field: FieldPath, text: string): Impossible | null {
  const lowered = text.toLowerCase();
  if (!SMALL.has(field.slice(1).join('.')) || lowered === text) return null;
  return { because: 'it has no capital letters', instead: lowered };
}

const framework: Judge = (text) => {
  // One that the vocabulary does not know keeps the name that its registry wrote.
  const canonical = loadVocabulary().framework(text);
  if (canonical === null || canonical === text) return null;
  return { because: 'the vocabulary writes it otherwise', instead: canonical };
};

const technique: Judge = (text) => {
  const vocabulary = loadVocabulary();
  const ids = vocabulary.techniques().map(({ id }) => id);
  if (ids.includes(text)) return null;
  const instead = vocabulary.technique(text)?.id ?? nearest(text, ids)[0] ?? null;
  return { because: 'it is the id of a PaNET technique', instead };
};

const format: Judge = (text) => {
  const vocabulary = loadVocabulary();
  const ids = vocabulary.formats().map(({ id }) => id);
  if (ids.includes(text)) return null;
  const instead = vocabulary.format(text)?.id ?? nearest(text, ids)[0] ?? null;
  return { because: 'it is the id of a format in the vocabulary', instead };
};

const license: Judge = (text) => {
  const vocabulary = loadVocabulary();
  const { expression } = vocabulary.license(text);
  if (expression === text) return null;
  const instead = expression ?? nearest(text, vocabulary.licenses())[0] ?? null;
  return { because: 'it is an SPDX license expression in its normal form', instead };
};

const group: Judge = (text) => {
  const canonical = canonicalGroup(text);
  if (canonical === text) return null;
  return { because: 'it is an AARC-G069 group URN in its canonical form', instead: canonical };
};

const affiliation: Judge = (text) => {
  const parsed = parseAffiliation(text);
  const canonical = parsed === null ? null : formatAffiliation(parsed);
  if (canonical === text) return null;
  return {
    because: 'it is an affiliation of eduPerson with its scope, as staff@desy.de',
    instead: canonical,
  };
};

const key: Judge = (text) => {
  if (KEY.test(text)) return null;
  const lowered = text.trim().toLowerCase();
  return {
    because: 'it is an id of federation.yaml, in small letters',
    instead: KEY.test(lowered) ? lowered : null,
  };
};

const owningFacility: Judge = (text, owner) => {
  if (owner.package[1] !== 'facility') return key(text, owner);
  if (text === owner.name) return null;
  return { because: 'a facility’s policy is given its own records alone', instead: owner.name };
};

const repository: Judge = (text) => {
  if (REPOSITORY.test(text)) return null;
  const lowered = text.toLowerCase();
  return {
    because: 'it is the name of a repository without host and tag, in small letters',
    instead: REPOSITORY.test(lowered) ? lowered : null,
  };
};

/** As OCI writes platforms, architectures and engines. */
const small: Judge = (text) => {
  const instead = text.toLowerCase();
  return instead === text ? null : { because: 'it has no capital letters', instead };
};

const FIELDS: Readonly<Record<string, Judge>> = {
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
    [key, owningFacility, repository, affiliation, small].includes(FIELDS[name] as Judge),
  ),
);
