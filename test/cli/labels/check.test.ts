import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';

import { description, hostileText } from '../../support/descriptions.ts';
import fc, { runs } from '../../support/fast-check.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runLabels } from './run-labels.ts';
import { suiteOf } from './xml.ts';

interface Finding {
  readonly severity: string;
  readonly at: string;
  readonly message: string;
  readonly hint: string | null;
}

const folder = temporaryFolder({ after });

/** The findings of a text on stdin, each as one line without its hint. */
async function found(text: string | object): Promise<string[]> {
  const written = typeof text === 'string' ? text : JSON.stringify(text);
  const { stdout } = await runLabels(['check', '-', '--format', 'json'], written);
  return JSON.parse(stdout).images.flatMap(({ findings }: { findings: Finding[] }) =>
    findings.map(({ severity, at, message }) => `${at} ${severity} ${message}`),
  );
}

const GOOD = { frameworks: ['relion@5.0'], techniques: ['SAXS'], reads: ['MRC'], license: 'GPL-2.0-only' };

describe('panfed labels check', () => {
  test('finds nothing in a good description, and says what it restricts', async () => {
    assert.deepEqual(await found(GOOD), []);
    const { stdout, error } = await runLabels(
      ['check', '-'],
      JSON.stringify({ ...GOOD, sharing: 'none', listed: false, conditions: ['academic'] }),
    );
    assert.equal(error, null);
    assert.equal(
      stdout,
      'stdin can be read; its labels lower sharing to none, keep the image unlisted, add the condition academic\n',
    );
  });

  // One mistake each: what is written, and what is found.
  for (const [text, wanted] of [
    ['{\n  "reds": ["MRC"]}', ['stdin:2:3 error reds: is no field of a description']],
    [
      '{"shring": "none"}',
      [
        'stdin:1:2 error shring: is no field of a description, and as it may be meant to restrict, sharing becomes none',
      ],
    ],
    ['{"reads": ["MRC",\n 5]}', ['stdin:2:2 error reads[1]: is not text']],
    [
      '{"requires": {"gpu": {"memory": -1, "vendor": "nvidia"}}}',
      ['stdin:1:33 error requires.gpu.memory: has an amount that is not a whole number'],
    ],
    [
      '{"requires": {"gpu": {"memory": 1}}}',
      ['stdin:1:22 error requires.gpu: names a GPU without its vendor'],
    ],
    ['{"requires": {"cpu": 1}}', ['stdin:1:15 error requires.cpu: is read by nobody']],
    [
      '{"requires": {"cpus": 1.5, "memory": "much"}}',
      [
        'stdin:1:23 error requires.cpus: has an amount that is not a whole number',
        'stdin:1:38 error requires.memory: has an amount that is not a whole number',
      ],
    ],
    ['{"documentation": "lab"}', ['stdin:1:19 error documentation: is not an http or https URL']],
    ['{"a": 1,\n "b": x}', ['stdin:2:7 error the file is not JSON']],
    ['{"reads": [],\n "reads": []}', ['stdin:2:2 error the file has a key twice']],
    [
      '[1]',
      [
        'stdin error the file is neither a description, a JSON object, nor what an inspection of images prints',
      ],
    ],
    [`${'['.repeat(70)}${']'.repeat(70)}`, ['stdin error the file is nested deeper than 64 levels']],
  ] as const) {
    test(`finds ${wanted[0].slice(6, 70)}`, async () => {
      assert.deepEqual(
        (await found(text)).filter((line) => line.includes(' error ')),
        wanted,
      );
    });
  }

  test('warns of names that the vocabulary does not have, with the nearest, and of those that have several meanings', async () => {
    const { stdout, error } = await runLabels(
      ['check', '-'],
      JSON.stringify({
        ...GOOD,
        frameworks: ['relon@5'],
        techniques: ['tomografy'],
        writes: ['.h5'],
        license: 'GPL-2.0-onyl',
      }),
    );
    assert.equal(error, null);
    assert.match(
      stdout,
      /frameworks\[0\]: the vocabulary has no framework "relon"\n {2}hint: Did you mean RELION/,
    );
    assert.match(
      stdout,
      /techniques\[0\]: the vocabulary has no technique "tomografy".*\n {2}hint: Did you mean tomography/,
    );
    assert.match(stdout, /writes\[0\]: "\.h5" may be HDF5, NeXus, /);
    assert.match(stdout, /license: "GPL-2\.0-onyl" is not recognized.*\n {2}hint: .* GPL-2\.0-only/);
    assert.match(stdout, /4 warnings; its labels restrict nothing\n$/);
  });

  test('warns of what cannot open anything, and of an image that is found by nothing', async () => {
    assert.deepEqual(await found('{"sharing": "open", "listed": true, "license": "MIT"}'), [
      'stdin:1:1 warning the description: names no framework, technique or format, by which images are found',
      'stdin:1:13 warning sharing: open opens nothing: a label can only restrict who may have an image',
      'stdin:1:31 warning listed: true opens nothing: a label can only restrict who may have an image',
    ]);
  });

  test('fails with 4 for an error, and with --strict for a warning', async () => {
    const warned = JSON.stringify({ ...GOOD, techniques: ['tomografy'] });
    assert.equal((await runLabels(['check', '-'], warned)).error, null);
    const strict = await runLabels(['check', '-', '--strict'], warned);
    assert.equal(strict.error?.entry.exit, 4);
    assert.equal(strict.error?.message, '1 warning, reported above');
    assert.equal((await runLabels(['check', '-'], '{"reds": 1}')).error?.entry.exit, 4);
  });

  test('fails with 2 for a file that cannot be read, is not UTF-8, or is too large', async () => {
    for (const [words, stdin] of [
      [['check', join(folder, 'none.json')], ''],
      [['check', folder], ''],
      [['check', '-'], Buffer.from([0x7b, 0xff])],
      [['check', '-'], ' '.repeat(1_048_577)],
      [['check', `oci:${folder}`], ''],
      [['check'], ''],
    ] as const) {
      assert.equal((await runLabels(words, stdin)).error?.entry.exit, 2, words.join(' '));
    }
  });

  test('finds a label that is too long once, however long it is', async () => {
    const lines = await found({ ...GOOD, description: 'x'.repeat(102_400) });
    assert.deepEqual(lines.length, 1);
    assert.match(
      lines[0] ?? '',
      /^stdin:1:1 error the description: has 102\d{3} characters as a label, of at most 8192/,
    );
  });

  test('reads what docker, podman and skopeo print of images, each image by itself', async () => {
    const labels = {
      'io.panfed.reads': 'MRC',
      'io.panfed.sharing': 'nobody',
      'org.opencontainers.image.licenses': 'MIT',
    };
    const wanted = (at: string) => [
      `${at} error io.panfed.sharing: is neither open, conditional nor none, and as it may be meant to restrict, sharing becomes none`,
    ];
    assert.deepEqual(await found(JSON.stringify([{ Config: { Labels: labels } }])), wanted('stdin:1:47'));
    assert.deepEqual(await found({ config: { Labels: labels } }), wanted('stdin:1:46'));
    assert.deepEqual(await found({ Name: 'x', Labels: labels }), wanted('stdin:1:47'));
    assert.deepEqual(
      await found([
        { Config: { Labels: labels } },
        { Config: { Labels: { ...labels, 'io.panfed.sharing': 'none' } } },
      ]),
      wanted('stdin [0]:1:47'),
    );
  });

  test('reads the labels of a Dockerfile, with the place of each', async () => {
    const path = join(folder, 'Dockerfile');
    writeFileSync(
      path,
      'FROM debian\nLABEL io.panfed.reads="MRC" \\\n  io.panfed.image="{\\"writes\\": 5}"\nLABEL io.panfde.listed=no org.opencontainers.image.license=MIT\n',
    );
    const { stdout } = await runLabels(['check', path]);
    assert.deepEqual(
      stdout
        .split('\n')
        .filter((line) => line.startsWith(path))
        .map((line) => line.slice(path.length)),
      [
        ':3:3: error: io.panfed.image: writes: is not a list',
        ':4:7: error: io.panfde.listed: is not read as it is written: it may mean io.panfed.listed, and as it may be meant to restrict, the image is not listed',
        ':4:27: warning: org.opencontainers.image.license: is no key of OCI, and is read as org.opencontainers.image.licenses',
        ' is not right: 2 errors and 1 warning; its labels keep the image unlisted',
      ],
    );
  });

  test('writes JUnit with a failure for each field, and annotations of GitHub for a file of the change', async () => {
    const path = join(folder, 'image.json');
    writeFileSync(path, '{"title": 5,\n"techniques": ["<a&\\"b\\">", "tomografy"], "license": "MIT"}');
    const junit = (await runLabels(['check', path, '--format', 'junit'])).stdout;
    const suite = suiteOf(junit);
    assert.deepEqual(suite, { tests: '3', failures: '1', cases: ['labels', 'title', 'techniques'] });
    const { stdout } = await runLabels(['check', path, '--format', 'github']);
    assert.match(
      stdout,
      new RegExp(`^::error file=${path},line=1,title=panfed labels check::title: is not text`),
    );
    assert.match(stdout, /^::warning file=.*,line=2,/m);
    const piped = (await runLabels(['check', '-', '--format', 'github'], '{"title": 5}')).stdout;
    assert.match(piped, /^::error title=panfed labels check::stdin: title: is not text/);
  });

  test('shows no text that is active, in any format, whatever is checked', async () => {
    const text = fc.oneof(
      hostileText(200),
      description.map((value) => JSON.stringify(value)),
      fc
        .dictionary(hostileText(), fc.oneof(hostileText(), fc.array(hostileText())))
        .map((value) => JSON.stringify(value)),
      hostileText(200).map((value) => `FROM x\nLABEL io.panfed.reads="${value}" io.panfed.${value}=1`),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom('table', 'json', 'junit', 'github'), async (written, format) => {
        const { stdout, error } = await runLabels(['check', '-', '--format', format], written);
        assert.doesNotMatch(stdout.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\u2028\u2029]/u);
        assert.ok(error === null || error.entry.exit === 4);
      }),
      { numRuns: runs(60) },
    );
  });

  test('of 100 KB of names that nobody knows ends soon', async () => {
    const labels = {
      'io.panfed.image': JSON.stringify({
        techniques: Array.from({ length: 64 }, (_, index) => `tomografy ${index} ${'x'.repeat(60)}`),
      }),
    };
    const images = Array.from({ length: 20 }, () => ({ Config: { Labels: labels } }));
    const lines = await found(images);
    // At most twenty of each are listed.
    assert.equal(lines.filter((line) => line.includes('the vocabulary has no technique')).length, 20 * 20);
  });
});
