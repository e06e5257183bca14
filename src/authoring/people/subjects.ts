// policies/subjects.yaml: the people that a change of policy is tried on, read as an issuer's claims are: sites follow
// from affiliations, and groups are closed upward, so that nobody is tried who could not sign in.

import { z } from 'zod';
import { readBounded, TOO_LARGE } from '../../config/bounded-file.ts';
import { MAX_DOCUMENT_BYTES, readDocument } from '../../config/document.ts';
import { pathText } from '../../config/explain.ts';
import type { FacilityConfig } from '../../config/facility.ts';
import { configInvalid, type Problem } from '../../config/problem.ts';
import { groupSchema, secureUrlSchema } from '../../config/text.ts';
import { formatAffiliation, parseAffiliation } from '../../identity/affiliation.ts';
import { closedUpward, sitesByScope, sitesOf } from '../../identity/caller.ts';
import { DEMO_ISSUER } from '../../identity/demo-credential.ts';
import { FederationError } from '../../model/errors.ts';
import { didYouMean } from '../../model/nearest.ts';
import { limitText } from '../../model/size.ts';
import { ANONYMOUS, type Place, type Subject } from '../../model/subject.ts';
import { placeOf } from '../../policy/decisions/place.ts';
import { shownPath } from '../source/syntax.ts';

/** A person as policies see them, and their places. */
export interface RepresentativeSubject {
  readonly name: string;
  /** A short description of the person. */
  readonly title: string;
  readonly subject: Subject;
  /** null: without a place; always the first one for people of a file. */
  readonly places: readonly (Place | null)[];
  /** The facilities whose images they requested; undefined: all. */
  readonly facilities?: readonly string[];
  /** The number of their uses in the decision log; undefined: no log was read. */
  readonly uses?: number;
}

const affiliationSchema = z
  .string()
  .refine((text) => parseAffiliation(text) !== null, {
    error: 'expected an eduPersonScopedAffiliation such as member@esrf.eu',
  })
  .transform((text) => {
    const parsed = parseAffiliation(text);
    return parsed === null ? text : formatAffiliation(parsed);
  });

const facts = {
  issuer: secureUrlSchema.optional(),
  groups: z.array(groupSchema).max(64).optional(),
  affiliations: z.array(affiliationSchema).max(64).optional(),
  assurance: z
    .array(z.string().regex(/^[\x21-\x7e]{1,512}$/, 'expected the URI of an assurance profile'))
    .max(64)
    .optional(),
  academic: z.boolean().nullable().optional(),
};

const personSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'expected lowercase letters, digits and hyphens'),
  title: z.string().min(1).max(256),
  authenticated: z.boolean().default(true),
  ...facts,
  at: z.array(z.string()).max(64).default([]),
});

const documentSchema = z.strictObject({ subjects: z.array(personSchema).min(1).max(1_000) });

type Report = (at: readonly PropertyKey[], message: string, hint?: string, part?: 'key') => void;

/** A person as written in the file. */
export type WrittenSubject = z.infer<typeof personSchema>;

/** The part of a facility that defines its members and its place. */
export type SubjectFacility = Pick<FacilityConfig, 'id' | 'scopes' | 'allowsUnverified' | 'licenseServers'>;

/**
 * The people of a file of at most 1 MiB, 1,000 of them at most, in its order, as members of these facilities.
 * Rejects with CONFIG_INVALID where it cannot be read or is not valid: its `at` is
 * `policies/subjects.yaml:12:3`, and `extensions.problems` has the first 50 problems. `chosen` gives those of
 * the file that are to be read: all, as they are, unless said.
 */
export async function readSubjects(
  path: string,
  facilities: readonly SubjectFacility[],
  chosen: (written: readonly WrittenSubject[]) => readonly WrittenSubject[] = (written) => written,
): Promise<RepresentativeSubject[]> {
  const file = shownPath(path);
  const document = readDocument(await readText(path, file), {});
  if (document.problems.length > 0) throw configInvalid(file, document.problems);
  const parsed = documentSchema.safeParse(document.value);
  const problems: Problem[] = [];
  const report: Report = (at, message, hint, part) =>
    problems.push({ position: document.place(at, part), message, hint });
  if (!parsed.success) {
    for (const issue of parsed.error.issues) explain(issue, document.value, report);
    throw configInvalid(file, problems);
  }
  const people = chosen(parsed.data.subjects);
  checkPeople(people, facilities, report);
  if (problems.length > 0) throw configInvalid(file, problems);
  const siteOf = sitesByScope(facilities);
  return people.map((person) => ({
    name: person.name,
    title: person.title,
    subject: subjectOf(person, siteOf),
    places: [null, ...person.at.map((id) => placeNamed(id, facilities))],
  }));
}

function subjectOf(person: WrittenSubject, siteOf: ReadonlyMap<string, string>): Subject {
  if (!person.authenticated) return ANONYMOUS.subject;
  const affiliations = [...new Set(person.affiliations)].sort();
  return Object.freeze({
    authenticated: true,
    issuer: person.issuer ?? DEMO_ISSUER,
    groups: closedUpward(person.groups ?? []),
    affiliations,
    sites: sitesOf(affiliations, siteOf),
    assurance: [...new Set(person.assurance)].sort(),
    academic: person.academic ?? null,
  });
}

function placeNamed(id: string, facilities: readonly SubjectFacility[]): Place {
  const facility = facilities.find((one) => one.id === id);
  if (facility === undefined) throw new TypeError(`no facility ${id} in the configuration`);
  return placeOf(facility);
}

/** Checks beyond the schema: names that occur twice, facts of people who have not signed in, unknown places. */
function checkPeople(
  people: readonly WrittenSubject[],
  facilities: readonly SubjectFacility[],
  report: Report,
): void {
  const ids = facilities.map(({ id }) => id);
  const names = new Set<string>();
  for (const [index, person] of people.entries()) {
    const path = ['subjects', index];
    if (names.has(person.name)) report([...path, 'name'], `there is another ${person.name}`);
    names.add(person.name);
    for (const key of person.authenticated ? [] : Object.keys(facts)) {
      if (Object.hasOwn(person, key)) {
        report([...path, key], `a person who has not signed in has no ${key}`, 'leave out one of the two');
      }
    }
    for (const [position, id] of person.at.entries()) {
      if (ids.includes(id)) continue;
      report([...path, 'at', position], `federation.yaml has no facility ${id}`, didYouMean(id, ids));
    }
  }
}

function explain(issue: z.core.$ZodIssue, value: unknown, report: Report): void {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(path.length === 0 ? documentSchema.shape : personSchema.shape);
    for (const key of issue.keys) {
      const hint = didYouMean(key, known) ?? `Known keys: ${known.join(', ')}.`;
      report([...path, key], `there is no key ${key.slice(0, 64)} in ${pathText(path)}`, hint, 'key');
    }
    return;
  }
  const given = path.reduce<unknown>(
    (inside, step) => (typeof inside === 'object' && inside !== null ? Reflect.get(inside, step) : undefined),
    value,
  );
  report(
    path,
    given === undefined ? `${pathText(path)} is missing` : `${pathText(path)}: ${lowerFirst(issue.message)}`,
  );
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

async function readText(path: string, file: string): Promise<string> {
  const bytes = await readBounded(path, MAX_DOCUMENT_BYTES).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === TOO_LARGE) {
      throw new FederationError('CONFIG_INVALID', `the file has more than ${limitText(MAX_DOCUMENT_BYTES)}`, {
        at: file,
      });
    }
    throw new FederationError('CONFIG_INVALID', 'the file of the subjects cannot be read', {
      at: file,
      hint: 'name it with --subjects; policies/subjects.yaml is an example',
      cause,
    });
  });
  return bytes.toString('utf8');
}
