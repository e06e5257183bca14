import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { shellWord } from '../../../src/cli/labels/shell-word.ts';

const VARIABLES: Readonly<Record<string, string>> = { V: '5.0', EMPTY: '', Q: 'a "b" $V' };
const word = (text: string, escaping = '\\') =>
  shellWord(text, { escape: escaping, lookUp: (name) => VARIABLES[name] ?? null });

describe('a word of a Dockerfile', () => {
  // By https://docs.docker.com/reference/dockerfile/#environment-replacement, and as podman builds it.
  for (const [text, value] of [
    ['plain', 'plain'],
    ['"two words"', 'two words'],
    ['"a"\'b\'c', 'abc'],
    [String.raw`"\"\\\$V"`, String.raw`"\$V`],
    [String.raw`"\n \' \x"`, String.raw`\n \' \x`],
    [String.raw`a\ b\"c`, 'a b"c'],
    [String.raw`'a $V \ "b"'`, String.raw`a $V \ "b"`],
    [`"$V \${V}"`, '5.0 5.0'],
    [`\${V:-1}\${NONE:-2}\${EMPTY:-3}\${EMPTY-4}`, '5.023'],
    [`\${V:+set}\${EMPTY:+no}\${EMPTY+yes}\${NONE+no}`, 'setyes'],
    ['$Q', 'a "b" $V'],
    ['"100$"', '100$'],
    ['"$-"', '$-'],
    [String.raw`a\\`, 'a\\'],
    ['a\\', 'a'],
    ['"open', 'open'],
  ] as const) {
    test(`${text} is ${value}`, () => assert.deepEqual(word(text), { value, unknown: [] }));
  }

  test('has nothing in place of a variable that nobody knows, and names it once', () => {
    assert.deepEqual(word(`a$NONE-\${NONE}-$OTHER`), { value: 'a--', unknown: ['NONE', 'OTHER'] });
  });

  test('is escaped by a backtick where a directive says so', () => {
    assert.deepEqual(word('"C:\\dir `"x`" `$V"', '`').value, 'C:\\dir "x" $V');
  });
});
