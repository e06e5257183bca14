// Judges what an OCI registry answers for manifests: their digests and their media types.
import { isDigest } from '../../model/digest.ts';
import { bareType, IMAGE_MANIFEST_TYPES, INDEX_TYPES, isSchema1 } from '../../sources/oci/media-types.ts';
import { numbered } from '../terminal/numbered.ts';
import { type Check, fail, pass, quoted, skip, someOf, warn } from './check.ts';
import type { Exchange } from './exchanges.ts';

/**
 * The check `digests`: it fails where bytes have another digest than was asked for or stated, warns where
 * HEAD is refused or states no Docker-Content-Digest (OCI distribution specification), and is skipped where
 * no manifest was there.
 */
export function judgeDigests(exchanges: readonly Exchange[]): Check {
  const spoiled = exchanges.filter(({ matches }) => matches === false);
  if (spoiled.length > 0) {
    return fail(
      'digests',
      `what is sent has another digest in ${numbered(spoiled.length, 'answer')}: ${someOf(
        spoiled.map(({ subject, reference }) => `${subject} ${reference.slice(0, 23)}`),
      )}`,
      'Send the bytes as they were pushed: a proxy or the storage changes them.',
    );
  }
  const heads = exchanges.filter(({ method, subject }) => method === 'HEAD' && subject === 'manifest');
  if (heads.length === 0) return skip('digests', 'no manifest was asked for');
  const refused = heads.filter(({ status }) => status >= 300 && status !== 404 && status !== 410);
  if (refused.length > 0) {
    return warn(
      'digests',
      `HEAD of a manifest is answered by HTTP ${refused[0]?.status}, ${refused.length} of ${heads.length} times`,
      'Answer HEAD as GET: without it each refresh reads every manifest.',
    );
  }
  const answered = heads.filter(({ status }) => status < 300);
  if (answered.length === 0) return skip('digests', 'none of the manifests is there');
  const silent = answered.filter(({ statedDigest }) => !isDigest(statedDigest));
  if (silent.length > 0) {
    return warn(
      'digests',
      `no Docker-Content-Digest in ${silent.length} of ${answered.length} answers to HEAD`,
      'Send it, also through proxies: without it each refresh reads every manifest.',
    );
  }
  const hashed = exchanges.filter(({ matches }) => matches === true).length;
  return pass(
    'digests',
    `stated in ${numbered(answered.length, 'answer')} to HEAD, and those of the bytes in ${numbered(hashed, 'answer')}`,
  );
}

const KNOWN: ReadonlySet<string> = new Set([...INDEX_TYPES, ...IMAGE_MANIFEST_TYPES]);

/**
 * The check `media-types`: it fails for manifests of Docker's schema 1, warns of types that are none of OCI's
 * or Docker's for an image or an index, and is skipped where no manifest was answered.
 */
export function judgeMediaTypes(exchanges: readonly Exchange[]): Check {
  const types = exchanges
    .filter(({ subject, status }) => subject === 'manifest' && status < 300)
    .map(({ contentType }) => bareType(contentType));
  if (types.length === 0) return skip('media-types', 'no manifest was answered');
  const schema1 = types.filter(isSchema1).length;
  if (schema1 > 0) {
    return fail(
      'media-types',
      `${schema1} of ${types.length} manifests are of Docker’s schema 1, which is quarantined`,
      'Push these images anew with a client of today.',
    );
  }
  const others = types.filter((type) => !KNOWN.has(type));
  if (others.length > 0) {
    return warn(
      'media-types',
      `manifests are sent as ${someOf(others.map((type) => (type === '' ? 'nothing' : quoted(type))))}`,
      'Send the media type that the manifest was pushed with.',
    );
  }
  const indexes = types.filter((type) => (INDEX_TYPES as readonly string[]).includes(type)).length;
  return pass(
    'media-types',
    `image manifests in ${numbered(types.length - indexes, 'answer')}, and indexes in ${indexes}`,
  );
}
