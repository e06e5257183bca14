import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  DECISION_BOUNDS,
  parseDecision,
  parseIndexes,
  parseResourceDecision,
} from '../../../src/policy/decisions/answer.ts';

const good = {
  discover: true,
  pull: true,
  execute: false,
  reasons: [{ code: 'AT_REQUIRED', action: 'execute', params: { sites: ['esrf'], n: 1, none: null } }],
};
const reason = good.reasons[0];

describe('a decision', () => {
  test('that is complete and well-formed is taken as it is, and cannot be changed', () => {
    const decision = parseDecision(JSON.stringify(good));
    assert.deepEqual(decision, good);
    assert(Object.isFrozen(decision) && Object.isFrozen(decision.reasons));
  });

  test('has the digits of a param that JavaScript would round, as a text', () => {
    const json = JSON.stringify({ ...good, reasons: [{ ...reason, params: { n: 'N', small: 2 } }] });
    const decision = parseDecision(json.replace('"N"', '36893488147419103232'));
    assert.deepEqual(decision?.reasons[0]?.params, { n: '36893488147419103232', small: 2 });
  });

  test('that is nested too deeply is not a decision', () => {
    const deep = `${'['.repeat(20_000)}1234567890123456${']'.repeat(20_000)}`;
    assert.equal(parseDecision(`{"discover":${deep}}`), null);
  });

  const malformed: Record<string, unknown> = {
    'that is a list': [],
    'that is a list of one': [good],
    'that is text': 'allow',
    'that is null': null,
    'that is true': true,
    'that is empty': {},
    'without discover': { ...good, discover: undefined },
    'without pull': { ...good, pull: undefined },
    'without execute': { ...good, execute: undefined },
    'without reasons': { ...good, reasons: undefined },
    'with more than it should have': { ...good, allow: true },
    'whose pull is text': { ...good, pull: 'true' },
    'whose pull is 1': { ...good, pull: 1 },
    'whose pull is null': { ...good, pull: null },
    'that lets execute what may not be pulled': { ...good, pull: false, execute: true },
    'that lets pull what may not be discovered': { ...good, discover: false },
    'whose reasons are an object': { ...good, reasons: {} },
    'with a reason that is text': { ...good, reasons: ['AT_REQUIRED'] },
    'with a reason without params': { ...good, reasons: [{ ...reason, params: undefined }] },
    'with a reason that says more': { ...good, reasons: [{ ...reason, remedy: 'x' }] },
    'with a reason of no action': { ...good, reasons: [{ ...reason, action: 'delete' }] },
    'with a code that is no code': { ...good, reasons: [{ ...reason, code: 'at required' }] },
    'with a param that is an object': { ...good, reasons: [{ ...reason, params: { a: {} } }] },
    'with too many params': {
      ...good,
      reasons: [
        {
          ...reason,
          params: Object.fromEntries(Array.from({ length: DECISION_BOUNDS.params + 1 }, (_, i) => [i, i])),
        },
      ],
    },
    'with too many reasons': { ...good, reasons: new Array(DECISION_BOUNDS.reasons + 1).fill(reason) },
    'that is too large': {
      ...good,
      reasons: [{ ...reason, params: { a: 'x'.repeat(DECISION_BOUNDS.json) } }],
    },
  };
  for (const [what, answer] of Object.entries(malformed)) {
    test(`${what} is not a decision`, () => assert.equal(parseDecision(JSON.stringify(answer)), null));
  }
});

describe('the preference module’s answer', () => {
  test('is ascending indexes of the values', () => {
    assert.deepEqual(parseIndexes('[0,2]', 3), [0, 2]);
    assert.deepEqual(parseIndexes('[]', 0), []);
  });

  for (const wrong of [
    '[2,0]',
    '[1,1]',
    '[3]',
    '[-1]',
    '[0.5]',
    '["0"]',
    '[true]',
    '{}',
    '"0"',
    'null',
    '[[0]]',
  ]) {
    test(`is not ${wrong}`, () => assert.equal(parseIndexes(wrong, 3), null));
  }
});

describe('a decision on a compute resource', () => {
  const against = { code: 'RESOURCE_SITE_REQUIRED', params: { sites: ['esrf'] } };
  const visible = { visible: true, use: false, reasons: [against] };

  test('that is complete and well-formed is taken as it is', () => {
    assert.deepEqual(parseResourceDecision(JSON.stringify(visible)), visible);
  });

  for (const [name, answer] of [
    ['is no object', [visible]],
    ['leaves something out', { visible: true, use: false }],
    ['has something else', { ...visible, discover: true }],
    ['allows use without being visible', { visible: false, use: true, reasons: [] }],
    ['has no truth value', { ...visible, use: 'no' }],
    ['has a reason with an action', { ...visible, reasons: [{ ...against, action: 'execute' }] }],
    ['has a reason without a code', { ...visible, reasons: [{ params: {} }] }],
    ['has a param that is an object', { ...visible, reasons: [{ ...against, params: { sites: { a: 1 } } }] }],
    ['has 33 reasons', { ...visible, reasons: Array.from({ length: 33 }, () => against) }],
  ] as const) {
    test(`that ${name} is none`, () => assert.equal(parseResourceDecision(JSON.stringify(answer)), null));
  }

  test('that is no JSON is none', () => assert.equal(parseResourceDecision('{'), null));
});
