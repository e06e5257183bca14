// `panfed labels` as a lab's CI runs it: the built command line, from typos to labels in an image.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { make, needsRealTools } from '../support/oci/real-tools.ts';
import { MAIN } from '../support/serve.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder({ after });

/** Ends a run that hangs: at least ten times what one takes. */
const TIMEOUT = 60_000;

function panfed(
  words: readonly string[],
  input = '',
): { readonly code: number | null; readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
    ...{ cwd: folder, input, encoding: 'utf8', timeout: TIMEOUT },
    env: { PATH: process.env.PATH, NO_COLOR: '1' },
  });
  return { code: status, stdout, stderr };
}

describe('panfed labels, built', () => {
  test('names the nearest of what is mistyped, and leaves with 2', () => {
    for (const [words, hint] of [
      [['labels', 'chek'], /Did you mean check\?.* Commands: init, check, print, schema/],
      [['labels', 'init', '--tehnique', 'SAXS'], /Did you mean --technique\?/],
      [['labels', 'init', '--technique', 'tomografy'], /Did you mean tomography/],
      [['labels', 'init', '--license', 'GLP-2.0-only'], /Did you mean .*GPL-2\.0-only/],
      [
        ['labels', 'print', 'x', '--format', 'codemta'],
        /Allowed choices are dockerfile, datapackage, codemeta, json/,
      ],
      [['labels', 'check'], /missing required argument 'file'/],
      [['labels', 'check', 'none.json'], /the file cannot be read \(ENOENT\)/],
      [['labels', 'check', 'oci:none'], /has no index\.json that can be read \(ENOENT\)/],
    ] as const) {
      const { code, stderr } = panfed(words);
      assert.equal(code, 2, words.join(' '));
      assert.match(stderr, hint);
    }
  });

  test('explains each subcommand with examples', () => {
    for (const command of ['init', 'check', 'print', 'schema']) {
      const { code, stdout } = panfed(['labels', command, '--help']);
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`Examples:\\n {2}\\$ .*panfed labels ${command}`));
    }
  });

  test('prints the schema that is published', () => {
    const published = readFileSync(new URL('../../docs/labels.schema.json', import.meta.url), 'utf8');
    assert.ok(panfed(['labels', 'schema']).stdout === published);
  });

  test('leaves with 0, and with 4 for what cannot be read', () => {
    assert.equal(
      panfed(['labels', 'init', '--framework', 'relion@5', '--reads', 'MRC', '--license', 'MIT']).code,
      0,
    );
    assert.equal(panfed(['labels', 'check', 'image.json', '--strict']).code, 0);
    const { code, stderr } = panfed(['labels', 'check', '-'], '{"shring": "none"}');
    assert.equal(code, 4);
    assert.match(stderr, /^error CONFORMANCE_FAILED: 1 error, reported above/);
  });

  test(
    'puts a description with hostile texts into a real image, in which it is what it was',
    needsRealTools(),
    async () => {
      const texts = [
        '$HOME `id` $(id)',
        'a\nb\r\nc',
        '"\\" \\n \'x\'',
        '\u202eabc\u2066',
        '{"a":1}, [b]',
        'x'.repeat(256),
      ];
      const description = {
        title: texts[0],
        description: texts.slice(1, 5).join(' '),
        techniques: texts,
        license: 'MIT',
      };
      writeFileSync(join(folder, 'hostile.json'), JSON.stringify(description));
      const printed = panfed(['labels', 'print', 'hostile.json', '--format', 'json']);
      assert.equal(printed.code, 0, printed.stderr);
      await make(folder, { tag: 'hostile', labels: { 'io.panfed.image': printed.stdout.trimEnd() } });
      const layout = join(folder, 'layout');
      const inspected = execFileSync('skopeo', ['inspect', '--config', `oci:${layout}:hostile`], {
        encoding: 'utf8',
      });
      assert.equal(JSON.parse(inspected).config.Labels['io.panfed.image'], printed.stdout.trimEnd());
      for (const [words, input] of [
        [['labels', 'check', '-', '--format', 'json'], inspected],
        [['labels', 'check', `oci:${layout}`, '--format', 'json'], ''],
      ] as const) {
        const { code, stdout } = panfed(words, input);
        assert.equal(code, 0, stdout);
        const [image] = JSON.parse(stdout).images;
        assert.deepEqual([image.errors, image.restricts.sharing], [0, null]);
        assert.doesNotMatch(stdout, /[\u202e\u2066\r]/);
      }
    },
  );

  test('checks 100 KB that are hostile, and ends', () => {
    for (const input of [
      '['.repeat(102_400),
      `{"a": ${'{"a":'.repeat(20_000)}`,
      `FROM scratch\nLABEL a="${'$HOME'.repeat(20_000)}"`,
      `FROM scratch\nLABEL io.panfed.image="${'\\"'.repeat(50_000)}`,
      JSON.stringify({ techniques: Array(10_000).fill('tomografy') }),
      JSON.stringify(
        Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`shring${index}`, 'none'])),
      ),
    ]) {
      const { code, stderr } = panfed(['labels', 'check', '-'], input);
      assert.ok(code === 0 || code === 4, `${code}: ${stderr.slice(0, 500)}`);
    }
  });
});
