// Verified claims → Caller. An issuer is trusted only with what the configuration lets it assert: everything else is
// dropped and counted, so that no issuer can assert another issuer's groups, members or people.
import type { FacilityConfig } from '../config/facility.ts';
import type { IssuerConfig } from '../config/issuer.ts';
import { canonicalGroup, inNamespace, withParents } from '../model/group.ts';
import { inert } from '../model/inert.ts';
import type { Caller, Role } from '../model/subject.ts';
import { formatAffiliation, isMembership, parseAffiliation } from './affiliation.ts';
import { claimValues, readClaim } from './claim.ts';
import { refusal } from './refusal.ts';
import type { VerifiedClaims } from './verify.ts';

/**
 * At most this many values of one claim and groups with their parents (a token with more is refused), and characters of
 * one assurance value and of a name (longer ones are dropped).
 */
export const CALLER_BOUNDS = Object.freeze({ values: 256, groups: 1_024, text: 512, name: 256 });

export type AssertedClaim = 'groups' | 'affiliations' | 'assurance' | 'academic' | 'roles';

/** How many values of each claim were dropped, because they are malformed or the issuer may not assert them. */
export type Dropped = Readonly<Record<AssertedClaim, number>>;

export interface ReadCaller {
  readonly caller: Caller;
  readonly dropped: Dropped;
}

export type CallerReader = (claims: VerifiedClaims) => ReadCaller;

interface Asserted {
  readonly values: readonly string[];
  readonly dropped: number;
}

const PRINTABLE = /^[\x21-\x7e]+$/;

/**
 * A reader of one issuer's claims. Each caller is frozen; its arrays are sorted and have no duplicates.
 * Groups follow AARC-G069, affiliations eduPerson; values that are malformed, or that the issuer may not
 * assert, are dropped and counted. The reader throws FederationError UNAUTHENTICATED for a token beyond
 * {@link CALLER_BOUNDS}: 256 values of a claim, 1,024 groups with their parents; assurances of more than 512
 * characters and a name of more than 256 are dropped.
 */
export function createCallerReader(
  issuer: IssuerConfig,
  facilities: readonly Pick<FacilityConfig, 'id' | 'scopes'>[],
): CallerReader {
  const may = new Set(issuer.mayAssert);
  const scopes = new Set(issuer.scopes.map((scope) => scope.toLowerCase()));
  const siteOf = sitesByScope(facilities);

  const group = (text: string): string | null => {
    const canonical = canonicalGroup(text);
    if (canonical === null) return null;
    return issuer.namespaces.some((namespace) => inNamespace(canonical, namespace)) ? canonical : null;
  };
  const affiliation = (text: string): string | null => {
    const parsed = parseAffiliation(text);
    return parsed !== null && scopes.has(parsed.scope) ? formatAffiliation(parsed) : null;
  };
  const assurance = (text: string): string | null =>
    text.length <= CALLER_BOUNDS.text && PRINTABLE.test(text) ? text : null;
  const role = (text: string): Role | null => (text !== 'academic' && may.has(text) ? text : null);

  return (claims) => {
    const read = (claim: AssertedClaim) => readClaim(claims, issuer.claims[claim]);
    const groups = assert(read('groups'), group);
    const affiliations = assert(read('affiliations'), affiliation);
    const assurances = assert(read('assurance'), assurance);
    const roles = assert(read('roles'), role);
    const stated = read('academic');
    const academic = typeof stated === 'boolean' && may.has('academic') ? stated : null;
    return {
      caller: Object.freeze({
        principal: JSON.stringify([issuer.url, claims.sub]),
        subject: Object.freeze({
          authenticated: true,
          issuer: issuer.url,
          groups: closedUpward(groups.values),
          affiliations: affiliations.values,
          sites: sitesOf(affiliations.values, siteOf),
          assurance: assurances.values,
          academic,
        }),
        name: displayName(readClaim(claims, issuer.claims.name)),
        roles: roles.values,
        expires: claims.exp,
      }),
      dropped: {
        groups: groups.dropped,
        affiliations: affiliations.dropped,
        assurance: assurances.dropped,
        academic: stated === undefined || stated === null || academic !== null ? 0 : 1,
        roles: roles.dropped,
      },
    };
  };
}

/** The canonical form of each value that `accept` takes, and how many it refused. */
function assert(claim: unknown, accept: (text: string) => string | null): Asserted {
  const given = claimValues(claim);
  if (given.length > CALLER_BOUNDS.values) throw refusal('TOO_MANY_CLAIMS');
  const accepted = given.map((value) => (typeof value === 'string' ? accept(value) : null));
  const values = accepted.filter((value) => value !== null);
  return { values: sortedSet(values), dropped: given.length - values.length };
}

/**
 * Canonical groups together with their parents, in which membership is implied (AARC-G069); sorted, each once, frozen.
 * Texts that are no groups are left out. Throws UNAUTHENTICATED for more than 1,024.
 */
export function closedUpward(groups: readonly string[]): readonly string[] {
  const closed = new Set<string>();
  for (const group of groups) {
    for (const implied of withParents(group)) closed.add(implied);
    if (closed.size > CALLER_BOUNDS.groups) throw refusal('TOO_MANY_CLAIMS');
  }
  return sortedSet(closed);
}

/** The id of the facility of each scope; scopes are in lower case. The last of the facilities with one scope has it. */
export function sitesByScope(
  facilities: readonly Pick<FacilityConfig, 'id' | 'scopes'>[],
): ReadonlyMap<string, string> {
  return new Map(facilities.flatMap(({ id, scopes }) => scopes.map((scope) => [scope.toLowerCase(), id])));
}

/**
 * The ids of the facilities that a person with these affiliations (eduPersonScopedAffiliation) is a member of, sorted,
 * each once, and frozen. `siteOf`: as {@link sitesByScope} gives it. Texts that are no affiliations count for nothing.
 */
export function sitesOf(
  affiliations: readonly string[],
  siteOf: ReadonlyMap<string, string>,
): readonly string[] {
  const sites: string[] = [];
  for (const text of affiliations) {
    const parsed = parseAffiliation(text);
    const site = parsed !== null && isMembership(parsed) ? siteOf.get(parsed.scope) : undefined;
    if (site !== undefined) sites.push(site);
  }
  return sortedSet(sites);
}

/** Sorts by code units, so that equal sets are equal arrays in every locale. */
function sortedSet(values: Iterable<string>): readonly string[] {
  return Object.freeze([...new Set(values)].sort());
}

function displayName(claim: unknown): string | null {
  if (typeof claim !== 'string' || claim === '' || claim.length > CALLER_BOUNDS.name) return null;
  return inert(claim);
}
