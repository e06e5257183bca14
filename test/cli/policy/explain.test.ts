import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { evalCommand } from '../../../src/cli/policy/eval.ts';
import { explainCommand } from '../../../src/cli/policy/explain.ts';
import { FederationError } from '../../../src/model/errors.ts';
import { needsOpa, scratch } from '../../authoring/opa.ts';
import { ROOT } from '../../support/root.ts';
import { endSharedSettings, sharedSetting } from '../../support/shared-setting.ts';
import { collect } from '../collect.ts';

const CONFIG = ['--config', `${ROOT}federation.yaml`];
const HIDDEN = 'elettra/internal/dev/astra:2.2.0';
const XDS = 'esrf/internal/mx/xds:20220110';

after(endSharedSettings);

/** Over the demo: what it has in common is read once, where a test has no policies of its own. */
async function run(which: 'eval' | 'explain', ...args: string[]) {
  const output = collect();
  const open = args.includes('--policies') ? undefined : sharedSetting;
  const command = (which === 'eval' ? evalCommand : explainCommand)(output, {}, open).exitOverride();
  let error: unknown = null;
  await command.parseAsync([...CONFIG, ...args], { from: 'user' }).catch((thrown: unknown) => {
    error = thrown;
  });
  return { data: output.stdout(), messages: output.stderr(), error };
}

/** A policy of ESRF with a group that no record and no reason names. */
function insiders(policies: string): string {
  const folder = join(policies, 'facilities', 'esrf');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'decision.rego'),
    [
      'package panfed.facility.esrf',
      '',
      'default insider := false',
      '',
      'insider if "urn:geant:esrf.eu:group:insiders" in input.subject.groups',
      '',
      'decision := {"discover": true, "pull": insider, "execute": insider, "reasons": []}',
      '',
    ].join('\n'),
  );
  return policies;
}

async function refused(...args: string[]): Promise<FederationError> {
  const { error } = await run('eval', ...args);
  assert.ok(error instanceof FederationError, String(error));
  return error;
}

describe('panfed policy eval, before any module', () => {
  test('names the nearest person, place and image to an unknown one', async () => {
    const person = await refused('--as', 'industri', '--image', XDS);
    assert.deepEqual([person.code, person.hint], ['USAGE', 'Did you mean industry?']);
    const place = await refused('--as', 'industry', '--image', XDS, '--at', 'elletra');
    assert.deepEqual([place.code, place.hint], ['USAGE', 'Did you mean elettra?']);
    const image = await refused('--as', 'industry', '--image', 'esrf/internal/mx/xsd:20220110');
    assert.equal(image.code, 'USAGE');
    assert.match(image.hint ?? '', /^Did you mean esrf\/internal\/mx\/xds:20220110/);
  });

  test('does not choose between images of one name, but lists their ids', async () => {
    const { code, message, hint } = await refused('--as', 'industry', '--image', 'mx/xds:20220110');
    assert.deepEqual([code, message], ['USAGE', '2 images are called mx/xds:20220110']);
    assert.match(hint ?? '', /dls\/internal\/mx\/xds@sha256:[0-9a-f]{64}, esrf\/internal\/mx\/xds@sha256:/);
  });
});

/** A federation of one lab, whose policies have no subjects.yaml. */
function oneLab(folder: string): string[] {
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const lab = ['  - id: kit', 'name: Karlsruhe Institute of Technology', 'scopes: [kit.edu]'];
  const registries = [
    'registries:',
    '  - { key: harbor, kind: file, url: catalog.yaml, pull: harbor.kit.edu }',
  ];
  write(
    'federation.yaml',
    [
      'federation:',
      '  name: one lab',
      'demo: true',
      'facilities:',
      ...[...lab, ...registries].join('\n    ').split('\n'),
    ].join('\n'),
  );
  write(
    'catalog.yaml',
    [
      'facility: kit',
      'images:',
      '  - repository: tomo/a',
      '    tag: "1"',
      '    license: MIT',
      '    sharing: open',
    ].join('\n'),
  );
  const policies = join(folder, 'policies');
  mkdirSync(join(policies, 'facilities', 'kit'), { recursive: true });
  write(
    'policies/facilities/kit/decision.rego',
    'package panfed.facility.kit\n\ndecision := {"discover": true, "pull": true, "execute": false, "reasons": []}\n',
  );
  return ['--config', join(folder, 'federation.yaml'), '--policies', policies, '--image', 'tomo/a:1'];
}

describe('panfed policy eval', needsOpa, () => {
  test('says what it takes for the trust of an image whose signatures only a gateway verifies', async (context) => {
    const folder = scratch(context);
    const options = oneLab(folder);
    assert.doesNotMatch((await run('eval', '--as', 'industry', ...options)).messages, /signatures/);
    const file = join(folder, 'federation.yaml');
    const key = '    trust: { keys: [{ name: Release, demo: true }] }\n';
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^ {4}registries:\n/m, `${key}$&`));
    const { messages, error } = await run('eval', '--as', 'industry', ...options);
    assert.equal(error, null);
    assert.match(messages, /^signatures are not verified here: the image’s trust is taken as unsigned$/m);
  });

  // eval-without-subjects
  test('needs no subjects.yaml for people of no lab, and hints at it for those of labs that are not there', async (context) => {
    const options = oneLab(scratch(context));
    const { data, error } = await run('eval', '--as', 'industry', ...options);
    assert.equal(error, null);
    assert.match(data, /^kit +yes +yes +no +/m);
    const stranger = await refused('--as', 'desy-staff', ...options);
    assert.equal(stranger.message, 'desy-staff belongs to a lab that this federation does not have');
    assert.match(stranger.hint ?? '', /policies\/subjects\.yaml/);
  });

  test('reports what each module decides and what they decide together, with reasons', async () => {
    const { data, error } = await run('eval', '--as', 'industry', '--image', XDS);
    assert.equal(error, null);
    assert.match(
      data,
      /^image {3}esrf\/internal\/mx\/xds@sha256:[0-9a-f]{64}\nperson {2}industry\nplace {3}none\n/,
    );
    assert.match(data, /^federation +yes +no +no +\S*policies\/federation$/m);
    assert.match(data, /^esrf +yes +no +no +\S*policies\/facilities\/esrf$/m);
    assert.match(data, /^together +yes +no +no$/m);
    assert.match(data, /^pull +LICENSE_ACADEMIC_ONLY +federation +The license allows academic use only\./m);
  });

  test('finds an image by id, digest and reference, even if its person may not discover it', async () => {
    const decision = async (image: string, ...more: string[]) => {
      const { data, error } = await run('eval', '--image', image, '--format', 'json', ...more);
      assert.equal(error, null, String(error));
      return JSON.parse(data);
    };
    const found = await decision(XDS, '--as', 'esrf-em', '--at', 'esrf');
    assert.deepEqual([found.at, found.decision.execute, found.decision.reasons], ['esrf', true, []]);
    const [, digest = ''] = found.image.split('@');
    for (const name of [found.image, digest]) {
      assert.equal((await decision(name, '--as', 'esrf-em')).image, found.image);
    }
    const hidden = await decision(HIDDEN, '--as', 'anonymous');
    assert.equal(hidden.decision.discover, false);
  });

  test('judges with the sources in the folder, and with the bundle of an owner that has none there', async (context) => {
    const policies = insiders(scratch(context));
    const args = ['--as', 'esrf-em', '--image', XDS, '--policies', policies, '--format', 'json'];
    const printed = JSON.parse((await run('eval', ...args)).data);
    assert.deepEqual(
      printed.modules.map(({ policy, from, decision }: (typeof printed.modules)[number]) => [
        policy,
        /\.tar\.gz$/.test(from),
        decision.discover,
      ]),
      [
        ['federation', true, true],
        ['esrf', false, true],
      ],
    );
    assert.equal(printed.decision.pull, false, 'by the source, for the bundle allows it');
    const explained = JSON.parse((await run('explain', ...args)).data);
    assert.equal(explained.modules[0].rules, null, 'a bundle has no rules to show');
    assert.ok(explained.modules[1].rules.length > 0);
  });

  test('takes people from a file', async (context) => {
    const folder = scratch(context);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'people.json');
    const academic = { name: 'someone', title: 'academic', academic: true };
    writeFileSync(file, JSON.stringify({ subjects: [academic] }));
    const { data } = await run(
      'eval',
      '--as',
      'someone',
      '--subjects',
      file,
      '--image',
      XDS,
      '--format',
      'json',
    );
    assert.equal(JSON.parse(data).decision.pull, true);
  });
});

describe('panfed policy explain', needsOpa, () => {
  test('shows the rules that gave the reasons, by file and line, and why others did not hold', async () => {
    const { data, error, messages } = await run('explain', '--as', 'industry', '--image', XDS);
    assert.equal(error, null);
    assert.match(messages, /^policies: \.\/policies\nsignatures are not verified here: .*\n$/);
    assert.match(
      data,
      /^\S*policies\/federation\/conditions_who\.rego:\d+ +because\.who contains \{"code": "LICENSE_ACADEMIC_ONLY", "params": \{"remedy": remedy\(condition\)\}\} +LICENSE_ACADEMIC_ONLY$/m,
    );
    assert.match(
      data,
      /^\S*facilities\/esrf\/decision\.rego:\d+ +covered +\d+: input\.record\.sharing == "open"$/m,
    );
    assert.match(data, /^subject\.academic +false$/m);
  });

  test('shows the nearest change that all modules together need', async () => {
    const { data } = await run('explain', '--as', 'industry', '--image', XDS, '--format', 'json');
    const { nearest, modules } = JSON.parse(data);
    assert.deepEqual(nearest[0], {
      action: 'pull',
      steps: [{ field: 'subject.academic', anyOf: ['true'], text: 'academic: true' }],
    });
    assert.deepEqual(
      nearest[1].steps.map(({ field }: { field: string }) => field),
      ['subject.academic', 'request.at'],
    );
    assert.deepEqual(Object.keys(modules[1].input), ['record', 'subject', 'request']);
  });

  test('tries values that are in the policy and in no record or reason', async (context) => {
    const policies = insiders(scratch(context));
    const args = ['--as', 'visitor', '--image', XDS, '--policies', policies, '--format', 'json'];
    const { data, error } = await run('explain', ...args);
    assert.equal(error, null, String(error));
    assert.equal(
      JSON.parse(data).modules[1].nearest[0].steps[0].text,
      'join urn:geant:esrf.eu:group:insiders',
    );
  });
});
