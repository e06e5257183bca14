// `panfed policy diff --gateway`: over the images of a running gateway that its caller may discover.

import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { OWN_POLICIES } from '../../../../src/authoring/source/owner.ts';
import { connectGateway } from '../../../../src/cli/gateway/client.ts';
import { readGatewayCatalog } from '../../../../src/cli/policy/diff/gateway.ts';
import { diffCommand } from '../../../../src/cli/policy/diff.ts';
import { FederationError } from '../../../../src/model/errors.ts';
import type { ImageRecord } from '../../../../src/model/image.ts';
import { recordInput } from '../../../../src/policy/decisions/input.ts';
import { needsOpa, scratch } from '../../../authoring/opa.ts';
import { catalogs } from '../../../catalogs/demo.ts';
import { type RunningGateway, startDemo } from '../../../support/gateway.ts';
import { digestOf, imageRecord } from '../../../support/records.ts';
import { collect, gatewayDouble } from '../../collect.ts';

const ESRF = join(OWN_POLICIES, 'bundle/esrf.tar.gz');
const FEDERATION = join(OWN_POLICIES, 'bundle/federation.tar.gz');
const ALL = { known: ['esrf', 'desy', 'elettra'], max: 1_000, progress: () => {} };

const exitOf = (error: unknown): unknown[] => {
  assert.ok(error instanceof FederationError, String(error));
  return [error.code, error.entry.exit];
};

/** What a record and its policies have, but for its signatures. */
function describedBy(record: ImageRecord) {
  const { trust: _, provenance: __, ...input } = recordInput(record);
  const { id, tags, digest, reference } = record;
  return JSON.parse(JSON.stringify({ ...input, id, tags, digest, reference }));
}

describe('panfed policy diff over a gateway', needsOpa, () => {
  let demo: RunningGateway;
  before(async () => {
    demo = await startDemo();
  });
  after(() => demo.close());

  /** Runs it as one of the demo's people; a failure is returned and not thrown. */
  async function run(person: string, ...args: string[]) {
    const output = collect();
    const env = { PANFED_URL: demo.url, PANFED_TOKEN: await demo.token(person) };
    const command = diffCommand(output, env)
      .exitOverride()
      .configureOutput({ writeErr: () => {} });
    let error: unknown = null;
    await command.parseAsync([...args, '--demo', '--gateway'], { from: 'user' }).catch((reason: unknown) => {
      error = reason;
    });
    return { stdout: output.stdout(), stderr: output.stderr(), error };
  }

  async function catalogOf(person: string, facilities: readonly string[]) {
    const gateway = await connectGateway({ url: demo.url }, { PANFED_TOKEN: await demo.token(person) });
    return readGatewayCatalog(gateway, { ...ALL, facilities });
  }

  /** ESRF's rules with one of their conditions written differently. */
  function edited(context: TestContext, condition: string, other: string): string {
    const folder = scratch(context);
    for (const name of ['subjects.yaml', 'facilities/esrf']) {
      cpSync(join(OWN_POLICIES, name), join(folder, name), { recursive: true });
    }
    const file = join(folder, 'facilities/esrf/decision.rego');
    const rules = readFileSync(file, 'utf8');
    assert.ok(rules.includes(condition));
    writeFileSync(file, rules.replace(condition, other));
    return folder;
  }

  test('has the images as the catalogs do, but for those that its caller may not discover', async () => {
    for (const person of ['admin', 'esrf-author']) {
      const { snapshots, unread } = await catalogOf(person, ['esrf']);
      assert.deepEqual(unread, []);
      const whole = new Map(
        catalogs
          .filter(({ facility }) => facility === 'esrf')
          .flatMap(({ records }) => records)
          .map((record) => [record.id, record]),
      );
      const seen = snapshots.flatMap(({ records }) => records);
      assert.ok(seen.length > 0 && seen.length < whole.size, `${seen.length} of ${whole.size}`);
      for (const record of seen) {
        const expected = whole.get(record.id) ?? imageRecord();
        assert.deepEqual(describedBy(record), describedBy(expected));
        assert.equal(record.upstreamId, null);
      }
      // The gateway verified what a catalog only says.
      assert.ok(
        seen.some(({ trust }) => trust.state === 'verified' && trust.signers.includes('ESRF release')),
      );
    }
  });

  test('finds access that a change opens, and reports what it could not compare', async (context) => {
    const { error, stdout, stderr } = await run(
      'esrf-author',
      ...[edited(context, 'stated.sharing == "open"', 'stated.sharing == "none"'), ESRF],
      ...['--fail-on', 'loosened', '--visible-only', '--format', 'json'],
    );
    assert.deepEqual(exitOf(error), ['POLICY_CHANGED', 4]);
    const { visibleOnly, changes } = JSON.parse(stdout);
    assert.equal(visibleOnly, true);
    assert.deepEqual([changes[0].direction, changes[0].action], ['loosened', 'pull']);
    assert.ok(changes[0].subjects.includes('industry'), changes[0].subjects.join());
    assert.match(stderr, /^warning: only images that you may discover at the gateway were compared: /m);
  });

  test('does not find changes to images that are hidden from its caller, and reports that', async (context) => {
    const { error, stdout, stderr } = await run(
      'esrf-author',
      ...[ESRF, edited(context, 'academic == true', 'academic != false'), '--format', 'github'],
    );
    assert.equal(error, null);
    assert.match(stdout, /^::notice title=policy unchanged::No change: .* images that you may discover\.$/m);
    assert.match(stdout, /^::warning title=note::only images that you may discover .* may change too$/m);
    assert.equal(stderr.includes('warning'), false);
  });

  test('reports what was compared if nothing changed', async () => {
    const { error, stdout } = await run('admin', ESRF, ESRF);
    assert.equal(error, null);
    assert.match(stdout, /^No change: \d+ subjects may do the same with \d+ images that you may discover; /m);
  });

  for (const [what, args, message] of [
    ['to fail on a change without saying that this is enough', ['--fail-on', 'loosened'], /does not show/],
    ['to crawl as well', ['--crawl'], /either a gateway’s or crawled/],
  ] as const) {
    test(`${what}: a usage error`, async () => {
      const { error } = await run('admin', ESRF, ESRF, ...args);
      assert.deepEqual(exitOf(error), ['USAGE', 2]);
      assert.match((error as Error).message, message);
    });
  }

  test('refuses a caller who is shown no record', async () => {
    for (const person of ['visitor', 'esrf-em']) {
      assert.deepEqual(exitOf((await run(person, ESRF, ESRF)).error), ['FORBIDDEN', 2]);
    }
  });

  test('an author has the own facility’s images compared, and the others named', async () => {
    const { error, stdout } = await run(
      'esrf-author',
      ...[FEDERATION, FEDERATION, '--fail-on', 'any', '--visible-only', '--format', 'json'],
    );
    assert.deepEqual(exitOf(error), ['SOURCE_UNAVAILABLE', 5]);
    const { unread } = JSON.parse(stdout);
    const names: string[] = unread.map(({ registry }: { registry: string }) => registry);
    assert.ok(names.length > 5 && !names.some((name) => name.startsWith('esrf/')), names.join());
    assert.deepEqual(
      [...new Set(unread.map(({ failure }: { failure: { code: string } }) => failure.code))],
      ['FORBIDDEN'],
    );
  });
});

describe('the catalog of a gateway', () => {
  const image = imageRecord();
  const { id, digest, reference, tags, registry } = image;
  const node = (record: string | null, facility = image.facility) => ({
    ...{ id, digest, reference, tags, registry, record },
    facility: { id: facility },
  });
  const text = JSON.stringify(recordInput(image));

  async function catalogOf(
    context: TestContext,
    nodes: readonly object[],
    sources: (start: number) => readonly object[] = () => [],
  ) {
    const { url } = await gatewayDouble(context, ({ variables }) => {
      const start = Number(variables.after ?? 0);
      const pageInfo = { hasNextPage: start + 1 < nodes.length, endCursor: String(start + 1) };
      const page = {
        totalCount: nodes.length,
        pageInfo,
        sources: sources(start),
        nodes: nodes.slice(start, start + 1),
      };
      return { body: { data: { images: page } } };
    });
    return readGatewayCatalog(await connectGateway({ url }, {}), ALL);
  }

  test('has all pages, a snapshot a registry, and registries that failed', async (context) => {
    const other = imageRecord({ registry: 'other' });
    const second = { ...node(JSON.stringify(recordInput(other))), id: other.id, registry: 'other' };
    const { snapshots, unread } = await catalogOf(
      context,
      [node(text), second, { ...node(null), registry: 'third' }, node(text, 'nowhere')],
      () => [
        { facility: { id: 'esrf' }, registry: 'main', status: 'STALE', error: { code: 'X', message: 'old' } },
        {
          facility: { id: 'desy' },
          registry: 'main',
          status: 'TIMEOUT',
          error: { code: 'SOURCE_TIMEOUT', message: 'late' },
        },
      ],
    );
    assert.deepEqual(
      snapshots.map(({ facility, registry: key, records }) => [facility, key, records.map((one) => one.id)]),
      [
        ['esrf', 'main', [id]],
        ['esrf', 'other', [other.id]],
      ],
    );
    assert.deepEqual(
      unread.map(({ registry: name, failure }) => [name, failure?.code]),
      [
        ['desy/main', 'SOURCE_TIMEOUT'],
        ['esrf/third', 'FORBIDDEN'],
        ['nowhere/main', 'NOT_FOUND'],
      ],
    );
  });

  for (const [what, record] of [
    ['a record without a field', text.replace('"listed":false,', '')],
    ['a record with a field more', text.replace('{', '{"more":1,')],
    ['another registry’s record', text.replace('"main"', '"other"')],
    ['what is no record', '[]'],
    ['what is no JSON', '{'],
  ] as const) {
    test(`refuses ${what}`, async (context) => {
      assert.notEqual(record, text);
      await assert.rejects(catalogOf(context, [node(record)]), { code: 'SOURCE_MALFORMED', at: id });
    });
  }

  test('has a registry that failed on any page, though not on the last', async (context) => {
    const late = { facility: { id: 'desy' }, registry: 'main', status: 'TIMEOUT', error: null };
    const other = imageRecord({ digest: digestOf(7) });
    const nodes = [
      node(text),
      { ...node(text), id: other.id, digest: other.digest, reference: other.reference },
    ];
    const { unread } = await catalogOf(context, nodes, (start) => (start === 0 ? [late] : []));
    assert.deepEqual(
      unread.map(({ registry: name, failure }) => [name, failure?.code]),
      [['desy/main', 'SOURCE_UNAVAILABLE']],
    );
  });

  test('is refused if the gateway announces more pages and has none', async (context) => {
    for (const endCursor of [null, 'same']) {
      const { url } = await gatewayDouble(context, () => {
        const pageInfo = { hasNextPage: true, endCursor };
        return { body: { data: { images: { totalCount: 9, pageInfo, sources: [], nodes: [node(text)] } } } };
      });
      const gateway = await connectGateway({ url }, {});
      await assert.rejects(readGatewayCatalog(gateway, ALL), { code: 'SOURCE_MALFORMED' });
    }
  });

  test('is refused if the gateway shows nothing', async (context) => {
    await assert.rejects(catalogOf(context, []), { code: 'FORBIDDEN' });
  });
});
