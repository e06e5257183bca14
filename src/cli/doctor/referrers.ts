// Judges whether what refers to an image, such as its signature, can be found: by the referrers API, or by tags.
// https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
import { FederationError } from '../../model/errors.ts';
import { isObject } from '../../model/json-object.ts';
import { parseJson } from '../../network/body.ts';
import { bareType, INDEX_TYPES } from '../../sources/oci/media-types.ts';
import type { CrawledRegistry } from '../../sources/oci/registry.ts';
import { type Check, pass, quoted, skip, someOf, warn } from './check.ts';
import type { Sampled } from './sample.ts';

/** Images whose referrers are asked for. */
const ASKED = 2;

/** Bytes of a list of referrers. */
const MAX_BYTES = 4_194_304;

/** What the registry answered for one image. */
export interface ReferrersAnswer {
  readonly status: number;
  /** artifactType of each; null: it is no index. */
  readonly types: readonly string[] | null;
}

/**
 * What the referrers API answers (OCI distribution specification 1.1) for two images of the sample at most,
 * as lists of 4 MiB and 1,000 types at most; images without a digest are left out. Rejects as `registry.ask`
 * does; an answer of another status, or without an index, has types null.
 */
export async function referrersOf(
  registry: Pick<CrawledRegistry, 'ask'>,
  images: readonly Sampled[],
): Promise<readonly ReferrersAnswer[]> {
  const answers: ReferrersAnswer[] = [];
  for (const { repository, digest } of images.filter((image) => image.digest !== null).slice(0, ASKED)) {
    const { status, bytes, headers } = await registry.ask({
      path: `/v2/${repository}/referrers/${digest}`,
      scope: { repository },
      accept: [INDEX_TYPES[0]],
      maxBytes: MAX_BYTES,
    });
    answers.push({ status, types: status < 300 ? typesIn(bytes, headers['content-type'] ?? '') : null });
  }
  return answers;
}

/** A false 200 is common: an index is required. */
function typesIn(bytes: Buffer, contentType: string): readonly string[] | null {
  try {
    const index = parseJson(bytes);
    const isIndex =
      bareType(contentType) === INDEX_TYPES[0] && isObject(index) && Array.isArray(index.manifests);
    if (!isIndex) return null;
    return (index.manifests as readonly unknown[])
      .slice(0, 1_000)
      .map((entry) => (isObject(entry) && typeof entry.artifactType === 'string' ? entry.artifactType : ''));
  } catch (error) {
    if (error instanceof FederationError) return null;
    throw error;
  }
}

/**
 * The check `referrers` (OCI distribution specification 1.1): it warns where the API is not there, or answers
 * without an index, and is skipped where nothing was asked. `fallbackTags`: the number of tags of the sample
 * that lead to referrers.
 */
export function judgeReferrers(answers: readonly ReferrersAnswer[], fallbackTags: number): Check {
  if (answers.length === 0) return skip('referrers', 'there is no image');
  if (answers.every(({ types }) => types !== null))
    return pass('referrers', 'the referrers API answers an index');
  const wrong = answers.find(({ status, types }) => status < 300 && types === null);
  const tags =
    fallbackTags === 0
      ? 'no tag leads to any'
      : `${fallbackTags} ${fallbackTags === 1 ? 'tag leads' : 'tags lead'} to them`;
  const seen =
    wrong === undefined
      ? `the referrers API is not there (HTTP ${answers.find(({ types }) => types === null)?.status})`
      : `the referrers API answers HTTP ${wrong.status} without an index`;
  return warn(
    'referrers',
    `${seen}; ${tags}`,
    'Use a registry that speaks OCI distribution 1.1, or let clients push the fallback tags.',
  );
}

/** What is claimed: who signed is not verified here. */
export interface Claims {
  readonly referrers: readonly ReferrersAnswer[];
  readonly fallbackTags: number;
  /** Images of the sample that a label or buildx says to be signed or attested. */
  readonly claimed: number;
}

/**
 * The check `signatures`: it warns where nothing refers to the images of the sample, such as a signature; it
 * is skipped where nothing was asked. Nothing is verified here.
 */
export function judgeSignatures({ referrers, fallbackTags, claimed }: Claims): Check {
  if (referrers.length === 0) return skip('signatures', 'there is no image');
  const types = referrers.flatMap((answer) => answer.types ?? []);
  const found = [
    ...(types.length > 0 ? [`referrers of type ${someOf(types.map(quoted))}`] : []),
    ...(fallbackTags > 0 ? [`${fallbackTags} tags of referrers`] : []),
    ...(claimed > 0 ? [`claims of ${claimed} images`] : []),
  ];
  if (found.length > 0) return pass('signatures', `claimed, and not verified: ${found.join(', ')}`);
  return warn('signatures', 'none was seen in the sample', 'Sign images where they are built, as by cosign.');
}
