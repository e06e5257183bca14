import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCursors } from '../../src/discovery/cursor.ts';
import { EVERYTHING, normalizedQuestion } from '../../src/discovery/question.ts';
import { FederationError } from '../../src/model/errors.ts';
import fc from '../support/fast-check.ts';

const cursors = createCursors(Buffer.alloc(32, 7));
const binding = { principal: 'anonymous', question: 'q' };
const refused = (open: () => unknown): void =>
  assert.throws(open, (error) => error instanceof FederationError && error.code === 'BAD_CURSOR');

const key = fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { maxLength: 4 });

test('a cursor gives back its key to whom it was given for what it was given', () => {
  fc.assert(
    fc.property(key, (value) =>
      assert.deepEqual(cursors.verify(cursors.issue(value, binding), binding), value),
    ),
  );
});

test('another caller’s cursor is refused', () => {
  refused(() => cursors.verify(cursors.issue([1], binding), { ...binding, principal: '["iss","sub"]' }));
});

test('another question’s cursor is refused', () => {
  refused(() => cursors.verify(cursors.issue([1], binding), { ...binding, question: 'other' }));
});

test('another gateway’s cursor is refused', () => {
  const other = createCursors(Buffer.alloc(32, 8));
  refused(() => cursors.verify(other.issue([1], binding), binding));
});

test('a cursor with any character changed is refused', () => {
  const cursor = cursors.issue([0, 'relion', 'id'], binding);
  fc.assert(
    fc.property(fc.nat(cursor.length - 1), fc.constantFrom(...'Aa0.-_ é'), (at, character) => {
      const changed = cursor.slice(0, at) + character + cursor.slice(at + 1);
      // The last character of a base64url run may hold bits that mean nothing.
      if (
        Buffer.from(changed.split('.')[1] ?? '', 'base64url').equals(
          Buffer.from(cursor.split('.')[1] ?? '', 'base64url'),
        ) &&
        changed.split('.')[0] === cursor.split('.')[0]
      )
        return;
      refused(() => cursors.verify(changed, binding));
    }),
  );
});

test('a text that is not a cursor is refused', () => {
  for (const text of ['', '.', 'a', 'a.b', 'a.b.c', 'x'.repeat(20_000)])
    refused(() => cursors.verify(text, binding));
});

test('the page and the freshness are not part of the question, everything else is', () => {
  const whole = normalizedQuestion(EVERYTHING, null);
  assert.equal(normalizedQuestion({ ...EVERYTHING, maxAge: 0 }, null), whole);
  assert.equal(normalizedQuestion({ ...EVERYTHING, only: { frameworks: [] } }, null), whole);
  for (const other of [
    { ...EVERYTHING, search: 'relion' },
    { ...EVERYTHING, only: { frameworks: ['relion'] } },
    { ...EVERYTHING, except: { frameworks: ['relion'] } },
    { ...EVERYTHING, prefer: { frameworks: ['relion'] } },
    { ...EVERYTHING, at: 'esrf' },
    { ...EVERYTHING, orderBy: 'NAME' as const },
  ]) {
    assert.notEqual(normalizedQuestion(other, null), whole);
  }
  assert.notEqual(normalizedQuestion(EVERYTHING, 'relion'), whole);
});

test('the order and the case of choices are not part of the question', () => {
  assert.equal(
    normalizedQuestion({ ...EVERYTHING, only: { facilities: ['esrf', 'DESY'] } }, null),
    normalizedQuestion({ ...EVERYTHING, only: { facilities: ['desy', 'ESRF', 'esrf'] } }, null),
  );
});
