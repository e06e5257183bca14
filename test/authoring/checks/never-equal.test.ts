import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkPolicy } from '../../../src/authoring/check.ts';
import { facility, needsOpa, opa } from '../opa.ts';
import { checkPsi, restricting } from './found.ts';

const usable = (body: string, more = '') =>
  restricting(`default usable := false\n\nusable if {\n${body}\n}\n${more}`);

/** What the literal should have been, by the hint. */
const never: readonly (readonly [string, string, string | null])[] = [
  ['a framework in another spelling', 'some f in input.record.frameworks\n\tf.name == "relion"', 'RELION'],
  [
    'a framework of a list',
    'some f in input.record.frameworks\n\tf.name in {"RELION", "cryosparc"}',
    'cryoSPARC',
  ],
  ['a technique by its label', '"electron microscopy" in input.record.techniques', 'PaNET01145'],
  ['a format by its ending', '"h5" in input.record.reads', 'HDF5'],
  ['a license by its name', 'input.record.license.expression == "gpl-3.0-only"', 'GPL-3.0-only'],
  ['a facility in capital letters', '"PSI" in input.subject.sites', 'psi'],
  ['a facility that the caller names', 'input.request.at.facility == "PSI"', 'psi'],
  ['another facility’s records', 'input.record.facility == "esrf"', 'psi'],
  [
    'a group in another spelling',
    '"urn:GEANT:psi.ch:group:em" in input.subject.groups',
    'urn:geant:psi.ch:group:em',
  ],
  ['a group of a condition', 'some c in input.record.license.conditions\n\t"tomo" in c.groups', null],
  ['an affiliation without a scope', '"staff" in input.subject.affiliations', null],
  ['a repository with capital letters', 'input.record.repository == "EM/relion"', 'em/relion'],
  ['the begin of a repository', 'startswith(input.record.repository, "EM/")', 'em/'],
  ['a platform', '"Linux/amd64" in input.record.platforms', 'linux/amd64'],
  ['what is made small', 'lower(input.record.title) == "RELION"', 'relion'],
  ['what is not equal', 'input.record.repository != "EM/relion"', 'em/relion'],
];

describe('never-equal', needsOpa, () => {
  for (const [what, body, instead] of never) {
    test(`finds ${what}`, async (context) => {
      const { problems } = await checkPsi(context, usable(`\t${body}`));
      assert.deepEqual(
        problems.map(({ check, hint }) => [check, hint]),
        [['never-equal', instead === null ? null : `did you mean ${JSON.stringify(instead)}?`]],
      );
    });
  }

  const ways: readonly (readonly [string, string, string])[] = [
    ['a constant', 'input.record.repository == bad', 'bad := "EM/relion"'],
    ['a set that is a rule', 'input.record.repository in bad', 'bad := {"em/dials", "EM/relion"}'],
    ['a set that is gathered', 'input.record.repository in bad', 'bad contains "EM/relion"'],
    ['a set that is looked into', 'bad[input.record.repository]', 'bad := {"EM/relion"}'],
    ['the keys of an object', 'bad[input.record.repository] == 1', 'bad := {"EM/relion": 1}'],
    ['a variable', 'some name in {"EM/relion"}\n\tinput.record.repository == name', ''],
    ['a parameter', 'called("EM/relion")', 'called(name) if input.record.repository == name'],
  ];
  for (const [what, body, more] of ways) {
    test(`follows ${what}`, async (context) => {
      const { problems } = await checkPsi(context, usable(`\t${body}`, `\n${more}`));
      assert.deepEqual(
        problems.map(({ check, message }) => [check, message.split(':')[0]]),
        [['never-equal', 'input.record.repository is never "EM/relion"']],
      );
    });
  }

  test('looks into data.json', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': `package panfed.facility.psi\n\n${usable('\tinput.record.repository in data.panfed.facility.psi.bad')}`,
      'data.json': '{"panfed": {"facility": {"psi": {"bad": ["EM/relion"]}}}}',
    });
    const { problems } = await checkPolicy(opa, owner);
    assert.deepEqual(
      problems.map(({ check }) => check),
      ['never-equal'],
    );
  });

  const right: readonly (readonly [string, string])[] = [
    [
      'names as the vocabulary writes them',
      'some f in input.record.frameworks\n\tf.name in {"RELION", "cryoSPARC"}',
    ],
    [
      'a framework that the vocabulary does not know',
      'some f in input.record.frameworks\n\tf.name == "ourtool"',
    ],
    ['what a registry wrote', 'some f in input.record.frameworks\n\tf.raw == "relion"'],
    ['a facility that is written as one', '"anl" in input.subject.sites'],
    ['a group with its role', '"urn:geant:psi.ch:group:em:role=manager" in input.record.groups'],
    ['an affiliation', '"staff@psi.ch" in input.subject.affiliations'],
    ['a license', 'input.record.license.expression in {"MIT", "GPL-3.0-only OR MIT"}'],
    ['null', 'input.record.title != null\n\tinput.record.license.expression == "MIT"'],
    ['labels', 'input.record.labels["org.example.Level"] == "Open"'],
    ['a title', 'input.record.title == "RELION"'],
    ['small letters made small', 'lower(input.record.title) == "relion"'],
    [
      'a variable of two lists',
      'x := [n | some n in {"EM/relion"}]\n\tcount(x) > 0\n\tsome n in {"em/relion"}\n\tinput.record.repository == n',
    ],
  ];
  for (const [what, body] of right) {
    test(`leaves alone ${what}`, async (context) => {
      assert.deepEqual((await checkPsi(context, usable(`\t${body}`))).problems, []);
    });
  }
});
