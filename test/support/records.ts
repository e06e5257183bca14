// Image records for tests: one with what matters overridden, and an arbitrary over realistic ones.
import fc from 'fast-check';
import { described } from '../../src/catalog/ingest/described.ts';
import type { StatedDescription } from '../../src/catalog/ingest/upstream-image.ts';
import { type ImageRecord, SUPPLIERS } from '../../src/model/image.ts';
import { DESCRIPTIVE_FIELDS } from '../../src/model/image-fields.ts';
import { CONDITION_KINDS, type Condition, type License } from '../../src/model/license.ts';
import { NO_PROVENANCE } from '../../src/model/provenance.ts';
import { TRUST_STATES, type Trust, type TrustState } from '../../src/model/trust.ts';

export const FACILITIES = ['desy', 'psi', 'isis', 'dls', 'esrf', 'kit', 'alba', 'elettra', 'hzb'] as const;

export const GROUPS = [
  'urn:geant:desy.de:group:cryoem',
  'urn:geant:desy.de:group:staff',
  'urn:geant:elettra.eu:group:developers',
  'urn:geant:elettra.eu:group:sysadmins',
  'urn:geant:esrf.eu:group:em',
  'urn:geant:esrf.eu:group:staff',
] as const;

/** Any state of trust, also those that in `src/` only verification can make. For tests alone. */
export function trustOf(state: TrustState, signers: readonly string[] = [], isDoubted = false): Trust {
  const isVerified = state === 'verified';
  return Object.freeze({
    state,
    signers: Object.freeze(isVerified ? [...signers] : []),
    claimedSigners: Object.freeze(isVerified ? [] : [...signers]),
    provenance: NO_PROVENANCE,
    signedAs: Object.freeze([]),
    lastVerified: null,
    isDoubted,
  }) as unknown as Trust;
}

export function digestOf(seed: number): string {
  return `sha256:${seed.toString(16).padStart(64, '0')}`;
}

export function condition(kind: Condition['kind'], more: Partial<Condition> = {}): Condition {
  return { kind, groups: [], sites: [], servers: [], origin: 'facility', remedy: null, ...more };
}

export function license(more: Partial<License> = {}): License {
  return {
    state: 'normalized',
    expression: 'GPL-2.0-only',
    raw: 'GPL-2.0',
    conditions: [],
    conditionsKnown: true,
    statements: [],
    ...more,
  };
}

/** A license that nobody stated. */
export const NO_LICENSE: License = license({
  state: 'unknown',
  expression: null,
  raw: null,
  conditionsKnown: false,
});

/** An image about which nobody said anything. */
const NO_DESCRIPTION = described(
  Object.fromEntries(
    Object.keys(DESCRIPTIVE_FIELDS).map((field) => [field, null]),
  ) as unknown as StatedDescription,
);

/** An open relion at ESRF, unsigned; `id` and `reference` follow from the rest, `stated` from `sharing`. */
export function imageRecord(overrides: Partial<ImageRecord> = {}): ImageRecord {
  const facility = overrides.facility ?? 'esrf';
  const registry = overrides.registry ?? 'main';
  const repository = overrides.repository ?? 'em/relion';
  const tags = overrides.tags ?? ['3.1'];
  const digest = overrides.digest === undefined ? digestOf(1) : overrides.digest;
  const name = digest === null ? `${repository}:${tags[0] ?? 'latest'}` : `${repository}@${digest}`;
  const sharing = overrides.sharing ?? 'open';
  return {
    ...NO_DESCRIPTION,
    id: `${facility}/${registry}/${name}`,
    upstreamId: name,
    facility,
    registry,
    repository,
    tags,
    digest,
    reference: `registry.${facility}.example/${name}`,
    title: 'RELION 3.1',
    description: 'Refinement of macromolecular structures by electron cryo-microscopy',
    documentation: 'https://relion.readthedocs.io/',
    source: 'https://github.com/3dem/relion',
    created: '2016-05-17T09:00:00.000Z',
    size: 2_147_483_648,
    platforms: ['linux/amd64'],
    manifests: [],
    environment: [],
    labels: {},
    droppedLabels: [],
    frameworks: [{ name: 'relion', version: '3.1', raw: 'RELION' }],
    techniques: ['PaNET01168'],
    reads: ['MRC'],
    writes: ['MRC'],
    unmapped: [],
    license: license(),
    sharing,
    stated: { sharing },
    listed: false,
    suppliedBy: 'staff',
    groups: [],
    claims: { signed: false, signers: [] },
    attachments: { listed: [], doubtedSince: null },
    trust: trustOf('unsigned'),
    requires: {
      architectures: ['x86_64'],
      cpus: 4,
      memory: 17_179_869_184,
      gpu: null,
      mpi: null,
      engines: ['apptainer', 'docker'],
      glibc: null,
    },
    ...overrides,
  };
}

const subset = <T extends string>(of: readonly T[], max = of.length): fc.Arbitrary<T[]> =>
  fc.subarray([...of], { maxLength: max }).map((some) => some.sort());

/** Any condition of any kind, also such as are never met: a group condition without groups. */
export function arbitraryCondition(): fc.Arbitrary<Condition> {
  return fc
    .record({
      kind: fc.constantFrom(...CONDITION_KINDS),
      groups: subset(GROUPS, 2),
      sites: subset(FACILITIES, 2),
      servers: subset(['license.hzb.example', 'license.psi.example']),
      origin: fc.constantFrom('facility' as const, 'license' as const, 'label' as const),
    })
    .map(({ kind, groups, sites, servers, origin }) => ({
      kind,
      groups: kind === 'registeredGroup' || kind === 'namedUser' ? groups : [],
      sites: kind === 'site' ? sites : [],
      servers: kind === 'licenseServer' ? servers : [],
      origin,
      remedy: null,
    }));
}

/** Conditions as ingest leaves them: a set, in one order. */
export function arbitraryConditions(): fc.Arbitrary<Condition[]> {
  return fc
    .uniqueArray(arbitraryCondition(), { maxLength: 3, selector: (one) => JSON.stringify(one) })
    .map((some) => some.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)));
}

export function arbitraryLicense(): fc.Arbitrary<License> {
  const read = fc.constantFrom<Omit<License, 'conditions' | 'statements'>>(
    { state: 'normalized', expression: 'GPL-2.0-only', raw: 'GPL-2.0', conditionsKnown: true },
    { state: 'normalized', expression: 'MIT', raw: 'MIT', conditionsKnown: true },
    { state: 'normalized', expression: 'GPL-2.0-only OR MIT', raw: 'MIT or GPL-2', conditionsKnown: true },
    { state: 'normalized', expression: 'LicenseRef-XDS', raw: 'XDS', conditionsKnown: true },
    {
      state: 'normalized',
      expression: 'LicenseRef-unheard',
      raw: 'LicenseRef-unheard',
      conditionsKnown: false,
    },
    { state: 'declared', expression: null, raw: 'ask the author', conditionsKnown: false },
    { state: 'declared', expression: null, raw: 'ask the author', conditionsKnown: true },
    { state: 'unknown', expression: null, raw: null, conditionsKnown: false },
  );
  return fc
    .tuple(read, arbitraryConditions())
    .map(([rest, conditions]) => ({ ...rest, conditions, statements: [] }));
}

/** What a facility said of sharing, and what a label may have lowered it to. */
const arbitrarySharings = fc.constantFrom<Pick<ImageRecord, 'stated' | 'sharing'>>(
  { stated: { sharing: 'open' }, sharing: 'open' },
  { stated: { sharing: 'open' }, sharing: 'conditional' },
  { stated: { sharing: 'open' }, sharing: 'none' },
  { stated: { sharing: 'conditional' }, sharing: 'conditional' },
  { stated: { sharing: 'conditional' }, sharing: 'none' },
  { stated: { sharing: 'none' }, sharing: 'none' },
  { stated: { sharing: 'unknown' }, sharing: 'unknown' },
);

const SOFTWARE = [
  { repository: 'em/relion', name: 'relion', raw: 'RELION', title: 'RELION', technique: 'PaNET01168' },
  {
    repository: 'mx/xds',
    name: 'xds',
    raw: 'XDS',
    title: 'XDS, X-ray Detector Software',
    technique: 'PaNET01188',
  },
  {
    repository: 'tomo/ufo',
    name: 'ufo',
    raw: 'UFO',
    title: 'UFO, tomography on GPUs',
    technique: 'PaNET01203',
  },
  { repository: 'sim/simex', name: 'SIMEX', raw: 'SIMEX', title: null, technique: null },
  { repository: 'controls/tango', name: 'tango', raw: 'Tango', title: 'Tango Controls', technique: null },
] as const;

/** Realistic records: what they say of themselves agrees, as it does after ingest. `facility` fixes the owner. */
export function arbitraryRecord(facility?: string): fc.Arbitrary<ImageRecord> {
  return fc
    .record({
      facility: facility === undefined ? fc.constantFrom(...FACILITIES) : fc.constant(facility),
      registry: fc.constantFrom('main', 'hub'),
      software: fc.constantFrom(...SOFTWARE),
      // As its own lab spells it, in a word that every facility's name has.
      isSpelledByLab: fc.boolean(),
      version: fc.constantFrom('2.0', '3.0', '3.1', '3.1.4', '4.0-beta', null),
      digest: fc.option(fc.nat(40).map(digestOf), { freq: 9 }),
      sharings: arbitrarySharings,
      listed: fc.boolean(),
      suppliedBy: fc.constantFrom(...SUPPLIERS),
      groups: fc.oneof(fc.constant([]), subset(GROUPS, 2)),
      license: arbitraryLicense(),
      trust: fc.constantFrom(...TRUST_STATES),
      isDoubted: fc.boolean(),
      labels: fc.constantFrom(
        {},
        { 'io.panfed.note': 'sample' },
        { 'org.opencontainers.image.vendor': 'ESRF' },
      ),
      created: fc.constantFrom('2015-01-01T00:00:00.000Z', '2016-05-17T09:00:00.000Z', null),
      size: fc.option(fc.nat(4_000_000_000)),
      platforms: subset(['linux/amd64', 'linux/arm64', 'linux/ppc64le']),
      reads: subset(['CXI', 'HDF5', 'MRC', 'NeXus']),
      writes: subset(['HDF5', 'MRC', 'TIFF']),
      gpu: fc.constantFrom(null, { vendor: 'nvidia', minimumCuda: '11.0', memory: null }),
      engines: subset(['apptainer', 'docker', 'podman', 'shifter']),
    })
    .map((some) => {
      const version = some.version ?? 'latest';
      return imageRecord({
        facility: some.facility,
        registry: some.registry,
        repository: some.software.repository,
        tags: [version],
        digest: some.digest,
        title: some.software.title,
        description: null,
        created: some.created,
        size: some.size,
        platforms: some.platforms,
        labels: some.labels,
        frameworks: [
          {
            name: some.software.name,
            version: some.version,
            raw: some.isSpelledByLab ? 'Lab build' : some.software.raw,
          },
        ],
        techniques: some.software.technique === null ? [] : [some.software.technique],
        reads: some.reads,
        writes: some.writes,
        license: some.license,
        ...some.sharings,
        listed: some.listed,
        suppliedBy: some.suppliedBy,
        groups: some.groups,
        trust: trustOf(some.trust, some.trust === 'unsigned' ? [] : ['ESRF'], some.isDoubted),
        requires: {
          architectures: ['x86_64'],
          cpus: 4,
          memory: null,
          gpu: some.gpu,
          mpi: null,
          engines: some.engines,
          glibc: null,
        },
      });
    });
}

/** A catalog of one registry: no two with one id, in the order of ids, as ingest leaves it. */
export function arbitraryRecords(
  facility: string,
  registry = 'main',
  maxLength = 12,
): fc.Arbitrary<ImageRecord[]> {
  return fc
    .uniqueArray(
      arbitraryRecord(facility).map((record) => {
        const { id: _id, reference: _reference, upstreamId: _upstreamId, ...rest } = record;
        return imageRecord({ ...rest, registry });
      }),
      { maxLength, selector: (record) => record.id },
    )
    .map((records) => records.sort((a, b) => (a.id < b.id ? -1 : 1)));
}

/** A valid record whose policy input is large: sixteen conditions of 64 groups each, all of them its own. */
export function heavyRecord(seed: number, overrides: Partial<ImageRecord> = {}): ImageRecord {
  const group = (condition: number, index: number): string =>
    `urn:geant:x.example:group:${'g'.repeat(30)}${seed}-${condition}-${index}`;
  const conditions = Array.from({ length: 16 }, (_, index) =>
    condition('registeredGroup', { groups: Array.from({ length: 64 }, (_, at) => group(index, at)) }),
  );
  return imageRecord({
    ...{ repository: `heavy/image-${seed}`, digest: digestOf(seed), sharing: 'conditional', listed: true },
    groups: ['urn:geant:x.example:group:a'],
    ...{ license: license({ conditions }) },
    ...overrides,
  });
}
