// Adds the people of the decision log to those of subjects.yaml, as far as the compared policies distinguish people.
// Facts that are not in the log are treated as unknown, and reported; masked people are not judged, and reported.
import type { FacilityConfig } from '../../config/facility.ts';
import { ANONYMOUS, type Place, type Subject } from '../../model/subject.ts';
import type { ReadPath } from '../../policy/bundle/revision.ts';
import { placeOf } from '../../policy/decisions/place.ts';
import { hiddenBy, type LoggedSubject, type LoggedSubjects } from './logged.ts';
import type { RepresentativeSubject } from './subjects.ts';

/** The report on the decision log. */
export interface LogReport extends Pick<LoggedSubjects, 'files' | 'entries' | 'unreadable' | 'dropped'> {
  /**
   * The number of people of the log who are tried beside those of the file, and of people of the file who are in the
   * log.
   */
  readonly added: number;
  readonly known: number;
  /** The number of people who are not tried because there are too many: the least frequent ones. */
  readonly untried: number;
  /** The number of subjects at a facility, or with images of one, that federation.yaml does not have. */
  readonly strangers: number;
  /** The numbers of subjects who are not tried, by the masking rules that hide facts that a policy reads. */
  readonly masked: readonly { readonly paths: readonly string[]; readonly subjects: number }[];
  /** Facts that a policy reads and the log does not have, because earlier policies did not read them. */
  readonly unknown: readonly { readonly field: string; readonly subjects: number }[];
}

export interface LoggedOptions {
  readonly people: readonly RepresentativeSubject[];
  readonly logged: LoggedSubjects;
  readonly facilities: readonly FacilityConfig[];
  /** Ids of the facilities whose images are compared. */
  readonly compared: readonly string[];
  /** The paths that either side reads to judge images of a facility. */
  readonly reads: (facility: string) => readonly ReadPath[];
}

export interface WithLogged {
  readonly people: readonly RepresentativeSubject[];
  readonly log: LogReport;
}

/** People of the log who are tried, at most. */
const MAX_PEOPLE = 1_000;

/** Entries of each list in a title, at most. */
const MAX_NAMED = 3;

const NOBODY = ANONYMOUS.subject;
const FIELDS = Object.keys(NOBODY) as (keyof Subject)[];

/**
 * The people of the file, in its order, then those of the log whom the compared policies distinguish from
 * them and from each other, the most frequent first, at most 1,000; in `log` how many there were, and how
 * many are not tried, and why. What no policy read of a person when they asked is taken as {@link ANONYMOUS}
 * has it, but that a person with any fact has signed in. Never throws.
 */
export function withLogged(options: LoggedOptions): WithLogged {
  const { people, logged, facilities, compared, reads } = options;
  const ids = new Set(facilities.map(({ id }) => id));
  const tally = { strangers: 0, masked: new Map<string, number>(), unknown: new Map<string, number>() };
  const found = new Map<string, PersonInLog>();
  const everything = fieldsOf(compared.flatMap(reads));
  for (const projection of logged.subjects) {
    if (ids.has(projection.facility) && !compared.includes(projection.facility)) continue;
    const fields = fieldsOf(reads(projection.facility));
    const hiding = projection.masked.filter((path) => hides(path, projection, fields));
    if (hiding.length > 0) {
      count(tally.masked, JSON.stringify(hiding));
      continue;
    }
    if (!ids.has(projection.facility) || !(projection.at == null || ids.has(projection.at))) {
      tally.strangers += 1;
      continue;
    }
    for (const field of unknownOf(projection, fields)) count(tally.unknown, field);
    collect(found, projection, everything);
  }
  const logPeople = [...found.values()].sort((a, b) => usesOf(b) - usesOf(a));
  const { merged, strangers } = merge(people, logPeople, everything, facilities);
  return {
    people: [...merged, ...strangers.slice(0, MAX_PEOPLE)],
    log: {
      files: logged.files,
      entries: logged.entries,
      unreadable: logged.unreadable,
      dropped: logged.dropped,
      added: Math.min(strangers.length, MAX_PEOPLE),
      known: logPeople.length - strangers.length,
      untried: Math.max(strangers.length - MAX_PEOPLE, 0),
      strangers: tally.strangers,
      masked: [...tally.masked].map(([paths, subjects]) => ({ paths: JSON.parse(paths), subjects })),
      unknown: [...tally.unknown].map(([field, subjects]) => ({ field, subjects })),
    },
  };
}

/** People of the log whom the policies do not distinguish. */
interface PersonInLog {
  readonly subject: Subject;
  /** Ids; null: without a place. */
  readonly places: Set<string | null>;
  /** By facility, since a request concerns all facilities. */
  readonly uses: Map<string, number>;
}

type Fields = ReadonlySet<string>;

/** The read fields of subject and request: `subject.groups`, `request.at`. */
function fieldsOf(reads: readonly ReadPath[]): Fields {
  return new Set(
    reads.flatMap(([part, name]) => {
      const all = part === undefined || name === undefined;
      const subject = all ? FIELDS.map((field) => `subject.${field}`) : [`subject.${name}`];
      const request = all ? ['request.at'] : [`request.${name}`];
      if (part === undefined) return [...subject, ...request];
      return part === 'subject' ? subject : part === 'request' ? request : [];
    }),
  );
}

/** Whether the subject has not signed in, and so has no other facts. */
const isNobody = ({ subject }: LoggedSubject): boolean => subject.authenticated === false;

function hides(pointer: string, projection: LoggedSubject, fields: Fields): boolean {
  const hidden = hiddenBy(pointer);
  if (hidden === null || (isNobody(projection) && hidden.startsWith('subject.'))) return false;
  return hidden === 'input' || fields.has(hidden);
}

function unknownOf(projection: LoggedSubject, fields: Fields): string[] {
  const { subject, at } = projection;
  const unread = FIELDS.filter((field) => fields.has(`subject.${field}`) && subject[field] === undefined);
  return [
    ...(isNobody(projection) ? [] : unread.map((field) => `subject.${field}`)),
    ...(fields.has('request.at') && at === undefined ? ['request.at'] : []),
  ];
}

function collect(
  found: Map<string, PersonInLog>,
  { subject, at, facility, uses }: LoggedSubject,
  fields: Fields,
): void {
  const whole = completed(subject);
  const key = keyOf(whole, fields);
  const known = found.get(key) ?? { subject: whole, places: new Set(), uses: new Map() };
  found.set(key, known);
  known.places.add(at ?? null);
  count(known.uses, facility, uses);
}

/** The subject with all fields; anyone with a fact has signed in. */
function completed(subject: Partial<Subject>): Subject {
  const given = FIELDS.filter((field) => subject[field] !== undefined);
  const facts = given.some((field) => field !== 'authenticated' && isFact(subject[field]));
  return { ...NOBODY, authenticated: facts, ...subject };
}

const isFact = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value !== null);

const keyOf = (subject: Subject, fields: Fields): string =>
  JSON.stringify(FIELDS.filter((field) => fields.has(`subject.${field}`)).map((field) => subject[field]));

/** Merges people of the log with those of the file whom the policies do not distinguish; the others stay separate. */
function merge(
  people: readonly RepresentativeSubject[],
  logPeople: readonly PersonInLog[],
  fields: Fields,
  facilities: readonly FacilityConfig[],
): { readonly merged: RepresentativeSubject[]; readonly strangers: RepresentativeSubject[] } {
  const places = new Map(facilities.map((facility) => [facility.id, placeOf(facility)]));
  const placed = (found: PersonInLog): (Place | null)[] =>
    [...found.places].map((id) => (id === null ? null : (places.get(id) ?? null)));
  const byKey = new Map(logPeople.map((one) => [keyOf(one.subject, fields), one]));
  const merged = people.map((person) => {
    const same = byKey.get(keyOf(person.subject, fields));
    byKey.delete(keyOf(person.subject, fields));
    if (same === undefined) return { ...person, uses: 0 };
    const at = new Set(person.places.map((place) => place?.facility ?? null));
    const more = placed(same).filter((place) => !at.has(place?.facility ?? null));
    return { ...person, places: [...person.places, ...more], uses: usesOf(same) };
  });
  const strangers = [...byKey.values()].map((found, index) => ({
    name: `log#${index + 1}`,
    title: titleOf(found),
    subject: found.subject,
    places: placed(found),
    facilities: [...found.uses.keys()].sort(),
    uses: usesOf(found),
  }));
  return { merged, strangers };
}

const usesOf = ({ uses }: PersonInLog): number => Math.max(...uses.values());

function titleOf(found: PersonInLog): string {
  const uses = usesOf(found);
  const { authenticated, academic, sites, groups, affiliations, assurance } = found.subject;
  const lists = [
    ['of', sites],
    ['as', affiliations],
    ['in', groups],
    ['with', assurance],
  ] as const;
  return [
    `seen ${uses} time${uses === 1 ? '' : 's'}`,
    authenticated ? 'signed in' : 'not signed in',
    ...(academic === null ? [] : [academic ? 'academic' : 'not academic']),
    ...lists.filter(([, values]) => values.length > 0).map(([word, values]) => `${word} ${someOf(values)}`),
  ].join(', ');
}

function someOf(values: readonly string[]): string {
  const more = values.length - MAX_NAMED;
  return `${values.slice(0, MAX_NAMED).join(' and ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function count(counts: Map<string, number>, key: string, more = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + more);
}
