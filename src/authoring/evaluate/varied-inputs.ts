// Makes inputs that differ in the fields that policies usually read: people and images with no known facts and with
// many, and each of these with every other value of each field with few values. They are complete, as the gateway's
// are.
import { described } from '../../catalog/ingest/described.ts';
import { mapped } from '../../catalog/ingest/mapped.ts';
import type { StatedDescription } from '../../catalog/ingest/upstream-image.ts';
import { DESCRIPTIVE_FIELDS } from '../../model/image-fields.ts';
import type { recordInput, requestInput, subjectInput } from '../../policy/decisions/input.ts';
import type { PolicyOwner } from '../source/owner.ts';

type Input = { readonly [key: string]: unknown };

type RecordInput = ReturnType<typeof recordInput>;
type SubjectInput = ReturnType<typeof subjectInput>;
type RequestInput = ReturnType<typeof requestInput>;

const SILENT = Object.fromEntries(
  Object.keys(DESCRIPTIVE_FIELDS).map((field) => [field, null]),
) as unknown as StatedDescription;

/** What describes an image of which nobody says anything. */
const NOTHING_SAID = {
  ...described(SILENT),
  ...mapped(SILENT, '', { framework: () => null, techniqueAt: () => null, format: () => null }),
};

const GROUP = 'urn:geant:example.org:group:a';

function record(facility: string, open: boolean): RecordInput {
  const { frameworks, ...plain } = NOTHING_SAID;
  return {
    ...{ facility, registry: 'main', repository: 'a/b', ...plain, labels: {} },
    frameworks: open ? [{ name: 'RELION', version: '5.0.0', raw: 'relion' }] : frameworks,
    license: open
      ? { state: 'normalized', expression: 'MIT', raw: 'MIT', conditions: [], conditionsKnown: true }
      : { state: 'unknown', expression: null, raw: null, conditions: [], conditionsKnown: false },
    sharing: open ? 'open' : 'unknown',
    stated: { sharing: open ? 'open' : 'unknown' },
    listed: open,
    suppliedBy: open ? 'staff' : 'unknown',
    groups: open ? [GROUP] : [],
    trust: { state: open ? 'verified' : 'unknown', signers: open ? ['Release'] : [] },
    provenance: open
      ? { verified: true, builder: 'https://builder.example.org', source: 'https://git.example.org/a/b' }
      : { verified: false, builder: null, source: null },
  };
}

function subject(facility: string, known: boolean): SubjectInput {
  return {
    ...{ authenticated: known, issuer: known ? 'https://aai.example.org' : null, assurance: [] },
    groups: known ? [GROUP] : [],
    affiliations: known ? ['member@example.org'] : [],
    sites: known ? [facility] : [],
    academic: known ? true : null,
  };
}

function request(facility: string, there: boolean): RequestInput {
  const time = { start: '2026-01-01T00:00:00Z', weekday: 'thursday', hour: 0 } as const;
  return { at: there ? { facility, allowsUnverified: true, licenseServers: [] } : null, time };
}

/** Fields with few values, by path. */
const CHOICES: readonly (readonly [path: string, values: readonly unknown[]])[] = [
  ['record.sharing', ['open', 'conditional', 'none', 'unknown']],
  ['record.stated.sharing', ['open', 'conditional', 'none', 'unknown']],
  ['record.listed', [true, false]],
  ['record.suppliedBy', ['staff', 'user', 'unknown']],
  ['record.groups', [[], [GROUP]]],
  ['record.trust.state', ['unknown', 'unsigned', 'claimed', 'verified', 'failed']],
  ['record.trust.signers', [[], ['Release']]],
  ['record.provenance.verified', [true, false]],
  ['record.license.state', ['normalized', 'declared', 'unknown']],
  ['record.license.conditionsKnown', [true, false]],
  ['record.frameworks', [[]]],
  ['subject.authenticated', [true, false]],
  ['subject.academic', [true, false, null]],
  ['subject.groups', [[], [GROUP]]],
  ['subject.sites', [[]]],
  ['request.at', [null]],
  ['request.at.allowsUnverified', [true, false]],
];

/**
 * About 200 inputs as JSON, each once and complete as the gateway's are, for the policy of the federation or
 * a facility; the same ones at each call.
 */
export function variedInputs(owner: PolicyOwner): readonly string[] {
  const facility = owner.name === 'federation' ? 'kit' : owner.name;
  const inputs = new Set<string>();
  for (const open of [true, false]) {
    for (const known of [true, false]) {
      for (const there of [true, false]) {
        const base = {
          record: record(facility, open),
          subject: subject(facility, known),
          request: request(facility, there),
        };
        inputs.add(JSON.stringify(base));
        for (const [path, values] of CHOICES) {
          for (const value of values) inputs.add(JSON.stringify(changed(base, path.split('.'), value)));
        }
      }
    }
  }
  return [...inputs];
}

function changed(value: unknown, [key, ...rest]: readonly string[], to: unknown): unknown {
  if (key === undefined) return to;
  if (typeof value !== 'object' || value === null) return value;
  return { ...value, [key]: changed((value as Input)[key], rest, to) };
}
