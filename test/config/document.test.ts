import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDocument } from '../../src/config/document.ts';

const VARIABLE = '$'.concat('{LAB}');

test('a variable is put in however YAML writes its dollar sign and brackets', () => {
  for (const text of [`a: ${VARIABLE}`, 'a: "\\x24{LAB}"', 'a: "$\\u007bLAB}"', 'a: "$\\\n  {LAB}"']) {
    assert.deepEqual(readDocument(text, { LAB: 'esrf' }).value, { a: 'esrf' }, text);
  }
});
