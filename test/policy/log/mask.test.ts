import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decisionLogSchema } from '../../../src/config/decision-log.ts';
import { createMask } from '../../../src/policy/log/mask.ts';
import fc from '../../support/fast-check.ts';

const entry = {
  input: { subject: { groups: ['g:a', 'g:b'], issuer: 'https://aai.example' }, record: { 'a/b~c': 1 } },
  result: { reasons: [{ params: { groups: ['g:a'] } }, { params: {} }] },
};

describe('a mask', () => {
  test('erases what its pointers find, and lists those that did', () => {
    const mask = createMask({ erase: ['/input/subject/groups', '/input/subject/name'], replace: [] });
    assert.deepEqual(mask(entry), {
      ...entry,
      input: { ...entry.input, subject: { issuer: 'https://aai.example' } },
      erased: ['/input/subject/groups'],
    });
  });

  test('replaces what is there, and adds nothing where there is nothing', () => {
    const replace = [
      { path: '/input/subject/issuer', value: 'an issuer' },
      { path: '/input/subject/sub', value: 'somebody' },
    ];
    const masked = createMask({ erase: [], replace })(entry);
    assert.deepEqual(masked.input, {
      ...entry.input,
      subject: { ...entry.input.subject, issuer: 'an issuer' },
    });
    assert.deepEqual(masked.masked, ['/input/subject/issuer']);
    assert.ok(!('erased' in masked));
  });

  test('finds every entry of a list by *, and one by its index', () => {
    const mask = createMask({
      erase: ['/result/reasons/*/params/groups', '/input/subject/groups/0'],
      replace: [{ path: '/input/subject/groups/*', value: 'a group' }],
    });
    assert.deepEqual(mask(entry), {
      input: { ...entry.input, subject: { ...entry.input.subject, groups: ['a group'] } },
      result: { reasons: [{ params: {} }, { params: {} }] },
      erased: ['/result/reasons/*/params/groups', '/input/subject/groups/0'],
      masked: ['/input/subject/groups/*'],
    });
  });

  test('reads the escapes of JSON Pointers', () => {
    const { input } = createMask({ erase: ['/input/record/a~1b~0c'], replace: [] })(entry);
    assert.deepEqual(input, { ...entry.input, record: {} });
  });

  test('erases the whole input', () => {
    const masked = createMask({ erase: ['/input'], replace: [] })(entry);
    assert.deepEqual(masked, { result: entry.result, erased: ['/input'] });
  });

  test('does not change what it is given, whatever its rules are', () => {
    const steps = [
      'input',
      'result',
      'subject',
      'groups',
      'reasons',
      'params',
      '*',
      '0',
      '__proto__',
      'length',
    ];
    const pointer = fc
      .array(fc.constantFrom(...steps), { maxLength: 5 })
      .map((more) => `/${['input', ...more].join('/')}`);
    const before = structuredClone(entry);
    fc.assert(
      fc.property(fc.array(pointer), fc.array(pointer), (erase, replace) => {
        createMask({ erase, replace: replace.map((path) => ({ path, value: 'x' })) })(entry);
        assert.deepEqual(entry, before);
      }),
    );
  });
});

describe('the configuration of a mask', () => {
  const file = { path: 'decisions.ndjson' };
  const accepts = (path: string) => decisionLogSchema.safeParse({ file, erase: [path] }).success;

  test('takes JSON Pointers to what was given and answered, and no others', () => {
    for (const path of ['/input', '/input/subject/groups', '/result/reasons/*/params', '/input/a~0b~1c']) {
      assert.ok(accepts(path), path);
    }
    for (const path of ['', '/', 'input/subject', '/bundles', '/timestamp', '/inputs', '/input/a~2']) {
      assert.ok(!accepts(path), path);
    }
  });
});
