// Judges whether a registry of contract 2 gives the signatures and attestations that it lists, as the gateway asks for them.
import type { Endpoint } from '../../network/graphql-endpoint.ts';
import { fetchDocuments } from '../../sources/fetch-documents.ts';
import { numbered } from '../terminal/numbered.ts';
import { type Check, fail, pass, skip, someOf, warn } from './check.ts';
import type { Reviewed } from './records.ts';

/** Images whose documents are asked for. */
const ASKED = 3;

/** The documents of one image. */
export interface AttachedAnswer {
  /** What the image is called in a report. */
  readonly name: string;
  /** Documents that the registry lists. */
  readonly listed: number;
  /** Those that it gave, each with the digest by which it is listed. */
  readonly given: number;
}

/**
 * What the registry gives of the documents of three images of the sample at most: the first that have any. Rejects as {@link
 * fetchDocuments} does; an answer that cannot be read gives none.
 */
export async function attachedTo(
  endpoint: Pick<Endpoint, 'read'>,
  images: readonly Reviewed[],
  signal: AbortSignal,
): Promise<readonly AttachedAnswer[]> {
  const answers: AttachedAnswer[] = [];
  const attested = images.filter(({ record }) => record.attachments.listed.length > 0);
  for (const { name, record } of attested.slice(0, ASKED)) {
    const { facility, repository, digest, upstreamId } = record;
    const attachments = record.attachments.listed.map((one) => one.digest);
    const wanted = { repository, digest: digest ?? '', upstreamId, attachments };
    const found = await fetchDocuments(endpoint, facility, wanted, signal);
    const given = [...found.values()].filter((document) => document !== null).length;
    answers.push({ name, listed: attachments.length, given });
  }
  return answers;
}

/**
 * The check `signatures` of contract 2: it fails where documents are listed and not given, warns where no image of the sample
 * has any, and is skipped for an empty sample (`hasImages` false). Nothing is verified here.
 */
export function judgeAttached(answers: readonly AttachedAnswer[], hasImages: boolean): Check {
  if (!hasImages) return skip('signatures', 'there is no image');
  if (answers.length === 0) {
    return warn(
      'signatures',
      'no image of the sample has signatures or attestations',
      'Sign images where they are built, and list the documents in `signatures` and `attestations`.',
    );
  }
  const lacking = answers.filter(({ listed, given }) => given < listed);
  if (lacking.length > 0) {
    const texts = lacking.map(({ name, listed, given }) => `${name}: ${listed - given} of ${listed}`);
    return fail(
      'signatures',
      `documents that are listed and not given: ${someOf(texts)}`,
      'Answer `imagesById` with each document whole, as it was written: its SHA-256 is the digest by which it is listed. A document may have 1 MiB.',
    );
  }
  const documents = answers.reduce((sum, { given }) => sum + given, 0);
  return pass(
    'signatures',
    `given, and not verified: ${numbered(documents, 'document')} of ${numbered(answers.length, 'image')}`,
  );
}
