// Reads one page of a list of an OCI registry: of its repositories, or of the tags of one.
import { FederationError } from '../../model/errors.ts';
import { isObject } from '../../model/json-object.ts';

export interface NamesPage {
  /** In the order of the page. */
  readonly names: readonly string[];
  /** Entries of the page, those that are no names included. */
  readonly count: number;
}

/** Characters of a name that is kept: none that is valid has more. */
const MAX_NAME = 255;

/** The names under `member`. Distribution and others write null for an empty list. Throws SOURCE_MALFORMED. */
export function readNamesPage(page: unknown, member: string): NamesPage {
  const entries = isObject(page) && Object.hasOwn(page, member) ? (page[member] ?? []) : null;
  if (!Array.isArray(entries)) {
    throw new FederationError('SOURCE_MALFORMED', `the answer has no list of ${member}`);
  }
  const names = entries.filter(
    (entry): entry is string => typeof entry === 'string' && entry.length <= MAX_NAME,
  );
  return { names, count: entries.length };
}
