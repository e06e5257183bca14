// The people of the demo: fixed names, one for each kind of caller that the policies distinguish.

export interface DemoPerson {
  readonly name: string;
  /** A short description, shown by `panfed token --list`. */
  readonly title: string;
  readonly affiliations: readonly string[];
  readonly groups: readonly string[];
  /** null: not stated. */
  readonly academic: boolean | null;
  readonly roles: readonly string[];
}

const nobody = { affiliations: [], groups: [], academic: null, roles: [] } as const;

/** All people of the demo, in the order in which they are listed. */
export const DEMO_PEOPLE: readonly DemoPerson[] = Object.freeze([
  { ...nobody, name: 'visitor', title: 'signed in, and no more is known' },
  {
    ...nobody,
    name: 'esrf-em',
    title: 'ESRF, academic, in its electron microscopy group',
    affiliations: ['member@esrf.eu'],
    groups: ['urn:geant:esrf.eu:group:em'],
    academic: true,
  },
  {
    ...nobody,
    name: 'desy-staff',
    title: 'DESY, academic, in its staff group',
    affiliations: ['staff@desy.de'],
    groups: ['urn:geant:desy.de:group:staff'],
    academic: true,
  },
  { ...nobody, name: 'industry', title: 'from a company: not academic, of no facility', academic: false },
  {
    ...nobody,
    name: 'elettra-developer',
    title: 'ELETTRA, academic, one of its developers',
    affiliations: ['employee@elettra.eu'],
    groups: ['urn:geant:elettra.eu:group:developers'],
    academic: true,
  },
  {
    ...nobody,
    name: 'esrf-author',
    title: 'ESRF, academic, writes its policy',
    affiliations: ['member@esrf.eu'],
    academic: true,
    roles: ['author:esrf'],
  },
  { ...nobody, name: 'admin', title: 'runs the gateway; of no facility', roles: ['admin'] },
]);

/** The person of {@link DEMO_PEOPLE} with exactly this name; null where there is none. */
export function demoPerson(name: string): DemoPerson | null {
  return DEMO_PEOPLE.find((person) => person.name === name) ?? null;
}
