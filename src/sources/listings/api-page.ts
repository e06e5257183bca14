// Reads one page of a list of a registry's own API: of all that it says of a repository or a tag, the name, the digest and
// whether it is signed. Runs where documents are parsed, which may be another thread.
import { BOUNDS } from '../../model/bounds.ts';
import { FederationError } from '../../model/errors.ts';
import { isObject } from '../../model/json-object.ts';
import { listOf, textOf } from './members.ts';

/** A repository, a project, or a tag with what it leads to. */
export interface ApiEntry {
  /** Empty where there is none of at most 255 characters, which is no name of anything. */
  readonly name: string;
  /** null: the list gives none of at most 255 characters. */
  readonly digest: string | null;
  readonly isSigned: boolean;
}

export interface ApiPage {
  /** In the order of the page. */
  readonly entries: readonly ApiEntry[];
  /** Items of the page, which may have several entries each, or none. */
  readonly count: number;
  /** What the body says of the next page: its address, a token, how many items there are, or whether there are more. */
  readonly next: string | number | boolean | null;
}

/** Which entries are read of a page. */
export interface WantedEntries {
  readonly list: ApiList;
  /** Entries at most; one more is read, which shows that there are more. */
  readonly max: number;
  /** What the items are called in a reason. */
  readonly called: string;
}

/** How the pages of one list are read. */
interface ListReader {
  /** null: the body is no page. */
  readonly items: (body: unknown) => readonly unknown[] | null;
  readonly entries: (item: unknown) => readonly ApiEntry[];
  /** Left out: the headers say where the next page is. */
  readonly next?: (body: unknown) => unknown;
}

/** Characters of the address or the token of a next page. */
const MAX_NEXT = 2_048;

const named = (member: string) => (item: unknown) => [entryOf(textOf(item, member), '')];
const wholeBody = (body: unknown) => (Array.isArray(body) ? body : null);

const LISTS = {
  dockerHubRepositories: {
    items: (body) => listOf(body, 'results'),
    entries: named('name'),
    next: (body) => textOf(body, 'next'),
  },
  dockerHubTags: {
    items: (body) => listOf(body, 'results'),
    entries: (item) => [entryOf(textOf(item, 'name'), textOf(item, 'digest') || onlyImage(item))],
    next: (body) => textOf(body, 'next'),
  },
  ghcrPackages: { items: wholeBody, entries: named('name') },
  gitlabRepositories: { items: wholeBody, entries: named('path') },
  harborNames: { items: wholeBody, entries: named('name') },
  harborArtifacts: {
    items: wholeBody,
    entries: (item) =>
      (listOf(item, 'tags') ?? []).map((tag) =>
        entryOf(textOf(tag, 'name'), textOf(item, 'digest'), hasSignature(item)),
      ),
  },
  quayRepositories: {
    items: (body) => listOf(body, 'repositories'),
    entries: named('name'),
    next: (body) => textOf(body, 'next_page'),
  },
  quayTags: {
    items: (body) => listOf(body, 'tags'),
    entries: (item) => [entryOf(textOf(item, 'name'), textOf(item, 'manifest_digest'))],
    next: (body) => isObject(body) && body.has_additional === true,
  },
  zotImages: {
    items: (body) => listOf(imageList(body), 'Results'),
    entries: (item) => [
      entryOf(textOf(item, 'Tag'), textOf(item, 'Digest'), isObject(item) && item.IsSigned === true),
    ],
    next(body) {
      const list = imageList(body);
      const page = isObject(list) ? list.Page : null;
      return isObject(page) ? page.TotalCount : null;
    },
  },
} as const satisfies Readonly<Record<string, ListReader>>;

/** The lists that are read. */
export type ApiList = keyof typeof LISTS;

/**
 * The entries of a page, at most `max` and one more, which shows that there are more; `next` is null where
 * the body does not lead on, else a number or a boolean as it is, or a text of at most 2,048 characters.
 * @throws FederationError SOURCE_MALFORMED where there is no list, or what leads to the next page is too long
 */
export function readApiPage(body: unknown, { list, max, called }: WantedEntries): ApiPage {
  const reader: ListReader = LISTS[list];
  const items = reader.items(body);
  if (items === null) throw malformed(`the answer has no list of ${called}`);
  const entries: ApiEntry[] = [];
  for (const item of items) {
    if (entries.length > max) break;
    for (const entry of reader.entries(item)) if (entries.length <= max) entries.push(entry);
  }
  return { entries, count: items.length, next: scalarOf(reader.next?.(body)) };
}

function entryOf(name: string, digest: string, isSigned = false): ApiEntry {
  return {
    name: name.length <= BOUNDS.repository ? name : '',
    digest: digest === '' || digest.length > BOUNDS.repository ? null : digest,
    isSigned,
  };
}

/** The digest of a tag's only image, where the tag was pushed before Docker Hub kept one of its own. */
function onlyImage(item: unknown): string {
  const [only, ...others] = (listOf(item, 'images') ?? []).slice(0, 2);
  return others.length === 0 ? textOf(only, 'digest') : '';
}

/** `signature.cosign` and `signature.notation`. */
const hasSignature = (artifact: unknown): boolean =>
  (listOf(artifact, 'accessories') ?? []).some((each) => textOf(each, 'type').startsWith('signature.'));

const imageList = (body: unknown): unknown =>
  isObject(body) && isObject(body.data) ? body.data.ImageList : null;

function scalarOf(value: unknown): string | number | boolean | null {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'string') return null;
  if (value.length > MAX_NEXT) throw malformed('what leads to the next page is too long');
  return value;
}

const malformed = (message: string): FederationError => new FederationError('SOURCE_MALFORMED', message);
