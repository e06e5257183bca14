// What a node says is attached to its image: as an OCI registry's crawl lists it, or in the two lists of contract 2.
import { BOUNDS } from '../../model/bounds.ts';
import { DIGEST_FORM, isDigest } from '../../model/digest.ts';
import {
  ATTACHMENT_KINDS,
  type AttachmentKind,
  type AttachmentReference,
  type Attachments,
  NO_ATTACHMENTS,
} from '../../model/image.ts';
import { ATTACHMENT_LISTS } from '../../sources/contract.ts';
import { Broken, mistyped, readAmount, readList, readObject, readWord, type Unproven } from './fields.ts';

/** Documents of one list of contract 2. What is beyond is not looked at, and leaves the image in doubt. */
const MAX_DOCUMENTS = BOUNDS.attachments / 2;

/** Entries of such a list at most, beyond which the node is broken. */
const MAX_ENTRIES = 4_096;

/** Since ever: what a registry does not say now has not been known before either, and is not waited for. */
const FOR_EVER = 0;

/**
 * What is attached; nothing where the node has no such field, as that of contract 1 or of a file. A list of contract 2 that is
 * null, or has more than 64 documents, leaves the image in doubt for ever: `doubtedSince` is 0. Throws {@link Broken} for what
 * breaks the contract.
 */
export function readAttachments(node: Unproven): Attachments {
  if (node.attachments !== undefined && node.attachments !== null) return readCrawled(node.attachments);
  const names = Object.keys(ATTACHMENT_LISTS) as (keyof typeof ATTACHMENT_LISTS)[];
  if (names.every((name) => node[name] === undefined)) return NO_ATTACHMENTS;
  const listed = new Map<string, AttachmentReference>();
  let isDoubted = false;
  for (const name of names) {
    const digests = readDigests(node[name], name);
    if (digests === null || digests.length > MAX_DOCUMENTS) isDoubted = true;
    for (const digest of digests?.slice(0, MAX_DOCUMENTS) ?? []) {
      if (!listed.has(digest)) listed.set(digest, { digest, kind: ATTACHMENT_LISTS[name] });
    }
  }
  return made([...listed.values()], isDoubted ? FOR_EVER : null);
}

/** As an OCI registry’s crawl has them. */
function readCrawled(value: unknown): Attachments {
  const { listed, doubtedSince } = readObject(value, 'attachments');
  return made(
    readList(listed, 'attachments.listed', BOUNDS.attachments, readAttachment) ?? [],
    readAmount(doubtedSince, 'attachments.doubtedSince'),
  );
}

const made = (listed: readonly AttachmentReference[], doubtedSince: number | null): Attachments =>
  listed.length === 0 && doubtedSince === null ? NO_ATTACHMENTS : { listed, doubtedSince };

/** Each once; null: the registry cannot say now. */
function readDigests(value: unknown, at: string): string[] | null {
  const digests = readList(value, at, MAX_ENTRIES, (entry, where) =>
    readDigest(readObject(entry, where).digest, where),
  );
  return digests === null ? null : [...new Set(digests)];
}

function readAttachment(value: unknown, at: string): AttachmentReference {
  const { digest, kind } = readObject(value, at);
  return { digest: readDigest(digest, at), kind: readKind(kind, at) };
}

function readDigest(digest: unknown, at: string): string {
  if (typeof digest !== 'string' || !isDigest(digest)) throw mistyped(`${at}.digest`, DIGEST_FORM, digest);
  return digest;
}

function readKind(kind: unknown, at: string): AttachmentKind {
  const word = readWord(kind, `${at}.kind`, ATTACHMENT_KINDS);
  if (word === null) throw new Broken(`${at}.kind: an attachment has a kind`);
  return word;
}
