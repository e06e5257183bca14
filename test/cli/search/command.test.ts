import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { buildSchema, parse, validate } from 'graphql';
import { searchCommand } from '../../../src/cli/search/command.ts';
import { FACETS, IMAGES } from '../../../src/cli/search/query.ts';
import { type Asked, collect, gatewayDouble } from '../collect.ts';

const OK = { facility: { id: 'esrf' }, registry: 'main', status: 'OK', records: 3, age: 5, error: null };

function image(index: number, change: object = {}) {
  return {
    access: { discover: true, pull: true, execute: false, reasons: [] },
    node: {
      id: `esrf/main/em/relion@${index}`,
      reference: `registry.esrf.eu/em/relion@${index}`,
      repository: `em/relion${index}`,
      tags: ['latest'],
      digest: null,
      sharing: 'OPEN',
      suppliedBy: 'STAFF',
      facility: { id: 'esrf', name: 'ESRF' },
      frameworks: [{ name: 'relion', version: '4.0.1' }],
      license: { state: 'NORMALIZED', expression: 'GPL-2.0-only', raw: 'GPLv2' },
      trust: { state: 'CLAIMED', signers: [] },
      ...change,
    },
  };
}

interface Answer {
  readonly edges?: readonly unknown[];
  readonly sources?: readonly unknown[];
  readonly notices?: readonly unknown[];
}

function page({ edges = [image(1)], sources = [OK], notices = [] }: Answer = {}) {
  const pageInfo = { hasNextPage: false, endCursor: null };
  return {
    data: { images: { totalCount: edges.length, complete: true, pageInfo, notices, sources, edges } },
  };
}

async function run(
  context: TestContext,
  words: readonly string[],
  answer: (asked: Asked) => unknown = () => page(),
) {
  const { url, asked } = await gatewayDouble(context, (one) => ({ body: answer(one) }));
  const output = collect();
  const command = searchCommand(output, {}).exitOverride().configureOutput({ writeErr: output.message });
  const failure = await command.parseAsync([...words, '--url', url], { from: 'user' }).then(
    () => null,
    (error: Error & { code?: string; at?: string; hint?: string; exitCode?: number }) => error,
  );
  return { asked, output, failure };
}

describe('panfed search', () => {
  test('asks what the gateway’s schema can answer', () => {
    const schema = buildSchema(
      readFileSync(new URL('../../../src/graphql/schema.graphql', import.meta.url), 'utf8'),
    );
    for (const document of [IMAGES, FACETS]) assert.deepEqual(validate(schema, parse(document)), []);
  });

  test('prints a line an image, and what it left out on stderr', async (context) => {
    const { output, failure } = await run(context, ['relion']);
    assert.equal(failure, null);
    assert.equal(
      output.stdout(),
      'IMAGE       VERSION  FACILITY  LICENSE       SHARING  TRUST    YOU MAY\n' +
        'em/relion1  4.0.1    esrf      GPL-2.0-only  open     claimed  pull\n',
    );
    assert.equal(output.stderr(), '1 of 1 image\n');
  });

  test('hands over words, choices, place and order', async (context) => {
    const { asked } = await run(context, [
      'cryo',
      'em',
      ...['--only', 'Facility=esrf,desy', '--facility', 'dls', '--except', 'condition=non-commercial'],
      ...['--prefer', 'trust=verified', '--may', 'pull', '--at', 'ESRF', '--order', 'newest', '--first', '7'],
    ]);
    const { only, except, prefer, ...rest } = asked[0]!.variables;
    assert.deepEqual(only, { facilities: ['esrf', 'desy', 'dls'], may: ['PULL'] });
    assert.deepEqual(except, { conditions: ['NON_COMMERCIAL'] });
    assert.deepEqual(prefer, { trust: ['VERIFIED'] });
    assert.deepEqual(rest, {
      search: 'cryo em',
      at: 'ESRF',
      orderBy: 'NEWEST',
      first: 7,
      after: null,
      long: false,
    });
  });

  test('takes several fields in one choice, a comma in a value of several, and run for execute', async (context) => {
    const only = async (...words: string[]) => (await run(context, words)).asked[0]?.variables.only;
    assert.deepEqual(await only('--only', 'facility=esrf,desy,license=MIT', '--may', 'run'), {
      facilities: ['esrf', 'desy'],
      licenses: ['MIT'],
      may: ['EXECUTE'],
    });
    assert.deepEqual(await only('--only', 'group=cn=users,framework=relion'), {
      groups: ['cn=users'],
      frameworks: ['relion'],
    });
  });

  test('takes components with ranges of their versions', async (context) => {
    const components = async (text: string) => {
      const { only } = (await run(context, ['--only', text])).asked[0]!.variables;
      return (only as { components?: string[] }).components;
    };
    assert.deepEqual(await components('component=openssl@<3.0.7'), ['openssl@<3.0.7']);
    assert.deepEqual(await components('component=openssl@>=3,<3.1,mkl@2017.0.3,pkg:pypi/numpy'), [
      'openssl@>=3,<3.1',
      'mkl@2017.0.3',
      'pkg:pypi/numpy',
    ]);
    assert.deepEqual(await components('components=@scope/a@1,b'), ['@scope/a@1', 'b']);
  });

  test('takes versions and ranges, in which a comma between comparators is of the range', async (context) => {
    const versions = async (...words: string[]) => {
      const { only } = (await run(context, words)).asked[0]!.variables;
      return (only as { versions?: string[] }).versions;
    };
    assert.deepEqual(await versions('--only', 'versions=>=4.0'), ['>=4.0']);
    assert.deepEqual(await versions('--version', '5,4.0.1'), ['5', '4.0.1']);
    assert.deepEqual(await versions('--version', '>=4.0,<5'), ['>=4.0,<5']);
    assert.deepEqual(await versions('--only', 'versions=>=4.0, <=5,2', '--version', '>9'), [
      '>=4.0,<=5',
      '2',
      '>9',
    ]);
    assert.deepEqual(await versions('--only', 'version=<3,version=>=5'), ['<3', '>=5']);
  });

  test('reports a range that is none by its flag', async (context) => {
    const { failure } = await run(context, ['--version', '>='], () => ({
      errors: [
        {
          message: '">=" in `only.versions` is not a version or a range of versions.',
          extensions: { code: 'BAD_INPUT', at: 'only.versions' },
        },
      ],
    }));
    assert.match(failure?.message ?? '', /`--only versions`/);
  });

  test('reports what the gateway does not know by the flag that named it', async (context) => {
    const unknown = (field: string, value: string) => () => ({
      errors: [
        {
          message: `Nothing that you may see is called "${value}" in ${field}.`,
          extensions: {
            code: 'BAD_CHOICE',
            at: field,
            suggestions: ['esrf'],
            unknown: [{ field, value, suggestions: ['esrf'] }],
          },
        },
      ],
    });
    const place = await run(context, ['--at', 'esrff'], unknown('facilities', 'esrff'));
    assert.equal(place.failure?.message, 'there is no facility "esrff"');
    assert.equal(place.failure?.at, '--at');
    const cases: [words: string[], at: string][] = [
      [['--except', 'facility=esrff'], '--except facilities'],
      [['--facility', 'esrff'], '--facility'],
      [['--facility', 'esrf', '--only', 'facility=esrff'], '--only facilities'],
    ];
    for (const [words, at] of cases) {
      const { failure } = await run(context, words, unknown('facilities', 'esrff'));
      assert.equal(failure?.at, at);
      assert.equal(failure?.message, 'nothing that you may see is called "esrff"');
    }
  });

  test('says which techniques a term may mean, by the flag that named it', async (context) => {
    const { failure } = await run(context, ['--technique', 'EM'], () => ({
      errors: [
        {
          message: '"EM" means a, or b at KIT.',
          extensions: {
            ...{ code: 'AMBIGUOUS_TERM', suggestions: ['a', 'term:b'], hint: 'Choose a or term:b.' },
            ambiguous: [{ field: 'techniques', value: 'EM', senses: [] }],
          },
        },
      ],
    }));
    assert.deepEqual(
      [failure?.code, failure?.message, failure?.at, failure?.hint],
      [
        ...['AMBIGUOUS_TERM', '"EM" means a, or b at KIT.', '--technique'],
        'Choose a or term:b, or one lab with --facility. See: panfed techniques <term>',
      ],
    );
  });

  test('names flags where the gateway names arguments', async (context) => {
    const notice = { code: 'AT_REQUIRED', message: 'Say where with `at`; `maxAge` stays.', suggestions: [] };
    const { output } = await run(context, [], () => page({ notices: [notice] }));
    assert.match(output.stderr(), /Say where with `--at`; `maxAge` stays\./);
  });

  test('prints the page of the question with --web, asking nobody', async (context) => {
    const { output, asked } = await run(context, ['xds', '--may', 'pull', '--at', 'esrf', '--web']);
    assert.match(output.stdout(), /^http:\S+:\d+\/\?q=xds&may=pull&at=esrf\n$/);
    assert.equal(asked.length, 0);
    const { failure } = await run(context, ['--except', 'license=XDS', '--web']);
    assert.match(failure?.message ?? '', /--except licenses/);
  });

  test('goes from page to page until it has them all', async (context) => {
    const { asked, output } = await run(context, ['--all', '--format', 'json'], ({ variables }) => {
      const last = variables.after === 'two';
      const { images } = page({ edges: [image(1), image(2)] }).data;
      const endCursor = variables.after === null ? 'one' : variables.after === 'one' ? 'two' : 'three';
      return { data: { images: { ...images, totalCount: 6, pageInfo: { hasNextPage: !last, endCursor } } } };
    });
    assert.deepEqual(
      asked.map(({ variables }) => [variables.after, variables.first]),
      [
        [null, 100],
        ['one', 100],
        ['two', 100],
      ],
    );
    const document = JSON.parse(output.stdout());
    assert.equal(document.images.length, 6);
    assert.equal(document.endCursor, null);
    assert.equal(output.stderr(), '2 of 6 images …\n4 of 6 images …\n6 of 6 images\n');
  });

  test('ends where a gateway does not advance', async (context) => {
    const { asked } = await run(context, ['--all'], () => {
      const { images } = page().data;
      return { data: { images: { ...images, pageInfo: { hasNextPage: true, endCursor: 'same' } } } };
    });
    assert.equal(asked.length, 2);
  });

  test('writes one JSON document, with access and outcomes', async (context) => {
    const { output } = await run(context, ['--format', 'json', '--facets', 'license'], ({ query }) =>
      query.startsWith('query Facets')
        ? { data: { images: { facets: [{ field: 'LICENSE', values: [] }] } } }
        : page(),
    );
    const document = JSON.parse(output.stdout());
    assert.deepEqual(Object.keys(document), [
      'images',
      'totalCount',
      'complete',
      'endCursor',
      'notices',
      'sources',
      'facets',
    ]);
    assert.equal(document.images[0].access.pull, true);
    assert.equal(document.images[0].facility.id, 'esrf');
  });

  test('shows the pull command and the reasons with --long, and nothing active', async (context) => {
    const edge = image(1, {
      title: 'RELION \u001b]0;owned\u0007\u202e',
      size: 1_234_567_890,
      pullCommands: [{ engine: 'docker', command: 'docker pull registry.esrf.eu/em/relion' }],
    });
    const reasons = [
      {
        code: 'AT',
        action: 'EXECUTE',
        message: 'Say where.',
        remedy: 'Name a facility.',
        policy: 'federation',
      },
    ];
    const { output } = await run(context, ['--long'], () =>
      page({ edges: [{ ...edge, access: { ...edge.access, reasons } }] }),
    );
    assert.match(output.stdout(), /^em\/relion1 {2}ESRF\n/);
    assert.match(output.stdout(), /title {7}RELION {2}\]0;owned /);
    assert.match(output.stdout(), /size {8}1\.1 GiB/);
    assert.match(output.stdout(), /docker {6}docker pull registry\.esrf\.eu\/em\/relion\n/);
    assert.match(output.stdout(), /no execute {2}Say where\. Name a facility\.\n/);
    assert.doesNotMatch(output.stdout().replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
  });

  test('reports notices and registries that did not answer on stderr', async (context) => {
    const { output, failure } = await run(context, [], () =>
      page({
        notices: [{ code: 'UNKNOWN_CHOICE', message: 'no reliom', suggestions: ['relion'] }],
        sources: [
          OK,
          {
            ...OK,
            registry: 'old',
            status: 'STALE',
            age: 600,
            error: { code: 'SOURCE_TIMEOUT', message: 'too slow' },
          },
          {
            ...OK,
            registry: 'gone',
            status: 'ERROR',
            age: null,
            error: { code: 'SOURCE_REFUSED', message: 'refused' },
          },
          { ...OK, registry: 'left', status: 'SKIPPED' },
        ],
      }),
    );
    assert.equal(failure, null);
    assert.equal(
      output.stderr(),
      'notice UNKNOWN_CHOICE: no reliom Did you mean relion?\n' +
        'STALE esrf/old answers from 10 min ago (SOURCE_TIMEOUT: too slow)\n' +
        'ERROR esrf/gone is missing from this answer (SOURCE_REFUSED: refused)\n' +
        '1 of 1 image\n',
    );
  });

  test('fails as SOURCE_UNAVAILABLE, with its data, where no registry answered', async (context) => {
    const { output, failure } = await run(context, ['--format', 'json'], () =>
      page({
        edges: [],
        sources: [
          { ...OK, status: 'TIMEOUT' },
          { ...OK, status: 'SKIPPED' },
        ],
      }),
    );
    assert.equal(failure?.code, 'SOURCE_UNAVAILABLE');
    assert.equal(JSON.parse(output.stdout()).totalCount, 0);
  });

  test('refuses a field, a value, a facet and a count that are none, and names what is near', async (context) => {
    const cases: [readonly string[], RegExp][] = [
      [['--only', 'framwork=relion'], /Did you mean framework\? Fields: facilities, .*may\./],
      [['--only', 'facility=esrf,licence=MIT'], /Did you mean license\?/],
      [['--only', 'facility=esrf,b=2'], /There is no field b\. /],
      [['--only', 'relion'], /field=value/],
      [['--only', 'facility='], /Name a value/],
      [['--only', 'trust=verifed'], /Did you mean VERIFIED\? Values: UNKNOWN, .*FAILED\./],
      [['--first', '0'], /whole number/],
    ];
    for (const [words, message] of cases) {
      const { asked, failure } = await run(context, words);
      assert.match(failure?.message ?? '', message);
      assert.equal(asked.length, 0);
    }
    const { failure } = await run(context, ['--facets', 'licence']);
    assert.equal(failure?.code, 'USAGE');
    assert.match(failure?.message ?? '', /Did you mean LICENSE/);
  });
});
