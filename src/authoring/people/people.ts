// The people that a policy is tried on: those of the named file, otherwise of the subjects.yaml beside the policies,
// otherwise those that panfed ships, without people of labs that this federation does not have.
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { sitesByScope } from '../../identity/caller.ts';
import { OWN_POLICIES } from '../source/owner.ts';
import {
  type RepresentativeSubject,
  readSubjects,
  type SubjectFacility,
  type WrittenSubject,
} from './subjects.ts';

/** Name of the file of people in the folder of policies. */
export const SUBJECTS = 'subjects.yaml';

const HINT = `write the people of your own labs into policies/${SUBJECTS}, or name their file with --subjects`;

export interface PeopleOptions {
  /** A file; null: not named. */
  readonly named: string | null;
  /** Folders that may have a subjects.yaml; the first one that does is used. */
  readonly folders: readonly string[];
  readonly facilities: readonly SubjectFacility[];
}

export interface People {
  readonly people: readonly RepresentativeSubject[];
  /** Names of the people in panfed's file who belong to labs that this federation does not have. */
  readonly leftOut: readonly string[];
  /** A hint about them; null: nobody is left out. */
  readonly hint: string | null;
}

/**
 * The people to try, in the file's order: of the named file, else of the one in the first of `folders` that has one,
 * else of panfed's own; `leftOut`: those of the latter whose facilities this federation does not have. Rejects with
 * CONFIG_INVALID for an invalid file; only panfed's own file may name such facilities.
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

/** People without a lab, or with one of this federation, with their places in it; and the names of the others. */
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
