// Verified claims → Caller. An issuer is believed only in what the configuration lets it assert: all else is dropped
// and counted, so that no issuer can speak for another's groups, members or people.
import type { FacilityConfig } from '../config/facility.ts';
import type { IssuerConfig } from '../config/issuer.ts';
import { canonicalGroup, inNamespace, withParents } from '../model/group.ts';
import { inert } from '../model/inert.ts';
import type { Caller, Role } from '../model/subject.ts';
import { formatAffiliation, isMembership, parseAffiliation } from './affiliation.ts';
import { claimValues, readClaim } from './claim.ts';
import { refusal } from './refusal.ts';
import type { VerifiedClaims } from './verify.ts';

/** The most values of one claim, and the most groups after parents were added; a token with more is refused. */
export const CALLER_BOUNDS = Object.freeze({ values: 256, groups: 1_024, text: 512, name: 256 });

export type AssertedClaim = 'groups' | 'affiliations' | 'assurance' | 'academic' | 'roles';

/** How many values of each claim were dropped: malformed, or not the issuer's to assert. */
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
 * Reads one issuer's claims. The arrays of its callers are sorted, without duplicates, and frozen with the caller.
 * The reader throws FederationError UNAUTHENTICATED for a token beyond {@link CALLER_BOUNDS}.
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
    const said = read('academic');
    const academic = typeof said === 'boolean' && may.has('academic') ? said : null;
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
        academic: said === undefined || said === null || academic !== null ? 0 : 1,
        roles: roles.dropped,
      },
    };
  };
}

/** The values that `accept` gives a canonical form, and how many it refused. */
function assert(claim: unknown, accept: (text: string) => string | null): Asserted {
  const given = claimValues(claim);
  if (given.length > CALLER_BOUNDS.values) throw refusal('TOO_MANY_CLAIMS');
  const accepted = given.map((value) => (typeof value === 'string' ? accept(value) : null));
  const values = accepted.filter((value) => value !== null);
  return { values: sortedSet(values), dropped: given.length - values.length };
}

/** Canonical groups with all that membership in them implies, sorted; throws as a reader does. */
export function closedUpward(groups: readonly string[]): readonly string[] {
  const closed = new Set<string>();
  for (const group of groups) {
    for (const implied of withParents(group)) closed.add(implied);
    if (closed.size > CALLER_BOUNDS.groups) throw refusal('TOO_MANY_CLAIMS');
  }
  return sortedSet(closed);
}

/** Facilities by each of their scopes. */
export function sitesByScope(
  facilities: readonly Pick<FacilityConfig, 'id' | 'scopes'>[],
): ReadonlyMap<string, string> {
  return new Map(facilities.flatMap(({ id, scopes }) => scopes.map((scope) => [scope.toLowerCase(), id])));
}

/** The facilities whose member the affiliations make their holder, sorted. */
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

/** By code units, so that equal sets are equal arrays in every locale. */
function sortedSet(values: Iterable<string>): readonly string[] {
  return Object.freeze([...new Set(values)].sort());
}

function displayName(claim: unknown): string | null {
  if (typeof claim !== 'string' || claim === '' || claim.length > CALLER_BOUNDS.name) return null;
  return inert(claim);
}
