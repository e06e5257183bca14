import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { buildSchema, parse, validate } from 'graphql';
import { matchCommand } from '../../../src/cli/match/command.ts';
import { MATCH } from '../../../src/cli/match/query.ts';
import { throwsUsage } from '../../../src/cli/usage.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { type Asked, collect, gatewayDouble } from '../collect.ts';

const OK = { facility: { id: 'esrf' }, registry: 'main', status: 'OK', records: 3, age: 5, error: null };

const finding = (
  dimension: string,
  verdict = 'YES',
  message = 'So it is.',
  remedy: string | null = null,
) => ({
  ...{ dimension, verdict, code: `${dimension}_X`, message, remedy },
});

const YES = [finding('FORMAT'), finding('GPU')];

const candidate = (name: string, verdict: string, findings: readonly object[] = YES) => ({
  framework: { name },
  ...{ version: '5.0', verdict, findings, engines: ['apptainer', 'podman'] },
  resource: {
    ...{ id: 'desy/gpu', name: 'Maxwell', scheduler: 'SLURM', partition: 'allgpu', use: true },
  },
  image: {
    id: `esrf/main/em/${name}@sha256:1`,
    reference: `registry.esrf.eu/em/${name}@sha256:1`,
    repository: `em/${name}`,
    facility: { id: 'esrf', name: 'ESRF' },
  },
});

interface Answer {
  readonly nodes?: readonly object[];
  readonly sources?: readonly object[];
  readonly notices?: readonly object[];
  readonly dataSet?: object | null;
}

const page = ({
  nodes = [candidate('relion', 'YES')],
  sources = [OK],
  notices = [],
  dataSet = null,
}: Answer = {}) => ({
  data: {
    match: {
      ...{ totalCount: nodes.length, complete: true, counts: { yes: 1, unknown: 0, no: 0 } },
      pageInfo: { hasNextPage: false, endCursor: null },
      ...{ notices, sources, nodes, dataSet },
    },
  },
});

async function run(
  context: TestContext,
  words: readonly string[],
  answer: (asked: Asked) => unknown = () => page(),
) {
  const { url, asked } = await gatewayDouble(context, (one) => ({ body: answer(one) }));
  const output = collect();
  const command = throwsUsage(matchCommand(output, {}));
  const failure = await command.parseAsync([...words, '--url', url], { from: 'user' }).then(
    () => null,
    (error: Error & { code?: string; at?: string; hint?: string }) => error,
  );
  return { asked, output, failure };
}

describe('panfed match', () => {
  test('asks what the gateway’s schema can answer', () => {
    const schema = buildSchema(
      readFileSync(new URL('../../../src/graphql/schema.graphql', import.meta.url), 'utf8'),
    );
    assert.deepEqual(validate(schema, parse(MATCH)), []);
  });

  test('prints a line a candidate with what stands most against it', async (context) => {
    const nodes = [
      candidate('relion', 'YES'),
      candidate('pynx', 'NO', [
        finding('FORMAT', 'UNKNOWN', 'Nobody said.'),
        finding('GPU', 'NO', 'There is none.'),
        finding('POLICY', 'NO', 'Denied.'),
      ]),
    ];
    const { output, failure } = await run(context, [], () => page({ nodes }));
    assert.equal(failure, null);
    assert.equal(
      output.stdout(),
      [
        'VERDICT  SOFTWARE    RESOURCE  ENGINES            IMAGE                       WHY NOT YES',
        'yes      relion 5.0  desy/gpu  apptainer, podman  registry.esrf.eu/em/relion',
        'no       pynx 5.0    desy/gpu  apptainer, podman  registry.esrf.eu/em/pynx    gpu: There is none. (and 1 more)',
        '',
      ].join('\n'),
    );
    assert.equal(output.stderr(), '2 of 2 candidates: 1 yes, 0 unknown, 0 no\n');
  });

  test('hands over the data, what the job takes, where it may run, and the choices', async (context) => {
    const { asked } = await run(context, [
      ...['--data-format', '.mrc', '--technique', 'cryo-EM', '--facility', 'esrf'],
      ...['--cpus', '8', '--memory', '64GiB', '--time', '1-12:00:00'],
      ...['--resource', 'desy/gpu, psi/merlin', '--resource', 'kit/k8s', '--scheduler', 'slurm'],
      ...['--framework', 'relion', '--only', 'facility=esrf,desy', '--version', '>=4,<5'],
      ...['--except', 'license=XDS', '--prefer', 'trust=verified', '--first', '7', '--after', 'here'],
    ]);
    assert.deepEqual(asked[0]?.variables, {
      data: { pid: null, format: '.mrc', technique: 'cryo-EM', facility: 'esrf' },
      compute: {
        ...{ resources: ['desy/gpu', 'psi/merlin', 'kit/k8s'], schedulers: ['SLURM'] },
        ...{ cpus: 8, memory: 64 * 1_024 ** 3, time: 129_600 },
      },
      only: { facilities: ['esrf', 'desy'], frameworks: ['relion'], versions: ['>=4,<5'] },
      except: { licenses: ['XDS'] },
      prefer: { trust: ['VERIFIED'] },
      ...{ first: 7, after: 'here', explain: false, image: null },
    });
  });

  test('asks about one image by the id of what it is called', async (context) => {
    const id = 'esrf/main/em/relion@sha256:1';
    const { asked, failure } = await run(context, ['--image', 'registry.esrf.eu/em/relion:5'], ({ query }) =>
      query.startsWith('query MatchImage')
        ? { data: { image: { id, frameworks: [{ name: 'r' }] } } }
        : page(),
    );
    assert.equal(failure, null);
    assert.equal(asked[0]?.variables.reference, 'registry.esrf.eu/em/relion:5');
    assert.equal(asked[1]?.variables.image, id);
    const nothing = await run(context, ['--image', 'a/b'], () => ({ data: { image: null } }));
    assert.equal(nothing.failure?.code, 'NOT_FOUND');
    const software = await run(context, ['--image', 'pynx'], () => ({ data: { image: null } }));
    assert.match(software.failure?.hint ?? '', /^A software goes by --framework\./);
  });

  test('hands a PID over, and says what is known of its data set', async (context) => {
    const dataSet = {
      pid: '10.5072/x\u202e',
      facility: { id: 'desy', name: 'DESY' },
      formats: [
        { id: 'HDF5', label: 'HDF5' },
        { id: 'CXI', label: 'CXI' },
      ],
      techniques: null,
      ...{ size: 2 ** 31, path: '/asap3/raw' },
    };
    const { output, asked } = await run(context, ['--pid', 'doi:10.5072/x'], () => page({ dataSet }));
    assert.deepEqual(asked[0]?.variables.data, {
      ...{ pid: 'doi:10.5072/x', format: null, technique: null, facility: null },
    });
    assert.match(
      output.stderr(),
      /^data set 10\.5072\/x\S* at desy: HDF5 or CXI, 2(?:\.0)? GiB, in \/asap3\/raw\n/,
    );
    assert.doesNotMatch(output.stderr(), /\u202e/);
    const known = { ...dataSet, formats: null, size: null, path: null };
    const nothing = await run(context, ['--pid', 'x/y'], () => page({ dataSet: known }));
    assert.match(nothing.output.stderr(), / at desy: nothing more is known of it\n/);
  });

  test('sends the token for a data catalog in a header of its own, beside none of panfed’s', async (context) => {
    const seen: unknown[] = [];
    const server = await startHttpServer(async (request, response) => {
      seen.push([request.headers.authorization, request.headers['x-data-catalog-authorization']]);
      response.end(JSON.stringify(page()));
    });
    context.after(() => server.close());
    const env = { PANFED_CATALOG_TOKEN: 'of-the-catalog' };
    await throwsUsage(matchCommand(collect(), env)).parseAsync(['--url', server.origin], { from: 'user' });
    assert.deepEqual(seen, [[undefined, 'Bearer of-the-catalog']]);
    const plain = throwsUsage(matchCommand(collect(), env)).parseAsync(['--url', 'http://panfed.example'], {
      from: 'user',
    });
    await assert.rejects(plain, { code: 'USAGE', message: /would be readable on its way/ });
  });

  test('explains a candidate: each finding with what would change it, and its versions', async (context) => {
    const explained = {
      ...candidate('relion', 'UNKNOWN', [
        finding('FORMAT'),
        finding('MPI', 'UNKNOWN', 'Nobody said.', 'Say it.'),
      ]),
      versions: [
        { version: '5.0', verdict: 'UNKNOWN' },
        { version: null, verdict: 'NO' },
      ],
    };
    const { output, asked } = await run(context, ['-v'], () => page({ nodes: [explained] }));
    assert.equal(asked[0]?.variables.explain, true);
    assert.equal(
      output.stdout(),
      [
        'unknown  relion 5.0 at desy/gpu',
        '  image         esrf/main/em/relion@sha256:1',
        '  pulled as     registry.esrf.eu/em/relion@sha256:1',
        '  resource      Maxwell (slurm allgpu)',
        '  engines       apptainer, podman',
        '  versions      5.0 unknown, without version no',
        '  format        yes      So it is.',
        '  mpi           unknown  Nobody said.',
        '                         Say it.',
        '',
      ].join('\n'),
    );
  });

  test('makes texts from outside inert', async (context) => {
    const hostile = candidate('re\u001b[31mlion', 'NO', [finding('GPU', 'NO', 'a\u202eb', '\u0007c')]);
    for (const words of [[], ['--explain']]) {
      const { output } = await run(context, words, () => page({ nodes: [hostile] }));
      for (const control of ['\u001b', '\u202e', '\u0007']) assert.ok(!output.stdout().includes(control));
    }
  });

  test('names the flags to change where nothing fits, of those that were given', async (context) => {
    const notice = {
      code: 'NO_CANDIDATE',
      message: 'Nothing fits, and several things are in the way: memory, time, policy.',
      suggestions: ['memory', 'time', 'policy'],
    };
    const { output } = await run(context, ['--memory', '4TiB'], () => page({ notices: [notice] }));
    assert.match(
      output.stderr(),
      /^notice NO_CANDIDATE: Nothing fits.*policy\. Change or leave out --memory\.\n/,
    );
  });

  test('reports what the gateway does not know by the flag that named it', async (context) => {
    const cases: [words: string[], field: string, value: string, at: string][] = [
      [['--data-format', 'HDFF'], 'reads', 'HDFF', '--data-format'],
      [['--facility', 'dsy'], 'facilities', 'dsy', '--facility'],
      [['--only', 'facility=dsy'], 'facilities', 'dsy', '--only facilities'],
      [['--framework', 'relio'], 'frameworks', 'relio', '--framework'],
    ];
    for (const [words, field, value, at] of cases) {
      const unknown = [{ field, value, suggestions: ['near'] }];
      const extensions = { code: 'BAD_CHOICE', suggestions: ['near'], unknown };
      const { failure } = await run(context, words, () => ({ errors: [{ message: 'No.', extensions }] }));
      assert.deepEqual(
        [failure?.message, failure?.at, failure?.hint],
        [`nothing that you may see is called "${value}"`, at, 'Did you mean near?'],
      );
    }
  });

  test('refuses an amount that it cannot read, saying how it is written', async (context) => {
    const cases: [words: string[], told: RegExp][] = [
      [['--memory', '64'], /a size with its unit, as 64GiB/],
      [['--time', '90'], /\[days-\]hours:minutes:seconds, as 12:00:00/],
      [['--cpus', '0'], /a whole number from 1/],
      [['--scheduler', 'slrm'], /Allowed choices are slurm/],
    ];
    for (const [words, told] of cases) {
      const { failure, asked } = await run(context, words);
      assert.equal(failure?.code, 'USAGE');
      assert.match(failure?.message ?? '', told);
      assert.equal(asked.length, 0);
    }
  });

  test('goes from page to page, and writes one JSON document', async (context) => {
    const { output, asked } = await run(context, ['--all', '--format', 'json'], ({ variables }) => {
      const { match } = page().data;
      const isLast = variables.after !== null;
      const pageInfo = { hasNextPage: !isLast, endCursor: isLast ? 'two' : 'one' };
      return { data: { match: { ...match, totalCount: 2, pageInfo } } };
    });
    assert.deepEqual(
      asked.map(({ variables }) => [variables.after, variables.first, variables.explain]),
      [
        [null, 100, true],
        ['one', 100, true],
      ],
    );
    const document = JSON.parse(output.stdout());
    assert.equal(document.candidates.length, 2);
    assert.deepEqual(Object.keys(document), [
      'candidates',
      'dataSet',
      'totalCount',
      'counts',
      'complete',
      'endCursor',
      'notices',
      'sources',
    ]);
    assert.equal(output.stderr(), '1 of 2 candidates …\n2 of 2 candidates: 1 yes, 0 unknown, 0 no\n');
  });

  test('succeeds where nothing fits, and fails where no registry answered', async (context) => {
    const nothing = await run(context, [], () => page({ nodes: [] }));
    assert.deepEqual([nothing.failure, nothing.output.stdout()], [null, '']);
    const error = { code: 'SOURCE_TIMEOUT', message: 'too slow' };
    const sources = [{ ...OK, status: 'ERROR', error }];
    const { failure, output } = await run(context, [], () => page({ nodes: [], sources }));
    assert.equal(failure?.code, 'SOURCE_UNAVAILABLE');
    assert.match(
      output.stderr(),
      /^ERROR esrf\/main is missing from this answer \(SOURCE_TIMEOUT: too slow\)/,
    );
  });
});
