// The caller: what policies see of a person (Subject), and what the gateway knows beyond that (Caller).

/** What policies see of a person. Groups are canonical AARC-G069 URNs, closed upward: parents, and without role. */
export interface Subject {
  readonly authenticated: boolean;
  readonly issuer: string | null;
  readonly groups: readonly string[];
  /** eduPersonScopedAffiliation values: `member@esrf.eu`. */
  readonly affiliations: readonly string[];
  /** Ids of the facilities that the caller is a member of. */
  readonly sites: readonly string[];
  /** REFEDS or IGTF assurance profiles. */
  readonly assurance: readonly string[];
  /** null: unknown, since nobody stated it. */
  readonly academic: boolean | null;
}

/** `admin`, or `author:<facility>`. No role bypasses policy. */
export type Role = string;

export interface Caller {
  /** `anonymous`, or issuer and `sub` as JSON: cursors are bound to it. */
  readonly principal: string;
  readonly subject: Subject;
  readonly name: string | null;
  readonly roles: readonly Role[];
  /** Seconds since the epoch at which the token ends; null for the anonymous caller. */
  readonly expires: number | null;
}

/** Whether it is the federation's admin, who may see counts and failures of all registries. */
export function isAdmin({ roles }: Pick<Caller, 'roles'>): boolean {
  return roles.includes('admin');
}

/** Whether the caller writes the policy of this facility, given by its id: has the role `author:<facility>`. */
export function isAuthorOf({ roles }: Pick<Caller, 'roles'>, facility: string): boolean {
  return roles.includes(`author:${facility}`);
}

/** Facts of federation.yaml about the place that the caller named with `at`: their unproven word. */
export interface Place {
  readonly facility: string;
  readonly allowsUnverified: boolean;
  readonly licenseServers: readonly string[];
}

/** The caller without a token. */
export const ANONYMOUS: Caller = Object.freeze({
  principal: 'anonymous',
  subject: Object.freeze({
    authenticated: false,
    issuer: null,
    groups: [],
    affiliations: [],
    sites: [],
    assurance: [],
    academic: null,
  }),
  name: null,
  roles: [],
  expires: null,
});
