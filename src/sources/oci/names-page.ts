// Reads one page of a list of an OCI registry: of its repositories, or of the tags of one.
import { FederationError } from '../../model/errors.ts';
import { isObject } from '../../model/json-object.ts';

/** Which names are read of a page. */
export interface WantedNames {
  /** The member of the page that has the list. */
  readonly member: string;
  /** Names at most; one more is read, which shows that there are more. */
  readonly max: number;
}

export interface NamesPage {
  /** Each once, in the order of the page. */
  readonly names: readonly string[];
  /** Entries of the page, those that are no names included. */
  readonly count: number;
  /** Entries that are no texts, or longer than any name is. */
  readonly unread: number;
}

/** Characters of a name that is kept: none that is valid has more. */
const MAX_NAME = 255;

/**
 * The names of a page, each once and of at most 255 characters, `max` and one more of them at most; `count` and `unread` are
 * of all entries. Distribution and others write null for an empty list.
 * @throws FederationError SOURCE_MALFORMED where the page has no list of that name
 */
export function readNamesPage(page: unknown, { member, max }: WantedNames): NamesPage {
  const entries = isObject(page) && Object.hasOwn(page, member) ? (page[member] ?? []) : null;
  if (!Array.isArray(entries)) {
    throw new FederationError('SOURCE_MALFORMED', `the answer has no list of ${member}`);
  }
  const names = new Set<string>();
  let unread = 0;
  for (const entry of entries) {
    if (typeof entry !== 'string' || entry.length > MAX_NAME) unread += 1;
    else if (names.size <= max) names.add(entry);
  }
  return { names: [...names], count: entries.length, unread };
}
