// Follows a registry's redirects to where its bytes are kept, without its credential.
import { FederationError } from '../../model/errors.ts';
import type { BytesResponse } from '../http-client.ts';
import { upstreamText } from '../upstream-text.ts';
import type { RegistryHosts } from './registry-hosts.ts';

/** Redirects of a GET or HEAD; the method stays (RFC 9110, section 15.4). */
export const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** Redirects of one request. */
const MOST = 3;

/** Asks one address, without a credential. */
type Ask = (url: URL) => Promise<BytesResponse>;

/**
 * The answer at the end of the redirects (RFC 9110, section 15.4) that begin with `response`, the answer of
 * `from`; `response` itself where it is none. Rejects with SOURCE_REDIRECTED for the fourth redirect, one
 * without an address, and one that {@link RegistryHosts.redirect} does not follow, and as `ask` does.
 */
export async function followRedirects(
  response: BytesResponse,
  from: URL,
  hosts: RegistryHosts,
  ask: Ask,
): Promise<BytesResponse> {
  let [answer, at] = [response, from];
  for (let count = 1; REDIRECTS.includes(answer.status); count += 1) {
    const { location = '' } = answer.headers;
    if (count > MOST) throw redirected('more than three times', location);
    const target = location === '' ? null : hosts.redirect(location, at);
    if (target === null) throw redirected('to where it is not followed', location);
    answer = await ask(target);
    at = target;
  }
  return answer;
}

const redirected = (how: string, location: string): FederationError =>
  new FederationError('SOURCE_REDIRECTED', `the registry redirects ${how}`, {
    cause: upstreamText(location),
  });
