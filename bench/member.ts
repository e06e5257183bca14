// The callers of the benchmark: any number of different people.
import type { Caller } from '../src/model/subject.ts';

/** A member of the ESRF, academic, with one group of their own. */
export function member(group: string): Caller {
  return {
    principal: group,
    name: null,
    roles: [],
    expires: null,
    subject: {
      authenticated: true,
      issuer: 'https://issuer.example',
      groups: [`urn:geant:esrf.eu:group:${group}`],
      affiliations: ['member@esrf.eu'],
      sites: ['esrf'],
      assurance: [],
      academic: true,
    },
  };
}
