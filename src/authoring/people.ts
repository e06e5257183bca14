// Whom a policy is tried on: the people of the file that was named, else of the subjects.yaml beside the policies, else
// those that panfed ships, as far as this federation can have them.
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { sitesByScope } from '../identity/caller.ts';
import { OWN_POLICIES } from './owner.ts';
import {
  type RepresentativeSubject,
  readSubjects,
  type SubjectFacility,
  type WrittenSubject,
} from './subjects.ts';

export const SUBJECTS = 'subjects.yaml';

const HINT = `write the people of your own labs into policies/${SUBJECTS}, or name their file with --subjects`;

export interface PeopleOptions {
  /** A file; null: none was named. */
  readonly named: string | null;
  /** Folders that may have a subjects.yaml; the first that has one is taken. */
  readonly folders: readonly string[];
  readonly facilities: readonly SubjectFacility[];
}

export interface People {
  readonly people: readonly RepresentativeSubject[];
  /** Names of those of panfed's people who belong to labs that this federation does not have. */
  readonly leftOut: readonly string[];
  /** What to do about them; null: nobody is left out. */
  readonly hint: string | null;
}

/**
 * Rejects with CONFIG_INVALID for a file that is not as it has to be; only a file that was written for this federation is
 * held to its facilities.
 */
export async function readPeople({ named, folders, facilities }: PeopleOptions): Promise<People> {
  const shipped = join(OWN_POLICIES, SUBJECTS);
  const beside = folders.map((folder) => join(folder, SUBJECTS)).find((path) => existsSync(path)) ?? shipped;
  if (named !== null || realpathSync(beside) !== realpathSync(shipped)) {
    return { people: await readSubjects(named ?? beside, facilities), leftOut: [], hint: null };
  }
  const leftOut: string[] = [];
  const people = await readSubjects(shipped, facilities, (written) => {
    const { own, others } = ofFederation(written, facilities);
    leftOut.push(...others);
    return own;
  });
  return { people, leftOut, hint: leftOut.length === 0 ? null : HINT };
}

/** Those who belong to no lab, or to one that is there, with the places that are there. */
function ofFederation(written: readonly WrittenSubject[], facilities: readonly SubjectFacility[]) {
  const ids = new Set(facilities.map(({ id }) => id));
  const scopes = sitesByScope(facilities);
  const isOwn = ({ affiliations = [] }: WrittenSubject) =>
    affiliations.every((each) => scopes.has(each.slice(each.indexOf('@') + 1)));
  return {
    own: written.filter(isOwn).map((person) => ({ ...person, at: person.at.filter((id) => ids.has(id)) })),
    others: written.filter((person) => !isOwn(person)).map(({ name }) => name),
  };
}
