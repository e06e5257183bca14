import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BuildLimits } from '../../../src/authoring/build/order.ts';
import { runBuild } from '../../../src/authoring/build/process.ts';
import { BUILD_LIMITS, buildSigned, type SignedBuild } from '../../../src/authoring/build/signed.ts';
import { FederationError } from '../../../src/model/errors.ts';
import { readBundle } from '../../../src/policy/bundle/read.ts';
import { runs } from '../../support/fast-check.ts';
import { bundleFolder } from '../../support/policies.ts';
import { DIGEST, signedSource } from '../../support/signed-source.ts';
import { allowing, needsOpa, opa, scratch } from '../opa.ts';

const BUILDER = fileURLToPath(new URL('../../../dist/authoring/build/builder.js', import.meta.url));

const RULES = allowing('psi', 'ok if input.record.sharing == "open"');
const TESTS = `package panfed.facility.psi_test

import data.panfed.facility.psi

execute(sharing) := answer.execute if {
	answer := psi.decision with input as {"record": {"sharing": sharing}}
}

test_open if execute("open")

test_others if {
	every sharing in ["conditional", "none", "unknown"] { not execute(sharing) }
}
`;
const GIBIBYTE = 1_073_741_824;
const GOOD = { 'decision.rego': RULES, 'decision_test.rego': TESTS };

// Folders that builds leave behind would be among those of every other test.
const folder = mkdtempSync(join(tmpdir(), 'panfed-test-'));
const tmp = process.env.TMPDIR;
before(() => {
  process.env.TMPDIR = folder;
});
after(() => {
  if (tmp === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = tmp;
  rmSync(folder, { recursive: true, force: true });
});

type Files = Readonly<Record<string, string>>;

function build(files: Files, limits: Partial<BuildLimits> = {}, signal?: AbortSignal): Promise<SignedBuild> {
  return buildSigned(opa, signedSource(files), { signal: signal ?? new AbortController().signal, limits });
}

/** Why a source is refused; nothing of its build is left. */
async function refused(files: Files, limits: Partial<BuildLimits> = {}): Promise<FederationError> {
  const error = await build(files, limits).then(
    () => assert.fail('it was built'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof FederationError, String(error));
  assert.deepEqual(readdirSync(folder), []);
  assert.ok(!JSON.stringify([error.message, error.at, error.hint, error.extensions]).includes(folder));
  return error;
}

const asking = (condition: string) => `package panfed.facility.psi_test

import data.panfed.facility.psi

test_a if {
	answer := psi.decision with input as {"record": {"sharing": "open", "size": 1}}
	answer.discover
	${condition}
}
`;

describe('a signed source that is good', needsOpa, () => {
  let one: SignedBuild;
  let bad: PromiseSettledResult<SignedBuild>;
  let again: SignedBuild;
  before(async () => {
    const builds = [build(GOOD), build({ 'decision.rego': 'package nothing' }), build(GOOD)] as const;
    [, bad] = await Promise.allSettled(builds);
    [one, again] = await Promise.all([builds[0], builds[2]]);
  });

  test('is built, and says where it came from', async () => {
    const { owner, revision, bytes, tests, warnings } = one;
    assert.deepEqual([owner, tests, warnings], ['psi', 2, []]);
    assert.deepEqual(readdirSync(folder), []);
    await using bundles = await bundleFolder();
    const bundle = await readBundle(await bundles.write('psi', bytes), 'psi');
    assert.equal(bundle.revision, revision);
    assert.deepEqual(bundle.source, { version: 7, signer: 'psi-2026', digest: DIGEST });
    assert.deepEqual(bundle.reads, [['record', 'sharing']]);
  });

  test('gives the same bytes again, and the same revision whatever version it is', async () => {
    assert.deepEqual(again, one);
    const signal = new AbortController().signal;
    const later = await buildSigned(opa, signedSource(GOOD, { version: 8 }), { signal });
    assert.equal(later.revision, one.revision);
    assert.notDeepEqual(later.bytes, one.bytes);
  });

  test('is built in its turn where others are built, of which one is refused', () => {
    assert.equal(bad.status, 'rejected');
    assert.equal(again.tests, 2);
  });

  test('gets warnings with its files’ own names', async () => {
    const rules = allowing('psi', 'ok if not input.subject.academic == false');
    const { warnings } = await build({
      'règles 1/decision.rego': rules,
      'règles 1/decision_test.rego': asking('answer.pull'),
    });
    assert.deepEqual(
      warnings.map(({ check, file }) => [check, file]),
      [['fail-open', 'règles 1/decision.rego']],
    );
  });
});

describe('a signed source is refused', needsOpa, () => {
  test('that does not compile, with file and line', async () => {
    const error = await refused({ ...GOOD, 'decision.rego': `${RULES}\nok if nothing_there\n` });
    assert.equal(error.code, 'POLICY_INVALID');
    assert.equal(error.at, 'decision.rego:9:7');
    assert.match(error.message, /nothing_there is unsafe/);
  });

  test('whose tests fail, with which', async () => {
    const error = await refused({ ...GOOD, 'decision_test.rego': asking('not answer.execute') });
    assert.equal(error.code, 'POLICY_TESTS_FAILED');
    assert.equal(error.message, '1 of 1 tests failed, the first is test_a: failed');
    assert.equal(error.at, 'decision_test.rego:5');
    assert.deepEqual(error.extensions?.tests, [
      { name: 'test_a', at: 'decision_test.rego:5', detail: 'failed' },
    ]);
  });

  test('that has no tests, or none that runs', async () => {
    const none = await refused({ 'decision.rego': RULES });
    assert.equal(none.code, 'POLICY_TESTS_FAILED');
    assert.match(none.message, /has no tests/);
    const skipped = await refused({
      'decision.rego': RULES,
      'decision_test.rego': 'package panfed.facility.psi_test\n\ntodo_test_a if true\n',
    });
    assert.equal(skipped.code, 'POLICY_TESTS_FAILED');
    assert.match(skipped.message, /every test of psi is skipped/);
  });

  test('whose compiled form answers differently from OPA', async () => {
    const error = await refused({
      'decision.rego': `package panfed.facility.psi

decision := {"discover": true, "pull": true, "execute": true, "reasons": numbers.range(1, 20000 * input.record.size)}
`,
      'decision_test.rego': asking('answer.pull'),
    });
    assert.equal(error.code, 'POLICY_TESTS_FAILED');
    assert.match(error.message, /test_a: OPA: \{.*/);
    assert.ok(error.message.length <= 512);
  });

  for (const [what, rules, message] of [
    ['reads the environment', 'ok if opa.runtime().env.PATH', /undefined function opa\.runtime/],
    [
      'asks the network',
      'ok if http.send({"method": "GET", "url": "http://127.0.0.1/"})',
      /function http\.send/,
    ],
    ['looks at the clock', 'ok if time.now_ns() > 0', /undefined function time\.now_ns/],
    ['reads a record whole', 'ok if count(input.record) > 30', /^input\.record is read as a whole/],
    ['reads others’ data', 'ok if data.panfed.facility.esrf.decision.pull', /data\.panfed\.facility\.esrf/],
  ] as const) {
    test(`that ${what}`, async () => {
      const error = await refused({ ...GOOD, 'decision.rego': allowing('psi', rules) });
      assert.equal(error.code, 'POLICY_INVALID');
      assert.match(error.message, message);
      assert.match(error.at ?? '', /^decision\.rego:7:/);
    });
  }

  for (const [what, condition] of [
    ['reads the environment', 'opa.runtime().env'],
    ['asks the network', 'http.send({"method": "GET", "url": "http://127.0.0.1/"})'],
  ] as const) {
    test(`whose test ${what}`, async () => {
      const error = await refused({ ...GOOD, 'decision_test.rego': asking(condition) });
      assert.equal(error.code, 'POLICY_INVALID');
      assert.match(error.message, /undefined function/);
    });
  }

  test('that is of another facility’s package', async () => {
    const error = await refused({ ...GOOD, 'other.rego': 'package panfed.facility.esrf\n\nok := true\n' });
    assert.equal(error.code, 'POLICY_INVALID');
    assert.equal(error.message, 'package panfed.facility.esrf is not psi’s');
    assert.equal(error.at, 'other.rego:1:1');
  });

  test('that refers to a schema, before anything asks for it', async (context) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('{}');
    });
    context.after(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    // As YAML may write it.
    const annotation = `# METADATA\n# "sch\\u0065mas":\n#   - input: {"$ref": "${url}"}\n`;
    const rules = await refused({ ...GOOD, 'more.rego': `${annotation}package panfed.facility.psi\n` });
    assert.match(rules.message, /^a policy may not have its own schemas/);
    assert.equal(rules.at, 'more.rego:1');
    const tests = await refused({
      ...GOOD,
      'decision_test.rego': TESTS.replace('test_open', `${annotation}test_open`),
    });
    assert.match(tests.message, /^a policy may not have its own schemas/);
    assert.deepEqual(asked, []);
  });

  test('that holds what the checks would not look at', async () => {
    for (const name of [
      '.hidden.rego',
      'a/.hidden/b.rego',
      '../outside.rego',
      '/outside.rego',
      'a/../../b.rego',
      'more.tar.gz',
      'policy.wasm',
      'values.yaml',
      'a\u0000.rego',
      'a\\b.rego',
      'two\nlines.rego',
      '-h.rego',
      'a//b.rego',
      'a/',
    ]) {
      const error = await refused({ ...GOOD, [name]: 'package panfed.facility.psi\n' });
      assert.equal(error.code, 'POLICY_INVALID', name);
      assert.match(error.message, /contains a file that is not allowed in it/);
    }
  });

  test('with text that is short and inert, whatever it says itself', async () => {
    const text = `\u001b[31m\u202e${'x'.repeat(5_000)}`;
    const error = await refused({
      ...GOOD,
      'decision.rego': allowing('psi', `ok if input.record["${text}"]`),
    });
    for (const said of [error.message, error.hint ?? '', JSON.stringify(error.extensions?.problems)]) {
      assert.ok(!said.includes('\u001b') && !said.includes('\u202e'), said);
    }
    assert.ok(error.message.length <= 512);
    const many = Array.from({ length: 60 }, (_, index) => `ok if nothing_${index}`).join('\n\n');
    const { extensions } = await refused({ ...GOOD, 'decision.rego': allowing('psi', many) });
    assert.equal((extensions?.problems as unknown[] | undefined)?.length, 20);
  });

  test('with so little text that the gateway is not held up by reading it', async (context) => {
    const place = { source: scratch(context), scratch: scratch(context) };
    const tests = TESTS.replace('test_others', `test_${'x'.repeat(1_000_000)}`).replace(
      'not execute',
      'execute',
    );
    writeFileSync(join(place.source, 'decision.rego'), RULES);
    writeFileSync(join(place.source, 'decision_test.rego'), tests);
    const source = { version: 7, signer: 'psi-2026', digest: DIGEST };
    const order = { opa: opa.path, owner: 'psi', source, limits: BUILD_LIMITS };
    const answer = await runBuild(order, place, new AbortController().signal);
    assert.equal('refused' in answer && answer.refused.code, 'POLICY_TESTS_FAILED');
    assert.ok(JSON.stringify(answer).length < 100_000);
  });
});

describe('a build that takes too much is ended', needsOpa, () => {
  /** 10^10 steps, none of which is kept. */
  const ENDLESS = `count([1 |
	some x in numbers.range(1, 100000)
	some y in numbers.range(1, 100000)
	x * y < 0
]) == 1`;

  test('by its time, with everything that it started', async () => {
    const begun = performance.now();
    const error = await refused({ ...GOOD, 'decision_test.rego': asking(ENDLESS) }, { wall: 1_500 });
    assert.equal(error.code, 'POLICY_TOO_COSTLY');
    assert.match(error.message, /did not end within 1500 ms/);
    assert.ok(performance.now() - begun < 30_000);
  });

  test('by the processor time of OPA', async () => {
    const error = await refused({ ...GOOD, 'decision_test.rego': asking(ENDLESS) }, { cpu: 2 });
    assert.equal(error.code, 'POLICY_TOO_COSTLY');
    assert.match(error.message, /^opa test was ended by SIG\w+: it took too much$/);
  });

  test('by the time of one test, where that is all', async () => {
    const error = await refused({ ...GOOD, 'decision_test.rego': asking(ENDLESS) }, { test: 500 });
    assert.equal(error.code, 'POLICY_TOO_COSTLY');
    assert.match(error.message, /^1 of 1 tests ran out of time, the first is test_a: .*cancel/);
  });

  test('by the gateway’s own deadline for an evaluation', async () => {
    const slow = 'ok if count(numbers.range(1, 300000 * input.record.size)) > 0';
    const error = await refused(
      { 'decision.rego': allowing('psi', slow), 'decision_test.rego': asking('answer.execute') },
      { evaluation: 10 },
    );
    assert.equal(error.code, 'POLICY_TOO_COSTLY');
    assert.match(error.message, /compiled: deadline: not done within 10 ms$/);
  });

  test('by its memory', async () => {
    const doubling = Array.from({ length: 40 }, (_, n) => `x${n + 1} := array.concat(x${n}, x${n})`);
    const hog = `x0 := ["one", "two"]\n\t${doubling.join('\n\t')}\n\tcount(x40) > 0`;
    // Most of which Go reserves.
    const memory = 1.5 * GIBIBYTE;
    const error = await refused({ ...GOOD, 'decision_test.rego': asking(hog) }, { memory });
    assert.equal(error.code, 'POLICY_TOO_COSTLY');
    assert.match(error.message, /^opa test crashed: .*(?:memory|alloc)/);
  });

  test('with the gateway that ordered it, and OPA with it', async (context) => {
    const source = scratch(context);
    const beats = join(source, 'beats');
    const path = join(source, 'opa');
    writeFileSync(path, `#!/bin/sh\nwhile :; do echo beat >> ${beats}; sleep 0.02; done\n`);
    chmodSync(path, 0o755);
    writeFileSync(join(source, 'decision.rego'), RULES);
    const from = { version: 1, signer: 'psi-2026', digest: DIGEST };
    const builder = spawn(process.execPath, [BUILDER], {
      cwd: source,
      env: { TMPDIR: source },
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    const exited = once(builder, 'exit');
    const order = { opa: path, owner: 'psi', source: from, limits: BUILD_LIMITS };
    builder.stdin.write(`${JSON.stringify(order)}\n`);
    while (!existsSync(beats)) await sleep(20);
    builder.stdin.end();
    assert.deepEqual(await exited, [null, 'SIGKILL']);
    const heard = readFileSync(beats, 'utf8');
    await sleep(500);
    assert.equal(readFileSync(beats, 'utf8'), heard);
  });

  test('by whoever does not wait any longer, or never did', async () => {
    const waiting = new AbortController();
    const built = build({ ...GOOD, 'decision_test.rego': asking(ENDLESS) }, {}, waiting.signal);
    const behind = build(GOOD, {}, waiting.signal);
    setTimeout(() => waiting.abort(new Error('nobody waits')), 1_000);
    await assert.rejects(built, /nobody waits/);
    await assert.rejects(behind, /nobody waits/);
    assert.deepEqual(readdirSync(folder), []);
  });
});

/** 1,000, and 5,000 in `npm run test:long`. */
const RULES_OF_MANY = Math.min(5_000, runs(1_000));

test(
  'a policy of 5,000 rules is built within the limits, and one of fewer within as much of them',
  needsOpa,
  async () => {
    const share = RULES_OF_MANY / 5_000;
    const last = RULES_OF_MANY - 101;
    const teams = Array.from({ length: 100 }, (_, team) => `ok if team_${team}`);
    const images = Array.from(
      { length: last + 1 },
      (_, n) => `team_${n % 100} if {
	input.record.title == "image ${n}"
	"urn:geant:psi.ch:group:g${n}" in input.subject.groups
}`,
    );
    const { tests } = await build(
      {
        'decision.rego': allowing('psi', [...teams, ...images].join('\n\n')),
        'decision_test.rego': `package panfed.facility.psi_test

import data.panfed.facility.psi

test_a if {
	answer := psi.decision with input as {
		"record": {"title": "image ${last}"},
		"subject": {"groups": ["urn:geant:psi.ch:group:g${last}"]},
	}
	answer.execute
}
`,
      },
      {
        cpu: share * BUILD_LIMITS.cpu,
        // The rest is what Go reserves in any case.
        memory: GIBIBYTE + Math.ceil(share * (BUILD_LIMITS.memory - GIBIBYTE)),
        // The machine may have others to serve; processor time and memory are as they are.
        ...{ wall: 5 * BUILD_LIMITS.wall, evaluation: 10_000 },
      },
    );
    assert.equal(tests, 1);
  },
);
