import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkPolicy } from '../../../src/authoring/check.ts';
import { facility, needsOpa, opa } from '../opa.ts';

const policy = (
  annotation: string,
  reason = '{"code": "CLOSED", "action": "pull", "params": {"where": "x"}}',
) =>
  `package panfed.facility.psi

decision := {"discover": true, "pull": false, "execute": false, "reasons": reasons}

${annotation}
reasons := [${reason} | input.record.sharing != "open"]
`;

const described = (text: string) =>
  `# METADATA\n# custom:\n#   reasons:\n${text
    .split('\n')
    .map((line) => `#     ${line}`)
    .join('\n')}`;

const CLOSED = 'CLOSED:\n  message: "Closed at {where}."\n  remedy: "Come back to {where}."';

describe('the reasons of a policy', needsOpa, () => {
  test('are its annotations, by code', async (context) => {
    const { owner } = await facility(context, 'psi', { 'decision.rego': policy(described(CLOSED)) });
    const { problems, reasons } = await checkPolicy(opa, owner);
    assert.deepEqual(problems, []);
    assert.deepEqual(reasons, {
      CLOSED: { message: 'Closed at {where}.', remedy: 'Come back to {where}.' },
    });
  });

  test('a remedy that is not there is null', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': policy(described('CLOSED:\n  message: "Closed."')),
    });
    assert.deepEqual((await checkPolicy(opa, owner)).reasons, {
      CLOSED: { message: 'Closed.', remedy: null },
    });
  });

  const refused: readonly (readonly [string, string, RegExp, number])[] = [
    ['a code without a message', policy(''), /CLOSED has no message/, 6],
    [
      'a message of a code that no rule gives',
      policy(described(`${CLOSED}\nOTHER:\n  message: "Other."`)),
      /no rule gives the reason OTHER/,
      5,
    ],
    [
      'a placeholder that is not a param',
      policy(described('CLOSED:\n  message: "Closed at {place}."')),
      /names \{place\}, which is not in its params/,
      10,
    ],
    [
      'a code that is not a literal',
      policy(described(CLOSED), '{"code": concat("_", ["A", "B"]), "action": "pull", "params": {}}'),
      /code is not a literal/,
      11,
    ],
    ['a code in small letters', policy(described('closed:\n  message: "Closed."')), /custom\.reasons/, 5],
    ['a message that is empty', policy(described('CLOSED:\n  message: ""')), /custom\.reasons/, 5],
  ];
  for (const [what, text, message, line] of refused) {
    test(`refused, with file and line: ${what}`, async (context) => {
      const { owner } = await facility(context, 'psi', { 'decision.rego': text });
      const { problems } = await checkPolicy(opa, owner);
      const problem = problems.find((one) => message.test(one.message));
      assert.ok(problem, JSON.stringify(problems));
      assert.equal(problem.line, line);
    });
  }
});
