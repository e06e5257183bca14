import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { buildSchema, parse, validate } from 'graphql';
import { imageName } from '../../../src/cli/search/image-name.ts';
import { SHOW, showCommand } from '../../../src/cli/search/show.ts';
import { runAsking } from '../collect.ts';

const IMAGE = {
  id: 'esrf/main/em/relion:4.0',
  reference: 'registry.esrf.eu/em/relion:4.0',
  repository: 'em/relion',
  tags: ['4.0'],
  digest: null,
  sharing: 'OPEN',
  suppliedBy: 'STAFF',
  facility: { id: 'esrf', name: 'ESRF' },
  frameworks: [],
  license: { state: 'MISSING', expression: null, raw: null },
  trust: { state: 'UNSIGNED', signers: [] },
  access: { discover: true, pull: true, execute: false, reasons: [] },
};

const run = (
  context: TestContext,
  words: readonly string[],
  image: unknown = IMAGE,
  errors?: readonly unknown[],
) => runAsking(context, (output) => showCommand(output, {}), words, { data: { image }, errors });

describe('panfed show', () => {
  test('asks what the gateway’s schema can answer', () => {
    const schema = readFileSync(new URL('../../../src/graphql/schema.graphql', import.meta.url), 'utf8');
    assert.deepEqual(validate(buildSchema(schema), parse(SHOW)), []);
  });

  test('distinguishes an id, a digest and a reference', () => {
    const digest = `sha256:${'0a'.repeat(32)}`;
    const none = { id: null, digest: null, reference: null };
    assert.deepEqual(imageName(digest), { ...none, digest });
    const long = `sha512:${'0a'.repeat(64)}`;
    assert.deepEqual(imageName(long), { ...none, digest: long });
    for (const reference of [IMAGE.reference, 'host:5000/x/y', 'localhost/x', `ghcr.io/x/y@${digest}`]) {
      assert.deepEqual(imageName(reference), { ...none, reference });
      const copied = `docker://${reference}`;
      assert.deepEqual(imageName(copied), { ...none, reference: copied });
    }
    for (const wrong of ['', ' ', 'sha256:abc', `SHA256:${'0A'.repeat(32)}`, `sha512:${'0a'.repeat(32)}`]) {
      assert.throws(() => imageName(wrong), { code: 'USAGE' }, wrong);
    }
    for (const id of [IMAGE.id, `esrf/main/x@${digest}`, 'nothing']) {
      assert.deepEqual(imageName(id), { ...none, id });
    }
  });

  test('prints all that is known, for people and as JSON', async (context) => {
    const { output, asked } = await run(context, [IMAGE.id, '--at', 'esrf']);
    assert.match(
      output.stdout(),
      /^em\/relion {2}ESRF\n {2}id {10}esrf\/main\/em\/relion:4\.0\n[\s\S]*you may {5}pull\n/,
    );
    assert.deepEqual([asked[0]?.variables.id, asked[0]?.variables.at], [IMAGE.id, 'esrf']);
    const json = await run(context, [IMAGE.reference, '--format', 'json']);
    assert.deepEqual(JSON.parse(json.output.stdout()), IMAGE);
  });

  test('says which statement and which label the license is from, and each of its conditions', async (context) => {
    const license = {
      ...{ state: 'NORMALIZED', expression: 'CC-BY-NC-4.0 AND MIT', raw: 'CC-BY-NC-4.0; MIT' },
      conditions: [
        { kind: 'NON_COMMERCIAL', origin: 'LICENSE', remedy: null },
        { kind: 'SITE', origin: 'FACILITY', remedy: 'Ask us.' },
      ],
      statements: [
        { text: 'MIT', origin: 'FACILITY', label: null },
        { text: 'CC-BY-NC-4.0', origin: 'LABEL', label: 'about.license' },
      ],
    };
    const { output } = await run(context, [IMAGE.id], { ...IMAGE, license });
    const lines = output.stdout().split('\n');
    assert.deepEqual(
      lines.filter((line) => /^ {2}(?:stated by|asks for)/.test(line)),
      [
        '  stated by   the lab: MIT',
        '  stated by   the label about.license: CC-BY-NC-4.0',
        '  asks for    non commercial (by the license)',
        '  asks for    site (by the lab): Ask us.',
      ],
    );
  });

  test('prints the notices of the image', async (context) => {
    const notices = [{ code: 'TAG_MOVED', message: 'The tag 4.0 moved.', tag: '4.0', since: null }];
    const { output } = await run(context, [IMAGE.id], { ...IMAGE, notices });
    assert.match(output.stdout(), /\n {2}notice {6}The tag 4\.0 moved\.\n/);
  });

  test('names who signed it and how it was built, and says what nobody verified', async (context) => {
    const provenance = {
      verified: true,
      builder: 'https://b.example',
      source: 'git+https://s.example',
      revision: 'ab12',
    };
    const trust = { state: 'VERIFIED', signers: ['Release', 'CI'], claimedSigners: ['Eve'], provenance };
    const verified = (await run(context, [IMAGE.id], { ...IMAGE, trust })).output.stdout();
    assert.match(verified, /\n {2}trust {7}verified: signed by Release, CI\n/);
    assert.match(verified, /\n {2}built {7}from git\+https:\/\/s\.example at ab12 by https:\/\/b\.example\n/);
    assert.doesNotMatch(verified, /Eve/);
    const claimed = {
      ...trust,
      state: 'CLAIMED',
      signers: [],
      provenance: { ...provenance, verified: false },
    };
    const said = (await run(context, [IMAGE.id], { ...IMAGE, trust: claimed })).output.stdout();
    assert.match(said, /\n {2}trust {7}claimed\n {2}signed by {3}Eve \(not verified\)\n/);
    assert.match(said, /\n {2}built {7}from .* by https:\/\/b\.example \(not verified\)\n/);
  });

  test('prints the page of the image with --web', async (context) => {
    const { output, url } = await run(context, [IMAGE.reference, '--web']);
    assert.equal(output.stdout(), `${url}/?image=${encodeURIComponent(IMAGE.id)}\n`);
  });

  test('does not say that it is not there where a registry has not answered', async (context) => {
    const error = {
      message: 'Not all registries have answered.',
      extensions: { code: 'SOURCE_UNAVAILABLE' },
    };
    const { failure } = await run(context, [IMAGE.id], null, [error]);
    assert.equal(failure?.code, 'SOURCE_UNAVAILABLE');
  });

  test('is NOT_FOUND for what is not there or not to be seen', async (context) => {
    const { failure, output } = await run(context, ['esrf/main/none'], null);
    assert.equal(failure?.code, 'NOT_FOUND');
    assert.equal(output.stdout(), '');
  });
});
