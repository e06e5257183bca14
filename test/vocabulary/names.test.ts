import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LONGEST_NAME, NameIndex } from '../../src/vocabulary/names.ts';

describe('names', () => {
  test('case, compatibility forms and white space make no difference', () => {
    const index = new NameIndex<string>();
    index.add('Sr µCT  scan', 'x');
    for (const text of ['sr μct scan', ' SR μCT\n\tSCAN ', 'ｓｒ µct scan'])
      assert.equal(index.get(text), 'x', text);
  });

  test('a name of two meanings means nothing, also when one of them is given again', () => {
    const index = new NameIndex<string>();
    for (const meaning of ['a', 'a', 'b', 'a']) index.add('name', meaning);
    index.add('other', 'a');
    assert.equal(index.get('name'), null);
    assert.deepEqual(index.all('Name'), ['a', 'b']);
    assert.deepEqual(index.all('nothing'), []);
    assert.equal(index.get('other'), 'a');
  });

  test('empty, endless and inherited names match nothing', () => {
    const index = new NameIndex<string>();
    index.add('', 'x');
    index.add('a'.repeat(LONGEST_NAME + 1), 'x');
    for (const text of ['', '  ', '__proto__', 'constructor', 'a'.repeat(LONGEST_NAME + 1)]) {
      assert.equal(index.get(text), null);
    }
  });
});
