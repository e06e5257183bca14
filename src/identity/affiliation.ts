// eduPersonScopedAffiliation (eduPerson 2021-11): an affiliation with the organisation that the scope names.

export interface Affiliation {
  readonly affiliation: string;
  readonly scope: string;
}

/** eduPerson's vocabulary, and whether the affiliation makes its holder a member of the scope's facility. */
const MEMBERSHIP: ReadonlyMap<string, boolean> = new Map([
  ['member', true],
  ['employee', true],
  ['staff', true],
  ['faculty', true],
  ['student', true],
  ['alum', false],
  ['affiliate', false],
  ['library-walk-in', false],
]);

const SCOPED = /^([A-Za-z-]+)@([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)$/;

/**
 * The affiliation (eduPersonScopedAffiliation) and its scope, in lower case; null for a text that is not an eduPerson
 * affiliation, `@` and a domain name of at most 253 characters.
 */
export function parseAffiliation(text: string): Affiliation | null {
  const [, affiliation, scope] = SCOPED.exec(text)?.map((part) => part.toLowerCase()) ?? [];
  if (affiliation === undefined || scope === undefined || !MEMBERSHIP.has(affiliation)) return null;
  return { affiliation, scope };
}

/**
 * The text of an affiliation (eduPersonScopedAffiliation), `<affiliation>@<scope>`, as {@link parseAffiliation} reads
 * it.
 */
export function formatAffiliation({ affiliation, scope }: Affiliation): string {
  return `${affiliation}@${scope}`;
}

/**
 * Whether the affiliation makes its holder a member of the facility, as eduPerson defines it: alum, affiliate and
 * library-walk-in do not.
 */
export function isMembership({ affiliation }: Affiliation): boolean {
  return MEMBERSHIP.get(affiliation) === true;
}
