// The changes of a person or a place, at the same time of day, that a search for the nearest one tries. Their values
// come from the module's input and answer, and from federation.yaml, never from another record.
import type { FacilityConfig } from '../../config/facility.ts';
import { canonicalGroup, withParents } from '../../model/group.ts';
import type { Subject } from '../../model/subject.ts';
import { placeOf } from '../decisions/place.ts';
import type { Circumstances } from './case.ts';

/** The fields that may change, in the order in which they are tried, the easiest first. */
export type ChangedField =
  | 'subject.authenticated'
  | 'request.at'
  | 'subject.academic'
  | 'subject.groups'
  | 'subject.assurance'
  | 'subject.sites'
  | 'subject.affiliations'
  | 'subject.issuer';

export interface Change {
  readonly field: ChangedField;
  readonly value: string;
  /** The circumstances with the change made; those that were given stay as they are. */
  apply(to: Circumstances): Circumstances;
}

/** Values of one field that are tried, at most. */
const MAX_VALUES = 24;

/** Affiliations with a facility beside `member`, by eduPerson: all but the last imply membership. */
const AFFILIATIONS = ['staff', 'employee', 'faculty', 'student', 'affiliate'] as const;

/** https://refeds.org/assurance, https://refeds.org/profile and IGTF's levels. */
const ASSURANCES = [
  'https://refeds.org/assurance/IAP/low',
  'https://refeds.org/assurance/IAP/medium',
  'https://refeds.org/assurance/IAP/high',
  'https://refeds.org/assurance/ID/unique',
  'https://refeds.org/assurance/ATP/ePA-1m',
  'https://refeds.org/assurance/profile/cappuccino',
  'https://refeds.org/assurance/profile/espresso',
  'https://igtf.net/ap/authn-assurance/birch',
  'https://igtf.net/ap/authn-assurance/cedar',
  'https://igtf.net/ap/authn-assurance/dogwood',
] as const;

export interface ChangeSources {
  /** The facility that owns the record. */
  readonly owner: string;
  readonly facilities: readonly FacilityConfig[];
  /** Texts that may be values: from the projected record, the decision's reasons, and the policy. */
  readonly texts: readonly string[];
}

/**
 * Every single change that is worth trying, each different from the present circumstances, in the order in which they
 * are tried; at most 24 values for each field. Groups are those of AARC-G069, affiliations eduPerson's, assurances
 * those of REFEDS and IGTF. Never throws.
 */
export function changesOf(now: Circumstances, sources: ChangeSources): readonly Change[] {
  const { subject } = now;
  const facilities = nearestFacilities(sources);
  const groups = sources.texts.flatMap((text) => canonicalGroup(text) ?? []);
  const urls = sources.texts.filter((text) => /^https:\/\/\S+$/.test(text));
  const assurances = urls.filter((url) => /^https:\/\/(refeds\.org|igtf\.net)\//.test(url));
  return [
    ...(subject.authenticated ? [] : [signIn]),
    ...(now.at === null ? [] : [noPlace]),
    ...facilities.filter(({ id }) => id !== now.at?.facility).map(namePlace),
    ...[true, false].filter((value) => value !== subject.academic).map(academic),
    ...unknown(groups, subject.groups).map(joinGroup),
    ...unknown([...assurances, ...ASSURANCES], subject.assurance).map(assurance),
    ...facilities.filter(({ id }) => !subject.sites.includes(id)).map(membership),
    ...facilities.slice(0, 1).flatMap(affiliations),
    ...unknown(urls, [subject.issuer ?? '']).map(issuer),
  ];
}

/** The owner of the record first, then those that are named, then the others. */
function nearestFacilities({ owner, facilities, texts }: ChangeSources): readonly FacilityConfig[] {
  const named = new Set(texts);
  const rank = ({ id }: FacilityConfig) => (id === owner ? 0 : named.has(id) ? 1 : 2);
  return facilities.toSorted((a, b) => rank(a) - rank(b)).slice(0, MAX_VALUES);
}

function unknown(values: readonly string[], known: readonly string[]): readonly string[] {
  return [...new Set(values)].filter((value) => !known.includes(value)).slice(0, MAX_VALUES);
}

/** A change of the subject, who is signed in then: nobody has groups, or anything else, without having signed in. */
function changed(field: ChangedField, value: string, more: (subject: Subject) => Partial<Subject>): Change {
  return {
    field,
    value,
    apply: (now) => ({ ...now, subject: { ...now.subject, authenticated: true, ...more(now.subject) } }),
  };
}

const signIn = changed('subject.authenticated', 'true', () => ({}));

const noPlace: Change = { field: 'request.at', value: 'null', apply: (now) => ({ ...now, at: null }) };

const namePlace = (facility: FacilityConfig): Change => ({
  field: 'request.at',
  value: facility.id,
  apply: (now) => ({ ...now, at: placeOf(facility) }),
});

const academic = (value: boolean): Change =>
  changed('subject.academic', String(value), () => ({ academic: value }));

const joinGroup = (group: string): Change =>
  changed('subject.groups', group, ({ groups }) => ({ groups: sorted(groups, withParents(group)) }));

const assurance = (profile: string): Change =>
  changed('subject.assurance', profile, (subject) => ({ assurance: sorted(subject.assurance, [profile]) }));

const membership = ({ id, scopes }: FacilityConfig): Change =>
  changed('subject.sites', id, (subject) => ({
    sites: sorted(subject.sites, [id]),
    affiliations: sorted(
      subject.affiliations,
      scopes.slice(0, 1).map((scope) => `member@${scope}`),
    ),
  }));

const affiliations = ({ id, scopes }: FacilityConfig): readonly Change[] =>
  scopes.slice(0, 1).flatMap((scope) =>
    AFFILIATIONS.map((name) =>
      changed('subject.affiliations', `${name}@${scope}`, (subject) => ({
        sites: name === 'affiliate' ? subject.sites : sorted(subject.sites, [id]),
        affiliations: sorted(subject.affiliations, [`${name}@${scope}`]),
      })),
    ),
  );

const issuer = (url: string): Change => changed('subject.issuer', url, () => ({ issuer: url }));

/** Sorted by code units and each once, as in a subject. */
function sorted(some: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...some, ...more])].sort();
}
