import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { assertReproduced, buildBundles, buildCapabilities } from '../../../src/authoring/build/build.ts';
import { compilePolicy } from '../../../src/authoring/build/compile.ts';
import { importedBuiltins } from '../../../src/authoring/opa/module.ts';
import { OPA_VERSION } from '../../../src/authoring/opa/opa.ts';
import { OWN_POLICIES, policyOwners } from '../../../src/authoring/source/owner.ts';
import { FederationError } from '../../../src/model/errors.ts';
import { readBundle } from '../../../src/policy/bundle/read.ts';
import { allowing, facility, needsOpa, opa, scratch } from '../opa.ts';

const owners = policyOwners(OWN_POLICIES);
const committed = (owner: string) => join(OWN_POLICIES, 'bundle', `${owner}.tar.gz`);

test('the owners are the federation, the preference module and the facilities, by id', () => {
  const names = owners.map(({ name }) => name);
  assert.deepEqual(names, ['federation', 'preference', 'desy', 'elettra', 'esrf']);
});

describe('the committed bundles', needsOpa, () => {
  for (const owner of owners) {
    test(`${owner.name}: its sources build the same bytes, each time`, async () => {
      const [first, second] = [await compilePolicy(opa, owner), await compilePolicy(opa, owner)];
      assert.deepEqual(first.bytes, second.bytes);
      assert.ok((await readFile(committed(owner.name))).equals(first.bytes), 'run `panfed policy build`');
    });
  }

  test('policies/capabilities.json is what OPA can compile', async () => {
    assert.equal((await buildCapabilities(opa, { check: true })).outcome, 'unchanged');
  });
});

test('no committed module calls its host', async () => {
  for (const { name } of owners) {
    const { wasm } = await readBundle(committed(name), name);
    assert.deepEqual([...(await importedBuiltins(wasm))], [], name);
  }
});

test('the bundles’ manifests name the OPA that built them', async () => {
  const bundle = await readBundle(committed('esrf'), 'esrf');
  assert.equal(bundle.entrypoint, 'panfed/facility/esrf/decision');
  assert.equal(OPA_VERSION, '1.21.1');
});

describe('building', needsOpa, () => {
  const policy = allowing('psi', 'ok if input.record.sharing == "open"');

  test('writes a bundle that the gateway reads, and then finds it unchanged', async (context) => {
    const { policies, owner } = await facility(context, 'psi', { 'decision.rego': policy });
    const [written] = await buildBundles(opa, policies, [owner], { check: false });
    assert.equal(written?.outcome, 'written');
    const bundle = await readBundle(join(policies, 'bundle', 'psi.tar.gz'), 'psi');
    assert.equal(bundle.revision, written?.revision);
    assert.deepEqual(bundle.reads, [['record', 'sharing']]);
    const [again] = await buildBundles(opa, policies, [owner], { check: false });
    assert.equal(again?.outcome, 'unchanged');
  });

  test('gives the same bytes wherever the policy lies, with or without tests and hidden files', async (context) => {
    const one = await facility(context, 'psi', { 'decision.rego': policy });
    const other = await facility(context, 'psi', {
      'decision.rego': policy,
      'decision_test.rego': 'package panfed.facility.psi_test\n\ntest_it if true\n',
      '.hidden/more.rego': 'package panfed.facility.psi\n\nhidden := 1\n',
      'README.md': 'PSI’s policy.\n',
    });
    const bytes = [await compilePolicy(opa, one.owner), await compilePolicy(opa, other.owner)];
    assert.deepEqual(bytes[0]?.bytes, bytes[1]?.bytes);
  });

  test('another rule is another revision', async (context) => {
    const one = await facility(context, 'psi', { 'decision.rego': policy });
    const other = await facility(context, 'psi', {
      'decision.rego': allowing('psi', 'ok if input.record.sharing == "none"'),
    });
    const compiled = [await compilePolicy(opa, one.owner), await compilePolicy(opa, other.owner)];
    assert.notEqual(compiled[0]?.revision, compiled[1]?.revision);
  });

  test('--check writes nothing, and names what is missing or differs', async (context) => {
    const { policies, owner } = await facility(context, 'psi', { 'decision.rego': policy });
    const file = join(policies, 'bundle', 'psi.tar.gz');
    const missing = await buildBundles(opa, policies, [owner], { check: true });
    assert.equal(missing[0]?.outcome, 'missing');
    await assert.rejects(readFile(file));
    await buildBundles(opa, policies, [owner], { check: false });
    await writeFile(file, 'something else');
    const differs = await buildBundles(opa, policies, [owner], { check: true });
    assert.equal(await readFile(file, 'utf8'), 'something else');
    assert.throws(
      () => assertReproduced(differs),
      (error) =>
        error instanceof FederationError &&
        error.code === 'POLICY_INVALID' &&
        error.entry.exit === 3 &&
        /psi\.tar\.gz is not what its sources build/.test(error.message),
    );
  });

  test('a policy that does not compile is refused with its place, and writes nothing', async (context) => {
    const { policies, owner } = await facility(context, 'psi', {
      'decision.rego': allowing('psi', 'ok if input.record.sharin == "open"'),
    });
    await assert.rejects(
      buildBundles(opa, policies, [owner], { check: false }),
      (error) =>
        error instanceof FederationError &&
        error.code === 'POLICY_INVALID' &&
        /psi\/decision\.rego:7:7$/.test(error.at ?? '') &&
        error.hint === 'did you mean input.record.sharing?',
    );
    await assert.rejects(readFile(join(policies, 'bundle', 'psi.tar.gz')));
  });
});

test('an owner that is not there is a usage error that names those that are', () => {
  assert.throws(
    () => policyOwners(OWN_POLICIES, ['isis']),
    (error) => error instanceof FederationError && error.code === 'USAGE' && /desy/.test(error.hint ?? ''),
  );
});

test('a folder without policies is a usage error', (context) => {
  assert.throws(() => policyOwners(scratch(context)), /has no policies/);
});
