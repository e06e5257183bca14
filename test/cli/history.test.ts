import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { buildSchema, parse, validate } from 'graphql';
import { HISTORY, historyCommand, referenceOf } from '../../src/cli/history.ts';
import { runAsking } from './collect.ts';

const TAG = 'registry.esrf.fr:5000/em/relion:latest';
const SPANS = [
  { digest: `sha256:${'0b'.repeat(32)}`, since: '2026-05-04T00:00:00.000Z', until: null },
  { digest: null, since: '2026-05-03T00:00:00.000Z', until: '2026-05-04T00:00:00.000Z' },
  {
    digest: `sha256:${'0a'.repeat(32)}`,
    since: '2026-05-01T00:00:00.000Z',
    until: '2026-05-03T00:00:00.000Z',
  },
];

const run = (
  context: TestContext,
  words: readonly string[],
  tagHistory: unknown = SPANS,
  errors?: readonly unknown[],
) => runAsking(context, (output) => historyCommand(output, {}), words, { data: { tagHistory }, errors });

describe('panfed history', () => {
  test('asks what the gateway’s schema can answer', () => {
    const schema = readFileSync(new URL('../../src/graphql/schema.graphql', import.meta.url), 'utf8');
    assert.deepEqual(validate(buildSchema(schema), parse(HISTORY)), []);
  });

  test('shows a line for each digest, the newest first, and that the tag was gone', async (context) => {
    const { output, asked } = await run(context, [TAG]);
    assert.equal(
      output.stdout(),
      'FROM                      UNTIL                     DIGEST\n' +
        `2026-05-04T00:00:00.000Z  now                       sha256:${'0b'.repeat(32)}\n` +
        '2026-05-03T00:00:00.000Z  2026-05-04T00:00:00.000Z  gone\n' +
        `2026-05-01T00:00:00.000Z  2026-05-03T00:00:00.000Z  sha256:${'0a'.repeat(32)}\n`,
    );
    assert.deepEqual(asked[0]?.variables, { reference: TAG });
  });

  test('writes one JSON document', async (context) => {
    const { output } = await run(context, [TAG, '--format', 'json']);
    assert.deepEqual(JSON.parse(output.stdout()), SPANS);
  });

  test('is NOT_FOUND with what to do where there is none', async (context) => {
    const { failure, output } = await run(context, [TAG], []);
    assert.equal(failure?.code, 'NOT_FOUND');
    assert.match(failure?.hint ?? '', /none of a registry of kind file.*--token-file/);
    assert.equal(output.stdout(), '');
  });

  test('does not say that there is none where it cannot be read', async (context) => {
    const error = { message: 'Not now.', extensions: { code: 'STORE_UNAVAILABLE' } };
    const { failure } = await run(context, [TAG], null, [error]);
    assert.equal(failure?.code, 'STORE_UNAVAILABLE');
  });

  test('takes a tag of a repository at a host, and refuses all else', () => {
    for (const name of [TAG, 'host/prefix/em/relion:5.0', 'localhost/x:1']) {
      assert.equal(referenceOf(name), name);
      assert.equal(referenceOf(`docker://${name}`), name);
    }
    for (const wrong of ['', 'relion:5', 'host:5000/relion', `host/x@sha256:${'0a'.repeat(32)}`, 'host/:1']) {
      assert.throws(() => referenceOf(wrong), { code: 'USAGE' }, wrong);
    }
  });
});
