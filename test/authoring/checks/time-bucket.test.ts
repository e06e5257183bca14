// Reading the time asks for a bucket of it: what is refused, what is warned of, and what the bundle then says.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { compilePolicy } from '../../../src/authoring/build/compile.ts';
import { checkPolicy } from '../../../src/authoring/check.ts';
import { testPolicy } from '../../../src/authoring/evaluate/test.ts';
import { readBundle } from '../../../src/policy/bundle/read.ts';
import { facility, needsOpa, opa, scratch } from '../opa.ts';
import { checkPsi, found, restricting } from './found.ts';

const declaring = (declaration: string, rule: string) =>
  restricting(
    `default usable := false\n\n# METADATA\n# custom:\n#   time: ${declaration}\nusable if ${rule}`,
  );
const EVENING = 'input.request.time.hour >= 18';

describe('time-bucket', needsOpa, () => {
  test('finds the time without a bucket, at each place, with what to write', async (context) => {
    const rules = restricting(
      'default usable := false\n\nusable if {\n\tinput.request.time.hour >= 18\n\tinput.request.time.weekday == "monday"\n}',
    );
    const { problems } = await checkPsi(context, rules);
    assert.deepEqual(
      problems.map(({ check, line, column }) => `${check} ${line}:${column}`),
      ['time-bucket 8:2', 'time-bucket 9:2'],
    );
    assert.equal(problems[0]?.message, 'input.request.time.hour is read, but no time bucket is declared');
    assert.match(problems[0]?.hint ?? '', /# METADATA.*time: \{bucket: 1h\}/);
  });

  test('finds the request as a whole, and the time under another name', async (context) => {
    const whole = restricting('default usable := false\n\nusable if count(input.request) > 1');
    assert.deepEqual(await found(context, whole), ['time-bucket 7:17']);
    const renamed = restricting(
      'default usable := false\n\nnow := input.request.time\n\nusable if now.hour > 3',
    );
    assert.deepEqual(await found(context, renamed), ['time-bucket 7:8']);
  });

  const wrong: readonly (readonly [string, RegExp, RegExp])[] = [
    ['{bucket: 10s}', /there is no bucket 10s/, /Did you mean|there are: 1m, 5m/],
    ['{bucket: 3600}', /custom\.time must have a bucket and nothing else/, /bucket: 1h/],
    ['1h', /custom\.time must have a bucket and nothing else/, /bucket: 1h/],
    ['{bucket: 1h, zone: Europe/Berlin}', /custom\.time must have a bucket and nothing else/, /bucket: 1h/],
    ['{bucket: toString}', /there is no bucket toString/, /./],
  ];
  for (const [declaration, message, hint] of wrong) {
    test(`finds a declaration that is none: ${declaration}`, async (context) => {
      const { problems } = await checkPsi(context, declaring(declaration, EVENING));
      assert.equal(problems.length, 1, JSON.stringify(problems));
      assert.match(problems[0]?.message ?? '', message);
      assert.match(problems[0]?.hint ?? '', hint);
      assert.equal(problems[0]?.line, 7);
    });
  }

  test('finds a second declaration, in another file too', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': `package panfed.facility.psi\n\n${declaring('{bucket: 1h}', EVENING)}\n`,
      'more.rego':
        '# METADATA\n# custom:\n#   time: {bucket: 1h}\npackage panfed.facility.psi\n\nother := 1\n',
    });
    const { problems } = await checkPolicy(opa, owner);
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.message ?? '', /is declared already: 1h, at .*decision\.rego:7$/);
    assert.match(problems[0]?.file ?? '', /more\.rego$/);
  });

  test('finds an hour in buckets of a day, which is always the first', async (context) => {
    assert.deepEqual(await found(context, declaring('{bucket: 1d}', EVENING)), ['time-bucket 10:11']);
  });

  test('finds nothing in the longest bucket that does', async (context) => {
    assert.deepEqual(await found(context, declaring('{bucket: 1h}', EVENING)), []);
    const start = 'input.request.time.start >= "2026-12-01T00:00:00Z"';
    assert.deepEqual(await found(context, declaring('{bucket: 5m}', start)), []);
  });

  test('an unknown weekday is reported as any value that a field never has', async (context) => {
    const found = await checkPsi(
      context,
      declaring('{bucket: 1d}', 'input.request.time.weekday == "Sunday"'),
    );
    assert.equal(found.problems[0]?.message, 'input.request.time.weekday is never "Sunday"');
    assert.match(found.problems[0]?.hint ?? '', /^did you mean "sunday"\?/);
  });

  test('a misspelt time does not compile', async (context) => {
    const { problems } = await checkPsi(context, restricting('usable if input.request.tim.hour > 1'));
    assert.equal(problems[0]?.hint, 'did you mean input.request.time?');
  });
});

describe('wasted-bucket', needsOpa, () => {
  test('warns of a declaration that nothing reads, and the module is given no time', async (context) => {
    const checked = await checkPsi(context, declaring('{bucket: 1h}', 'input.record.listed == true'));
    assert.deepEqual(
      checked.warnings.map(({ check, line, message }) => `${check} ${line} ${message}`),
      ['wasted-bucket 7 no rule reads the time of this bucket'],
    );
    assert.equal(checked.bucket, null);
  });

  const short: readonly (readonly [string, string, string])[] = [
    ['{bucket: 12h}', 'input.request.time.weekday == "sunday"', 'declare 1d'],
    ['{bucket: 30m}', 'input.request.time.hour == 3', 'declare 1h'],
  ];
  for (const [declaration, rule, hint] of short) {
    test(`warns of a bucket that is shorter than what is read: ${declaration}, ${rule}`, async (context) => {
      const { warnings } = await checkPsi(context, declaring(declaration, rule));
      assert.deepEqual(
        warnings.map((warning) => [warning.check, warning.hint]),
        [['wasted-bucket', hint]],
      );
    });
  }
});

describe('a policy that reads the time', needsOpa, () => {
  const rules = (bucket: string) =>
    `package panfed.facility.psi\n\n${declaring(`{bucket: ${bucket}}`, EVENING)}\n`;
  const TEST = `package panfed.facility.psi_test

import data.panfed.facility.psi

test_evening if psi.decision.pull with input as {"request": {"time": {"hour": 19}}}

test_day if not psi.decision.pull with input as {"request": {"time": {"hour": 9}}}
`;

  test('has its bucket in its bundle, and in its revision', async (context) => {
    const { owner } = await facility(context, 'psi', { 'decision.rego': rules('1h') });
    const folder = scratch(context);
    const bundles = [];
    for (const bucket of ['1h', '3h', 'none'] as const) {
      const text = bucket === 'none' ? rules('1h').replace(EVENING, 'true') : rules(bucket);
      writeFileSync(join(owner.folder, 'decision.rego'), text);
      const path = join(folder, `${bucket}.tar.gz`);
      writeFileSync(path, (await compilePolicy(opa, owner, { onlyToLoad: true })).bytes);
      bundles.push(await readBundle(path, 'psi'));
    }
    assert.deepEqual(
      bundles.map(({ bucket }) => bucket),
      [3_600, 10_800, null],
    );
    const [hour, three] = bundles;
    assert.deepEqual(hour?.wasm, three?.wasm);
    assert.notEqual(hour?.revision, three?.revision);
  });

  test('is tested with the times that its tests give, by OPA and compiled', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': rules('1h'),
      'decision_test.rego': TEST,
    });
    assert.deepEqual(
      (await testPolicy(opa, owner)).map(({ name, outcome, inputs }) => [name, outcome, inputs]),
      [
        ['test_evening', 'passed', 1],
        ['test_day', 'passed', 1],
      ],
    );
  });
});
