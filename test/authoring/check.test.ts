import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { checkPolicy } from '../../src/authoring/check.ts';
import { policyOwners } from '../../src/authoring/source/owner.ts';
import { placeOf } from '../../src/authoring/source/problem.ts';
import { allowing, facility, needsOpa, opa } from './opa.ts';

describe('checking a policy', needsOpa, () => {
  test('one that compiles reports the paths that it reads, up to the first variable', async (context) => {
    const rules = `ok if {
	input.record.sharing == "open"
	some condition in input.record.license.conditions
	condition.kind == "site"
	input.record.labels["io.panfed.note"] == "x"
}`;
    const { owner } = await facility(context, 'psi', { 'decision.rego': allowing('psi', rules) });
    const checked = await checkPolicy(opa, owner);
    assert.deepEqual(checked.problems, []);
    assert.deepEqual(checked.reads, [
      ['record', 'labels', 'io.panfed.note'],
      ['record', 'license', 'conditions'],
      ['record', 'sharing'],
    ]);
  });

  const misspelt: readonly (readonly [string, string, number])[] = [
    ['input.record.sharin == "open"', 'did you mean input.record.sharing?', 7],
    ['input.subject.group == []', 'did you mean input.subject.groups?', 7],
    ['input.record.requires.gpu.vendr == "x"', 'did you mean input.record.requires.gpu.vendor?', 7],
    ['input.request.at.facilty == "x"', 'did you mean input.request.at.facility?', 7],
  ];
  for (const [expression, hint, line] of misspelt) {
    test(`a misspelt field does not compile: ${expression}`, async (context) => {
      const { owner } = await facility(context, 'psi', {
        'decision.rego': allowing('psi', `ok if ${expression}`),
      });
      const { problems } = await checkPolicy(opa, owner);
      assert.equal(problems.length, 1);
      assert.equal(problems[0]?.hint, hint);
      assert.equal(problems[0]?.line, line);
      assert.match(problems[0]?.file ?? '', /psi\/decision\.rego$/);
    });
  }

  test('a misspelt field of a list’s elements does not compile', async (context) => {
    const rules =
      'ok if {\n\tsome condition in input.record.license.conditions\n\tcondition.kid == "site"\n}';
    const { owner } = await facility(context, 'psi', { 'decision.rego': allowing('psi', rules) });
    const { problems } = await checkPolicy(opa, owner);
    assert.equal(problems[0]?.line, 9);
    assert.equal(problems[0]?.hint, 'did you mean condition.kind?');
  });

  const impossible: readonly (readonly [string, string, string])[] = [
    ['input.record.sharing == "opne"', '"open"', ':7:31'],
    ['input.record.stated.sharing in {"open", "non"}', '"none"', ':7:47'],
    ['not "user " != input.record.suppliedBy', '"user"', ':7:11'],
    ['count([x | x := input.record.trust.state == "signed"]) > 0', '"unsigned"', ':7:51'],
  ];
  for (const [expression, meant, place] of impossible) {
    test(`a value that a field never has does not compile: ${expression}`, async (context) => {
      const { owner } = await facility(context, 'psi', {
        'decision.rego': allowing('psi', `ok if ${expression}`),
      });
      const { problems } = await checkPolicy(opa, owner);
      assert.equal(problems.length, 1, JSON.stringify(problems));
      assert.match(problems[0]?.message ?? '', /is never "/);
      assert.ok(
        problems[0]?.hint?.startsWith(`did you mean ${meant}? The values are: `),
        problems[0]?.hint ?? '',
      );
      assert.ok(placeOf(problems[0]!).endsWith(`decision.rego${place}`), placeOf(problems[0]!));
    });
  }

  test('a facility’s id may have a hyphen', async (context) => {
    const text = allowing('psi', 'ok if input.record.sharing == "open"').replace('.psi', '["my-lab"]');
    const { owner } = await facility(context, 'my-lab', { 'decision.rego': text });
    assert.deepEqual(await checkPolicy(opa, owner), {
      problems: [],
      warnings: [],
      reads: [['record', 'sharing']],
      reasons: {},
      more: [],
      bucket: null,
    });
  });

  test('a facility cannot be called federation', async (context) => {
    const { policies } = await facility(context, 'psi', { 'decision.rego': allowing('psi') });
    mkdirSync(join(policies, 'federation'));
    mkdirSync(join(policies, 'facilities', 'federation'));
    assert.throws(() => policyOwners(policies), /a facility cannot be called federation/);
  });

  test('a comparison with null gets the hint is_null', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': allowing('psi', 'ok if input.subject.academic == null'),
    });
    const { problems } = await checkPolicy(opa, owner);
    assert.equal(problems[0]?.hint, 'write is_null(…)');
  });

  const whole: readonly (readonly [string, string, string])[] = [
    ['the record under another name', 'ok if it.sharing == "open"\n\nit := input.record', ':9:7'],
    ['the record in a list', 'ok if {\n\tsome r in [input.record]\n\tr.sharing == "open"\n}', ':8:13'],
    ['the input, replaced', 'ok if listed with input as {}\n\nlisted if input.record.listed', ':7:19'],
    ['the record by a dynamic key', 'ok if input.record[input.request.at.facility] == "x"', ':7:7'],
    [
      'the record handed to a function',
      'ok if opened(input.record)\n\nopened(record) if record.sharing == "open"',
      ':7:14',
    ],
    ['the subject', 'ok if count(input.subject) > 3', ':7:13'],
    ['the input', 'ok if count(input) > 3', ':7:13'],
    ['the labels', 'ok if count(input.record.labels) > 3', ':7:13'],
    ['a label by a variable', 'ok if {\n\tsome name\n\tinput.record.labels[name] == "x"\n}', ':9:2'],
  ];
  for (const [what, rules, place] of whole) {
    test(`reading as a whole is refused, with file and line: ${what}`, async (context) => {
      const { owner } = await facility(context, 'psi', { 'decision.rego': allowing('psi', rules) });
      const { problems } = await checkPolicy(opa, owner);
      assert.match(problems[0]?.message ?? '', /is read as a whole$/);
      assert.ok(placeOf(problems[0]!).endsWith(`decision.rego${place}`), placeOf(problems[0]!));
    });
  }

  const forbidden = [
    ['the network', 'http.send({"method": "get", "url": "http://127.0.0.1"}).status_code == 200'],
    ['names of the network', 'net.lookup_ip_addr("esrf.eu") == {"1.2.3.4"}'],
    ['the environment', 'opa.runtime().env.HOME == "/root"'],
    ['chance', 'rand.intn("x", 3) == 1'],
    ['names that nobody had before', 'uuid.rfc4122("x") == "x"'],
  ] as const;
  for (const [what, expression] of forbidden) {
    test(`a policy cannot use ${what}`, async (context) => {
      const { owner } = await facility(context, 'psi', {
        'decision.rego': allowing('psi', `ok if ${expression}`),
      });
      const { problems } = await checkPolicy(opa, owner);
      assert.match(problems[0]?.message ?? '', /undefined function/);
      assert.match(problems[0]?.hint ?? '', /no clock, network, environment or randomness/);
      assert.equal(problems[0]?.line, 7);
    });
  }

  for (const expression of [
    'time.now_ns() > 3',
    'time.clock(time.now_ns())[0] > 12',
    'time.weekday(3) == "Sunday"',
  ]) {
    test(`a policy has no clock, and gets a hint about input.request.time: ${expression}`, async (context) => {
      const { owner } = await facility(context, 'psi', {
        'decision.rego': allowing('psi', `ok if ${expression}`),
      });
      const { problems } = await checkPolicy(opa, owner);
      assert.equal(problems[0]?.check, 'unknown-built-in');
      assert.match(
        problems[0]?.hint ?? '',
        /read input\.request\.time, and declare its bucket: .*bucket: 1h/,
      );
      assert.equal(problems[0]?.line, 7);
    });
  }

  test('a test that needs a key which the decision misspells is reported as right', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': allowing('psi', 'ok if input.record.sharing == "open"').replace(
        'discover',
        'discovery',
      ),
      'decision_test.rego':
        'package panfed.facility.psi_test\n\nimport data.panfed.facility.psi as policy\n\ntest_a if policy.decision.discover\n',
    });
    const { problems, warnings } = await checkPolicy(opa, owner);
    assert.match(problems[0]?.file ?? '', /decision_test\.rego$/);
    assert.equal(
      problems[0]?.hint,
      'the test is right: the policy’s decision has no discover and has discovery; correct the policy',
    );
    assert.deepEqual(
      warnings.map(({ check, line }) => `${check} ${line}`),
      ['undefined-decision 3', 'undefined-decision 3'],
    );
  });

  test('what is wrong with the tests does not hide what is wrong with the rules', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': allowing('psi', 'ok if input.record.sharin == "open"'),
      'decision_test.rego': 'package panfed.facility.psi_test\n\ntest_a {\n',
    });
    const { problems } = await checkPolicy(opa, owner);
    assert.deepEqual(
      problems.map(({ hint }) => hint),
      ['did you mean input.record.sharing?'],
    );
  });

  test('nor can its tests', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': allowing('psi', 'ok if input.record.sharing == "open"'),
      'decision_test.rego': 'package panfed.facility.psi_test\n\ntest_env if opa.runtime().env.HOME\n',
    });
    const { problems } = await checkPolicy(opa, owner);
    assert.match(problems[0]?.message ?? '', /undefined function opa\.runtime/);
  });

  test('a package of another owner is refused', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': allowing('psi', 'ok if input.record.sharing == "open"'),
      'more.rego': 'package panfed.federation\n\nx := 1\n',
    });
    const { problems } = await checkPolicy(opa, owner);
    assert.equal(problems.length, 1);
    assert.ok(placeOf(problems[0]!).endsWith('more.rego:1:1'), placeOf(problems[0]!));
    assert.equal(problems[0]?.hint, 'write package panfed.facility.psi');
  });

  test('a package whose name only begins like the owner’s is another', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': allowing('psi', 'ok if input.record.sharing == "open"'),
      'more.rego': 'package panfed.facility.psinode\n\nx := 1\n',
    });
    assert.equal((await checkPolicy(opa, owner)).problems.length, 1);
  });

  test('a reference to a rule that is not there is refused, with file and line', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': allowing('psi', 'ok if data.panfed.facility.psi.teams == ["a"]'),
    });
    const { problems } = await checkPolicy(opa, owner);
    assert.match(problems[0]?.message ?? '', /data\.panfed\.facility\.psi\.teams does not exist/);
    assert.equal(problems[0]?.line, 7);
  });

  test('what is not Rego is reported with file and line', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': 'package panfed.facility.psi\n\ndecision := {\n',
    });
    const { problems } = await checkPolicy(opa, owner);
    assert.ok((problems[0]?.line ?? 0) >= 3);
  });

  test('a module without its entry point is refused', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'rules.rego': 'package panfed.facility.psi\n\nok := true\n',
    });
    const { problems } = await checkPolicy(opa, owner);
    assert.match(problems[0]?.message ?? '', /the policy of psi has no rule decision/);
  });

  test('runs one OPA at a time, however many files there are', async (context) => {
    const files = Array.from({ length: 12 }, (_, index) => [
      `more${index}.rego`,
      `package panfed.facility.psi\n\nmore${index} := ${index}\n`,
    ]);
    const { policies, owner } = await facility(context, 'psi', {
      'decision.rego': allowing('psi', 'ok if input.record.sharing == "open"'),
      ...Object.fromEntries(files),
    });
    const [path, running, met] = ['opa.sh', 'running', 'met'].map((name) => join(policies, name));
    // A folder can be made once: whoever finds it made runs beside another.
    const script = `mkdir ${running} || touch ${met}\n${opa.path} "$@"\nstatus=$?\nrmdir ${running}\nexit $status\n`;
    writeFileSync(String(path), `#!/bin/sh\n${script}`, { mode: 0o755 });
    const { problems } = await checkPolicy({ path: String(path) }, owner);
    assert.deepEqual(problems, []);
    assert.ok(!existsSync(String(met)), 'two ran at once');
  });
});
