import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import type { Command } from 'commander';
import { buildSchema, parse, validate } from 'graphql';
import { COMPARE, compareCommand, NAMES } from '../../../src/cli/compare/command.ts';
import { throwsUsage } from '../../../src/cli/usage.ts';
import { collect, gatewayDouble, runAsking } from '../collect.ts';

const NONE = { nodes: [], leftOut: 0, totalCount: 0 };
const difference = (name: string, before: string | null, after: string | null, more = {}) => ({
  ...{ name, purl: null, before, after, licenseBefore: null, licenseAfter: null },
  ...more,
});
const list = (...nodes: readonly object[]) => ({ nodes, leftOut: 0, totalCount: nodes.length });

const COMPARISON = {
  ...{ a: { id: 'esrf/main/a@x' }, b: { id: 'esrf/main/b@y' }, isSame: false },
  facts: [
    { field: 'license', before: 'GPL-2.0-only', after: 'MIT' },
    { field: 'trust', before: 'VERIFIED', after: 'VERIFIED' },
    { field: 'base', before: null, after: 'docker.io/library/debian:12' },
  ],
  frameworks: {
    ...{ added: NONE, removed: NONE, down: NONE, changed: NONE },
    up: list(difference('relion', '3.1', '4.0')),
  },
  components: {
    ...{ removed: NONE, down: NONE, changed: NONE, truncated: false },
    added: { ...list(difference('a|b', null, '1')), leftOut: 2, totalCount: 3 },
    up: list(difference('openssl', '3.0.2', '3.0.7')),
    relicensed: list(difference('openssl', '1', '1', { licenseBefore: 'MIT', licenseAfter: 'ISC' })),
  },
  manifests: {
    common: [{ platform: 'linux/amd64', digest: 'sha256:1' }],
    removed: [],
    added: [{ platform: 'linux/arm64', digest: 'sha256:2' }],
  },
  ...{ aWithheld: [], bWithheld: [] },
};
const DENIED = [{ code: 'SIGN_IN_REQUIRED', message: 'Sign in.', remedy: null }];
const IDS = ['esrf/main/a@x', 'esrf/main/b@y'];

/** As the command line makes it: what is refused is thrown. */
function usable(command: Command): Command {
  throwsUsage(command);
  return command;
}

const run = (context: TestContext, words: readonly string[], compare: unknown = COMPARISON) =>
  runAsking(context, (output) => usable(compareCommand(output, {})), words, { data: { compare } });

describe('panfed compare', () => {
  test('asks what the gateway’s schema can answer', () => {
    const schema = buildSchema(
      readFileSync(new URL('../../../src/graphql/schema.graphql', import.meta.url), 'utf8'),
    );
    for (const document of [NAMES, COMPARE]) assert.deepEqual(validate(schema, parse(document)), []);
  });

  test('shows a line for each difference, and says what is left out and in common', async (context) => {
    const { output, asked } = await run(context, IDS);
    assert.equal(
      output.stdout(),
      [
        'WHAT                  NAME         BEFORE        AFTER',
        'license                            GPL-2.0-only  MIT',
        'base                               -             docker.io/library/debian:12',
        'framework up          relion       3.1           4.0',
        'component added       a|b                        1',
        'component up          openssl      3.0.2         3.0.7',
        'component relicensed  openssl      MIT           ISC',
        'manifest added        linux/arm64                sha256:2',
        '',
      ].join('\n'),
    );
    assert.equal(
      output.stderr(),
      '2 components more that differ: raise --first.\n1 manifest in common, with all layers.\n',
    );
    assert.deepEqual(asked[0]?.variables, { a: IDS[0], b: IDS[1], first: 100 });
  });

  test('writes one JSON document', async (context) => {
    const { output } = await run(context, [...IDS, '--format', 'json']);
    assert.deepEqual(JSON.parse(output.stdout()), COMPARISON);
  });

  test('writes Markdown in which nothing of an image ends a cell or begins a tag', async (context) => {
    const { output } = await run(context, [...IDS, '--format', 'markdown']);
    assert.match(output.stdout(), /^Comparison of `esrf\/main\/a@x` with `esrf\/main\/b@y`\n\n\| What /);
    assert.match(output.stdout(), /\| component added \| `a\\\|b` \| {2}\| `1` \|\n/);
    assert.match(output.stdout(), /\n- 1 manifest in common, with all layers\.\n$/);
  });

  test('says why nothing is compared', async (context) => {
    const { output, failure } = await run(context, IDS, {
      ...COMPARISON,
      ...{ facts: null, frameworks: null, components: null, manifests: null, bWithheld: DENIED },
    });
    assert.equal(failure, null);
    assert.equal(output.stdout(), 'Nothing is compared.\n');
    assert.equal(
      output.stderr(),
      'Images are compared for who may pull both, and you may not pull the second image: Sign in.\n',
    );
  });

  test('shows nothing of a message that acts on a terminal', async (context) => {
    const acting = [{ ...DENIED[0], message: 'Sign\u001b[2J in\u202e.' }];
    const { output } = await run(context, IDS, { ...COMPARISON, components: null, aWithheld: acting });
    assert.match(output.stderr(), /Sign \[2J in\./);
  });

  test('looks up digests and references first', async (context) => {
    const { url, asked } = await gatewayDouble(context, ({ query }) => ({
      body: {
        data: query.includes('compare(') ? { compare: COMPARISON } : { a: { id: IDS[0] }, b: { id: IDS[1] } },
      },
    }));
    const output = collect();
    const names = [`sha256:${'a'.repeat(64)}`, 'registry.esrf.fr/em/relion:5'];
    await compareCommand(output, {}).parseAsync([...names, '--url', url], { from: 'user' });
    assert.deepEqual(asked[0]?.variables, {
      ...{ aId: null, aDigest: names[0], aReference: null },
      ...{ bId: null, bDigest: null, bReference: names[1] },
    });
    assert.deepEqual(asked[1]?.variables, { a: IDS[0], b: IDS[1], first: 100 });
  });

  test('is NOT_FOUND where one of both is not there', async (context) => {
    for (const compare of [null, { ...COMPARISON, a: null }, { ...COMPARISON, b: null }]) {
      assert.equal((await run(context, IDS, compare)).failure?.code, 'NOT_FOUND');
    }
  });

  test('refuses a --first that is out of bounds', async (context) => {
    const { failure } = await run(context, [...IDS, '--first', '1001']);
    assert.deepEqual(failure?.code, 'USAGE');
  });
});
