// The people of the demo: fixed names, one for each kind of caller that the policies tell apart.

export interface DemoPerson {
  readonly name: string;
  /** Who this is, in a few words. */
  readonly title: string;
  readonly affiliations: readonly string[];
  readonly groups: readonly string[];
  /** null: nobody said. */
  readonly academic: boolean | null;
  readonly roles: readonly string[];
}

const stranger = { affiliations: [], groups: [], academic: null, roles: [] } as const;

export const DEMO_PEOPLE: readonly DemoPerson[] = Object.freeze([
  { ...stranger, name: 'visitor', title: 'signed in, and no more is known' },
  {
    ...stranger,
    name: 'esrf-em',
    title: 'ESRF, academic, in its electron microscopy group',
    affiliations: ['member@esrf.eu'],
    groups: ['urn:geant:esrf.eu:group:em'],
    academic: true,
  },
  {
    ...stranger,
    name: 'desy-staff',
    title: 'DESY, academic, in its staff group',
    affiliations: ['staff@desy.de'],
    groups: ['urn:geant:desy.de:group:staff'],
    academic: true,
  },
  { ...stranger, name: 'industry', title: 'from a company: not academic, of no facility', academic: false },
  {
    ...stranger,
    name: 'elettra-developer',
    title: 'ELETTRA, academic, one of its developers',
    affiliations: ['employee@elettra.eu'],
    groups: ['urn:geant:elettra.eu:group:developers'],
    academic: true,
  },
  {
    ...stranger,
    name: 'esrf-author',
    title: 'ESRF, academic, writes its policy',
    affiliations: ['member@esrf.eu'],
    academic: true,
    roles: ['author:esrf'],
  },
  { ...stranger, name: 'admin', title: 'runs the gateway; of no facility', roles: ['admin'] },
]);

/** The person of that name, or null. */
export function demoPerson(name: string): DemoPerson | null {
  return DEMO_PEOPLE.find((person) => person.name === name) ?? null;
}
