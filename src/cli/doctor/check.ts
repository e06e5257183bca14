// One check of a registry: its status, what was seen, why it matters and what to do.
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';

/** `skip`: it could not be judged. */
export type Status = 'pass' | 'warn' | 'fail' | 'skip';

/** The checks in the order of a report, and why each matters. */
export const CHECKS = Object.freeze({
  address: 'Over plain http anybody on the way can read the credential and change what an image says.',
  dns: 'The gateway finds the registry by its name, from where the gateway runs.',
  connect: 'A registry that cannot be connected to is shown as unavailable, and its images grow stale.',
  tls: 'The gateway accepts no certificate that it cannot trace to an authority that it knows.',
  certificate: 'Once the certificate has expired, the registry is unavailable.',
  api: 'Everything is asked below /v2/ of the registry’s root.',
  realm:
    'The credential goes to the host that gives tokens: the registry’s own, or one that federation.yaml names.',
  authentication: 'Without it, nothing of the registry can be read.',
  repositories: 'The gateway crawls the repositories that `crawl` names, or those that the registry lists.',
  tags: 'A list that breaks off, or goes in circles, hides images.',
  digests: 'A digest is the identity of an image: what is pulled by it must be what was judged.',
  'media-types': 'By its media type a manifest is known to be an image, an index, or something else.',
  referrers: 'Signatures, SBOMs and attestations of an image are found as its referrers.',
  signatures: 'An image that nobody signed can be pulled by people who are signed in alone.',
  'rate-limit':
    'A crawl takes a request or more for each image, and waits where the registry answers no more.',
  speed: 'A crawl asks where each tag points; a slow registry is read seldom or in parts.',
  contract: 'The gateway speaks versions 1 and 2 of registry.graphql.',
  facility: 'A registry that says that it is another lab’s is not used.',
  generation: 'While the generation is the same, the gateway sends one small request and no crawl.',
  page: 'Images come in pages; a page that leads nowhere ends the crawl.',
  catalog: 'What breaks the contract is left out, and what is not understood allows less than was meant.',
  records: 'A record that breaks the contract is quarantined: nobody finds the image.',
  labels: 'What neither registry nor label states is unknown: the image is not found by it.',
  'label-values': 'A label that cannot be read is left out; if it may be meant to restrict, it restricts.',
  names: 'An image is not found by a technique or format that the vocabulary does not know.',
  licenses: 'An image whose license or conditions are not known is for members of the lab alone.',
  sharing: 'What nobody stated to be shared is for members of the lab alone.',
});

export type CheckId = keyof typeof CHECKS;

export interface Check {
  readonly id: CheckId;
  readonly status: Status;
  /** What was seen, one sentence; may have text of the registry, which the report makes inert. */
  readonly seen: string;
  /** What to do; null: nothing. */
  readonly hint: string | null;
  /** Lines to add to a file, such as a Dockerfile. */
  readonly lines: readonly string[];
}

/** A check that passed, without a hint. */
export const pass = (id: CheckId, seen: string): Check => ({
  id,
  status: 'pass',
  seen,
  hint: null,
  lines: [],
});

/** A check that could not be judged, without a hint; `seen` says why. */
export const skip = (id: CheckId, seen: string): Check => ({ ...pass(id, seen), status: 'skip' });

/** A check that passed with a reservation, with what to do, and lines to add to a file (none by default). */
export const warn = (id: CheckId, seen: string, hint: string, lines: readonly string[] = []): Check => ({
  id,
  status: 'warn',
  seen,
  hint,
  lines,
});

/** A check that failed, with what to do, and lines to add to a file (none by default). */
export const fail = (id: CheckId, seen: string, hint: string, lines: readonly string[] = []): Check => ({
  ...warn(id, seen, hint, lines),
  status: 'fail',
});

/** The first 100 UTF-16 units of a text of the registry, inert, as a string of JSON: for a sentence. */
export const quoted = (text: string): string => JSON.stringify(inert(text.slice(0, 100).toWellFormed()));

/** At most three of them, each once, separated by semicolons, and how many more there are; empty for none. */
export function someOf(texts: readonly string[]): string {
  const unique = [...new Set(texts)];
  const rest = unique.length - 3;
  return unique.slice(0, 3).join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}

/** Why nothing more is asked, which is no fault of the check that comes next. */
const GIVEN_UP: readonly string[] = ['LIMIT_EXCEEDED', 'RATE_LIMITED'];

/**
 * The checks that the work gives. Where it fails with a FederationError, the first of `ids` fails and the
 * others are skipped; all are skipped where no more requests may be sent (LIMIT_EXCEEDED, RATE_LIMITED). What
 * the registry wrote in an error is left out: it may repeat a credential. Rejects with what is no
 * FederationError.
 */
export async function attempted(
  ids: readonly CheckId[],
  work: () => Promise<readonly Check[]> | readonly Check[],
): Promise<readonly Check[]> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FederationError)) throw error;
    const [first, ...others] = ids;
    if (first === undefined) return [];
    if (GIVEN_UP.includes(error.code)) return ids.map((id) => skip(id, error.message));
    const hint = error.hint ?? HINTS[error.code] ?? 'See what the registry’s log says of the request.';
    return [
      fail(first, `${error.message} (${error.code})`, hint),
      ...others.map((id) => skip(id, `not judged, since ${first} failed`)),
    ];
  }
}

const HINTS: Readonly<Record<string, string>> = {
  SOURCE_TIMEOUT: 'Give it more time by --timeout, or see why the registry is slow.',
  SOURCE_REDIRECTED:
    'Lead to the registry itself, or by https to public hosts; name its other hosts in `storage`.',
};
