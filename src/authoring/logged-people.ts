// The people of the decision log beside those of subjects.yaml, as far as the policies that are compared can tell people
// apart. What the log does not have of them is taken as unknown, and told; who was masked is not judged, and told.
import type { FacilityConfig } from '../config/facility.ts';
import { ANONYMOUS, type Place, type Subject } from '../model/subject.ts';
import type { ReadPath } from '../policy/bundle/revision.ts';
import { placeOf } from '../policy/decisions/place.ts';
import { hiddenBy, type LoggedAsker, type LoggedAskers } from './logged.ts';
import type { RepresentativeSubject } from './subjects.ts';

/** What became of the decision log. */
export interface LogReport extends Pick<LoggedAskers, 'files' | 'entries' | 'unreadable' | 'dropped'> {
  /** People of the log who are tried beside those of the file, and how many of the file the log has seen. */
  readonly added: number;
  readonly known: number;
  /** The rarest, who are not tried: there are too many. */
  readonly untried: number;
  /** Askers at a facility, or for its images, that federation.yaml does not have. */
  readonly strangers: number;
  /** Askers who are not tried, by the rules of masking that hide what a policy reads. */
  readonly masked: readonly { readonly paths: readonly string[]; readonly subjects: number }[];
  /** What a policy reads and the log does not have, because the policies of then did not read it. */
  readonly unknown: readonly { readonly field: string; readonly subjects: number }[];
}

export interface LoggedOptions {
  readonly people: readonly RepresentativeSubject[];
  readonly logged: LoggedAskers;
  readonly facilities: readonly FacilityConfig[];
  /** Ids of the facilities whose images are compared. */
  readonly compared: readonly string[];
  /** What either side reads to judge images of a facility. */
  readonly reads: (facility: string) => readonly ReadPath[];
}

export interface WithLogged {
  readonly people: readonly RepresentativeSubject[];
  readonly log: LogReport;
}

/** People of the log who are tried. */
const MOST_PEOPLE = 1_000;

/** Groups and other lists of a title. */
const MOST_NAMED = 3;

const NOBODY = ANONYMOUS.subject;
const FIELDS = Object.keys(NOBODY) as (keyof Subject)[];

/** People of the file first, then those of the log, the most frequent first. */
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
    gather(found, projection, everything);
  }
  const seen = [...found.values()].sort((a, b) => usesOf(b) - usesOf(a));
  const { merged, strangers } = merge(people, seen, everything, facilities);
  return {
    people: [...merged, ...strangers.slice(0, MOST_PEOPLE)],
    log: {
      files: logged.files,
      entries: logged.entries,
      unreadable: logged.unreadable,
      dropped: logged.dropped,
      added: Math.min(strangers.length, MOST_PEOPLE),
      known: seen.length - strangers.length,
      untried: Math.max(strangers.length - MOST_PEOPLE, 0),
      strangers: tally.strangers,
      masked: [...tally.masked].map(([paths, subjects]) => ({ paths: JSON.parse(paths), subjects })),
      unknown: [...tally.unknown].map(([field, subjects]) => ({ field, subjects })),
    },
  };
}

/** One whom the policies cannot tell from others of the log. */
interface PersonInLog {
  readonly subject: Subject;
  /** Ids; null: without a place. */
  readonly places: Set<string | null>;
  /** By facility: a question is answered for all of them. */
  readonly uses: Map<string, number>;
}

type Fields = ReadonlySet<string>;

/** `subject.groups`, `request.at`: what of who asks, and of where, is read. */
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

/** Of who has not signed in there is no more to know. */
const isNobody = ({ subject }: LoggedAsker): boolean => subject.authenticated === false;

function hides(pointer: string, projection: LoggedAsker, fields: Fields): boolean {
  const hidden = hiddenBy(pointer);
  if (hidden === null || (isNobody(projection) && hidden.startsWith('subject.'))) return false;
  return hidden === 'input' || fields.has(hidden);
}

function unknownOf(projection: LoggedAsker, fields: Fields): string[] {
  const { subject, at } = projection;
  const unread = FIELDS.filter((field) => fields.has(`subject.${field}`) && subject[field] === undefined);
  return [
    ...(isNobody(projection) ? [] : unread.map((field) => `subject.${field}`)),
    ...(fields.has('request.at') && at === undefined ? ['request.at'] : []),
  ];
}

function gather(
  found: Map<string, PersonInLog>,
  { subject, at, facility, uses }: LoggedAsker,
  fields: Fields,
): void {
  const whole = completed(subject);
  const key = keyOf(whole, fields);
  const known = found.get(key) ?? { subject: whole, places: new Set(), uses: new Map() };
  found.set(key, known);
  known.places.add(at ?? null);
  count(known.uses, facility, uses);
}

/** Whoever has any fact has signed in. */
function completed(subject: Partial<Subject>): Subject {
  const given = FIELDS.filter((field) => subject[field] !== undefined);
  const facts = given.some((field) => field !== 'authenticated' && isFact(subject[field]));
  return { ...NOBODY, authenticated: facts, ...subject };
}

const isFact = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value !== null);

const keyOf = (subject: Subject, fields: Fields): string =>
  JSON.stringify(FIELDS.filter((field) => fields.has(`subject.${field}`)).map((field) => subject[field]));

/** Whom the policies cannot tell from somebody of the file is that one; the others are people of their own. */
function merge(
  people: readonly RepresentativeSubject[],
  seen: readonly PersonInLog[],
  fields: Fields,
  facilities: readonly FacilityConfig[],
): { readonly merged: RepresentativeSubject[]; readonly strangers: RepresentativeSubject[] } {
  const places = new Map(facilities.map((facility) => [facility.id, placeOf(facility)]));
  const placed = (found: PersonInLog): (Place | null)[] =>
    [...found.places].map((id) => (id === null ? null : (places.get(id) ?? null)));
  const byKey = new Map(seen.map((one) => [keyOf(one.subject, fields), one]));
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
  const more = values.length - MOST_NAMED;
  return `${values.slice(0, MOST_NAMED).join(' and ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function count(counts: Map<string, number>, key: string, more = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + more);
}
