// Subjects and places for tests: those of the demo's kind, and arbitraries over what policies can tell apart.
import fc from 'fast-check';
import { ANONYMOUS, type Place, type Subject } from '../../src/model/subject.ts';
import { FACILITIES, GROUPS } from './records.ts';

/** A signed-in person of no facility and no group; nobody said whether they are academic. */
export function subject(overrides: Partial<Subject> = {}): Subject {
  return { ...ANONYMOUS.subject, authenticated: true, issuer: 'https://issuer.example', ...overrides };
}

/** A place that allows nothing of its own. */
export function place(overrides: Partial<Place> = {}): Place {
  return { facility: 'esrf', allowsUnverified: false, licenseServers: [], ...overrides };
}

/** Anonymous, or a person with any of the groups, sites and standing that records and policies know. */
export function arbitrarySubject(): fc.Arbitrary<Subject> {
  const signedIn = fc
    .record({
      issuer: fc.constantFrom('https://issuer.example', 'https://other.example'),
      groups: fc.subarray([...GROUPS]),
      sites: fc.subarray([...FACILITIES], { maxLength: 2 }),
      assurance: fc.subarray(['https://refeds.org/assurance', 'https://refeds.org/profile/mfa']),
      academic: fc.constantFrom(true, false, null),
    })
    .map((some) => ({
      ...some,
      authenticated: true,
      affiliations: some.sites.map((site) => `member@${site}.example`),
    }));
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant(ANONYMOUS.subject) },
    { weight: 7, arbitrary: signedIn },
  );
}

/** No place, or any that a record's conditions may name. */
export function arbitraryPlace(): fc.Arbitrary<Place | null> {
  return fc.option(
    fc.record({
      facility: fc.constantFrom(...FACILITIES),
      allowsUnverified: fc.boolean(),
      licenseServers: fc.subarray(['license.hzb.example', 'license.psi.example']),
    }),
  );
}
