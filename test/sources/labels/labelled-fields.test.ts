import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { labelReader } from '../../../src/sources/labels/labelled-fields.ts';
import { Unreadable } from '../../../src/sources/labels/read.ts';

describe('a label that describes', () => {
  test('has a number as text, since it has nothing else', () => {
    const read = labelReader({ kind: 'amount', saidBy: 'a label' });
    assert.equal(read('8'), 8);
    assert.equal(read(8), 8);
    for (const text of ['-1', '8.5', 'eight', '']) assert.throws(() => read(text), Unreadable, text);
  });

  test('says nothing below a part whose name is missing', () => {
    const vendor = { kind: 'name', max: 8, saidBy: 'a label' } as const;
    const read = labelReader({ kind: 'part', called: 'a GPU', saidBy: 'a label', fields: { vendor } });
    assert.deepEqual(read('{"vendor": "amd"}'), { vendor: 'amd' });
    assert.throws(() => read('{}'), /names a GPU without its vendor/);
  });
});
