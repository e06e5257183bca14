// Candidates: what each says, in which order they come, and page by page.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ComputeResource } from '../../src/model/compute.ts';
import type { ImageRecord } from '../../src/model/image.ts';
import { ANONYMOUS, type Caller } from '../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { cluster, nodeType } from '../support/compute.ts';
import fc, { runs } from '../support/fast-check.ts';
import { MATCH } from '../support/questions.ts';
import { arbitraryRecords, digestOf, imageRecord, NO_LICENSE, trustOf } from '../support/records.ts';
import { callerOf, createWorld, testEngine, type World } from '../support/world.ts';

const GIB = 1_073_741_824;

/** An image that says all that matching asks about, and fits {@link CLUSTER}. */
const FITTING = imageRecord({
  ...{
    platforms: ['linux/amd64'],
    reads: ['HDF5'],
    techniques: ['PaNET01145'],
    trust: trustOf('verified', ['a']),
  },
  frameworks: [{ name: 'RELION', version: '4.0', raw: 'relion' }],
  requires: {
    ...{
      architectures: ['x86_64_v3'],
      cpus: 4,
      memory: 8 * GIB,
      mpi: 'openmpi 4.1.5',
      engines: ['apptainer'],
      glibc: '2.35',
    },
    gpu: { vendor: 'nvidia', minimumCuda: '11.8', memory: 8 * GIB },
  },
});
/** Another image that fits. */
const fitting = (index: number, over: Partial<ImageRecord>): ImageRecord => {
  const { id: _, ...same } = FITTING;
  return imageRecord({ ...same, digest: digestOf(index), ...over });
};
const CLUSTER = cluster({
  id: 'esrf/gpu',
  engines: [{ name: 'apptainer', version: '1.3.4', where: 'compute' }],
  nodes: [
    nodeType({
      ...{ architecture: 'amd64', microarchitecture: 'zen3', glibc: '2.34', cores: 64, memory: 512 * GIB },
      gpus: [
        {
          ...{ vendor: 'nvidia', model: 'A100', count: 4 },
          ...{ memory: 40 * GIB, driver: '550.54.15', cuda: '12.4' },
        },
      ],
    }),
  ],
  timeLimit: 86_400,
  mpi: [{ family: 'openmpi', versions: '>=4.1 <5', pmi: 'pmix' }],
});

/** A member of the lab, who may run what is not known to be open. */
const MEMBER = callerOf({ ...ANONYMOUS.subject, authenticated: true, sites: ['esrf'] });

interface Shown {
  readonly framework: { readonly id: string };
  readonly resource: { readonly id: string };
  readonly verdict: 'YES' | 'UNKNOWN' | 'NO';
  readonly version: string | null;
  readonly image: { readonly id: string };
  readonly findings: readonly { dimension: string; verdict: string; code: string }[];
  readonly versions: readonly { version: string | null; verdict: string; image: { id: string } }[];
}

interface Answer {
  readonly totalCount: number;
  readonly counts: Readonly<Record<'yes' | 'unknown' | 'no', number>>;
  readonly notices: readonly { code: string; message: string; suggestions: string[] }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly edges: readonly { cursor: string; node: Shown }[];
}

describe('match', () => {
  let engine: LocalPolicyEngine;
  before(async () => {
    engine = await testEngine();
  });
  after(() => engine.close());

  const worldOf = (records: readonly ImageRecord[], resources: readonly ComputeResource[]): Promise<World> =>
    createWorld([{ facility: 'esrf', registry: 'main', records }], engine, { resources });
  const askIn = async (world: World, variables: object = {}, caller: Caller = ANONYMOUS) =>
    JSON.parse(await world.ask(MATCH, { ...variables }, caller));
  const ask = async (
    records: readonly ImageRecord[],
    resources: readonly ComputeResource[],
    variables: object = {},
    caller: Caller = ANONYMOUS,
  ): Promise<Answer> => (await askIn(await worldOf(records, resources), variables, caller)).data.match;

  const DATA = { data: { format: 'HDF5', technique: 'electron microscopy', facility: 'esrf' } };

  test('says yes of what fits in all dimensions', async () => {
    const { counts, edges } = await ask([FITTING], [CLUSTER], DATA);
    assert.deepEqual(
      edges[0]?.node.findings.filter(({ verdict }) => verdict !== 'YES'),
      [],
    );
    assert.deepEqual([counts, edges[0]?.node.verdict], [{ yes: 1, unknown: 0, no: 0 }, 'YES']);
    assert.deepEqual(
      edges[0]?.node.findings.map(({ dimension }) => dimension),
      [
        ...['FORMAT', 'TECHNIQUE', 'ARCHITECTURE', 'CPUS', 'MEMORY', 'TIME', 'GPU', 'ENGINE', 'MPI'],
        ...['LICENSE', 'POLICY', 'TRUST', 'LOCALITY'],
      ],
    );
  });

  for (const [name, image, resource, variables, dimension, verdict, code] of [
    ['an unknown license', { license: NO_LICENSE }, {}, {}, 'LICENSE', 'UNKNOWN', 'LICENSE_UNKNOWN'],
    [
      'no signature where none is needed',
      { trust: trustOf('unsigned') },
      {},
      {},
      'TRUST',
      'UNKNOWN',
      'TRUST_UNVERIFIED',
    ],
    [
      'no signature where one is needed',
      { trust: trustOf('unsigned') },
      { allowsUnverified: false },
      {},
      'TRUST',
      'NO',
      'TRUST_REQUIRED',
    ],
    ['a signature that failed', { trust: trustOf('failed') }, {}, {}, 'TRUST', 'NO', 'TRUST_FAILED'],
    [
      'a resource of others',
      {},
      { use: { everyone: false, groups: [], sites: ['psi'] } },
      {},
      'POLICY',
      'NO',
      'DENIED',
    ],
    ['data elsewhere', {}, {}, { data: { facility: 'desy' } }, 'LOCALITY', 'NO', 'DATA_ELSEWHERE'],
    ['another format', {}, {}, { data: { format: 'MRC' } }, 'FORMAT', 'NO', 'FORMAT_OTHER'],
    ['too little time', {}, { timeLimit: 60 }, { time: 3_600 }, 'TIME', 'NO', 'TIME_TOO_LONG'],
  ] as const) {
    test(`says ${verdict} of ${dimension} for ${name}`, async () => {
      const { time, ...rest } = variables as { time?: number };
      const world = await worldOf(
        [imageRecord({ ...FITTING, ...image })],
        [{ ...CLUSTER, ...resource } as ComputeResource],
      );
      const compute = time === undefined ? '' : `compute: { time: ${time} }, `;
      const document = MATCH.replace('match(data', `match(${compute}data`);
      const answer = JSON.parse(await world.ask(document, rest, MEMBER)).data.match;
      const found = answer.edges[0].node.findings.find(
        (one: { dimension: string }) => one.dimension === dimension,
      );
      assert.deepEqual([found.verdict, found.code], [verdict, code]);
      assert.equal(answer.edges[0].node.verdict, verdict);
    });
  }

  test('gives the best version of a framework, and the others inside', async () => {
    const versions = ['3.1', '4.0', '5.0'].map((version, index) =>
      imageRecord({
        ...FITTING,
        digest: digestOf(10 + index),
        frameworks: [{ name: 'RELION', version, raw: 'relion' }],
        // The newest one says less.
        ...(version === '5.0' && { reads: [] }),
      }),
    );
    const { totalCount, edges } = await ask(versions, [CLUSTER], DATA);
    assert.equal(totalCount, 1);
    assert.deepEqual(
      [edges[0]?.node.version, edges[0]?.node.versions.map(({ version, verdict }) => [version, verdict])],
      [
        '4.0',
        [
          ['4.0', 'YES'],
          ['3.1', 'YES'],
          ['5.0', 'UNKNOWN'],
        ],
      ],
    );
  });

  test('comes in one order that its findings explain, each candidate once over all pages', async () => {
    const resources = [
      CLUSTER,
      cluster({ ...{ id: 'desy/cpu', facility: 'desy' }, allowsUnverified: false }),
      cluster({ id: 'esrf/others', use: { everyone: false, groups: [], sites: ['psi'] } }),
    ];
    await fc.assert(
      fc.asyncProperty(arbitraryRecords('esrf', 'main', 10), fc.boolean(), async (records, isAsked) => {
        const world = await worldOf([...records, FITTING], resources);
        const shown: Shown[] = [];
        let total = 0;
        for (let cursor: string | null = null; ; ) {
          const variables = { ...(isAsked && DATA), first: 4, after: cursor };
          const { totalCount, edges, pageInfo } = (await askIn(world, variables)).data.match as Answer;
          total = totalCount;
          shown.push(...edges.map(({ node }) => node));
          cursor = pageInfo.endCursor;
          if (!pageInfo.hasNextPage) break;
        }
        assert.equal(shown.length, total);
        assert.equal(
          new Set(shown.map(({ framework, resource }) => `${framework.id} ${resource.id}`)).size,
          total,
        );
        const ranks = shown.map(({ verdict, findings }) => [
          ['YES', 'UNKNOWN', 'NO'].indexOf(verdict),
          findings.filter((finding) => finding.verdict === 'UNKNOWN').length,
        ]);
        const sorted = [...ranks].sort((a, b) => Number(a[0]) - Number(b[0]) || Number(a[1]) - Number(b[1]));
        assert.deepEqual(ranks, sorted);
        for (const { verdict, findings } of shown) {
          const verdicts = findings.map((finding) => finding.verdict);
          const expected = verdicts.includes('NO') ? 'NO' : verdicts.includes('UNKNOWN') ? 'UNKNOWN' : 'YES';
          assert.equal(verdict, expected);
        }
      }),
      { numRuns: runs(15) },
    );
  });

  test('gives cursors of one caller and one question', async () => {
    const world = await worldOf(
      [
        FITTING,
        imageRecord({
          ...FITTING,
          frameworks: [{ name: 'XDS', version: '1', raw: 'x' }],
          digest: digestOf(3),
        }),
      ],
      [CLUSTER],
    );
    const { edges } = (await askIn(world, { first: 1 })).data.match as Answer;
    const after = edges[0]?.cursor;
    assert.equal((await askIn(world, { first: 1, after })).data.match.edges.length, 1);
    const someone = callerOf({ ...ANONYMOUS.subject, authenticated: true });
    for (const answer of [
      await askIn(world, { first: 1, after }, someone),
      await askIn(world, { first: 1, after, data: { format: 'HDF5' } }),
    ]) {
      assert.equal(answer.errors[0].extensions.code, 'BAD_CURSOR');
    }
  });

  test('is asked about one image, though another of the same version comes before it', async () => {
    const records = [2, 3, 4].map((index) => fitting(index, index === 4 ? { reads: [] } : {}));
    const ids = records.map(({ id }) => id);
    const world = await worldOf(records, [CLUSTER]);
    for (const image of ids) {
      const { totalCount, edges }: Answer = (await askIn(world, { ...DATA, image })).data.match;
      assert.deepEqual(
        [totalCount, edges[0]?.node.image.id, edges[0]?.node.versions.map((one) => one.image.id)],
        [1, image, [image]],
      );
    }
    const [id, other] = ids;
    const after = (await askIn(world, { image: id })).data.match.edges[0].cursor;
    const answer = await askIn(world, { image: other, after });
    assert.equal(answer.errors[0].extensions.code, 'BAD_CURSOR');
  });

  test('answers of an image that the caller may not know of as of one that is not there', async () => {
    const hidden = fitting(2, { sharing: 'none' });
    const world = await worldOf([FITTING, hidden], [CLUSTER]);
    const of = async (image: string) => (await askIn(world, { image })).data.match as Answer;
    const answer = await of(hidden.id);
    assert.equal(answer.totalCount, 0);
    assert.deepEqual(
      answer.notices.map(({ code, suggestions }) => [code, suggestions]),
      [['NO_CANDIDATE', ['image', 'only', 'except']]],
    );
    assert.deepEqual(answer, await of('esrf/main/nothing'));
    assert.equal((await of(FITTING.id)).totalCount, 1);
  });

  test('says which requirement to drop where nothing fits', async () => {
    const elsewhere = await ask([FITTING], [CLUSTER], { data: { facility: 'desy' } });
    assert.deepEqual(
      elsewhere.notices.map(({ code, suggestions }) => [code, suggestions]),
      [['NO_CANDIDATE', ['locality']]],
    );
    const none = await ask([FITTING], []);
    assert.match(none.notices[0]?.message ?? '', /no compute resource/);
    const chosen = await ask([FITTING], [CLUSTER], { except: { frameworks: ['RELION'] } });
    assert.match(chosen.notices[0]?.message ?? '', /choices/);
    assert.deepEqual((await ask([FITTING], [CLUSTER])).notices, []);
  });

  test('refuses a resource that the caller may not know of as one that is not there', async () => {
    const hidden = {
      ...CLUSTER,
      id: 'esrf/hidden',
      visible: { everyone: false, groups: [], sites: ['psi'] },
    };
    const world = await worldOf([FITTING], [CLUSTER, hidden]);
    const refusal = (id: string) =>
      world.ask(`{ match(compute: { resources: ["${id}"] }) { totalCount } }`, {}, ANONYMOUS);
    const answer = await refusal('esrf/hidden');
    assert.match(answer, /BAD_CHOICE/);
    assert.equal(answer, (await refusal('esrf/hiddem')).replaceAll('hiddem', 'hidden'));
  });

  for (const [name, document, code] of [
    ['a format', '{ match(data: { format: "HDF6" }) { totalCount } }', 'BAD_CHOICE'],
    ['a technique', '{ match(data: { technique: "tomografy" }) { totalCount } }', 'BAD_CHOICE'],
    ['a facility', '{ match(data: { facility: "cern" }) { totalCount } }', 'BAD_CHOICE'],
    ['a choice of may', '{ match(only: { may: [EXECUTE] }) { totalCount } }', 'BAD_INPUT'],
    ['no memory', '{ match(compute: { memory: 0 }) { totalCount } }', 'BAD_INPUT'],
    ['half a byte', '{ match(compute: { memory: 1.5 }) { totalCount } }', 'BAD_INPUT'],
    ['a page of none', '{ match(first: 0) { totalCount } }', 'BAD_INPUT'],
    ['an image without an id', '{ match(image: " ") { totalCount } }', 'BAD_INPUT'],
  ] as const) {
    test(`refuses ${name} that cannot be: ${code}`, async () => {
      const world = await worldOf([FITTING], [CLUSTER]);
      assert.equal(JSON.parse(await world.ask(document)).errors[0].extensions.code, code);
    });
  }
});
