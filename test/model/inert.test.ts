import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inert, inertJson } from '../../src/model/inert.ts';
import fc from '../support/fast-check.ts';

describe('inert', () => {
  const cases: [name: string, text: string, shown: string][] = [
    ['leaves words of any script alone', 'Röntgen Σ 光子 é', 'Röntgen Σ 光子 é'],
    ['takes the power from an escape sequence', '\u001b[31mred\u001b[0m', ' [31mred [0m'],
    ['keeps lines apart by a blank', 'one\r\n\ttwo', 'one two'],
    ['drops bidi controls', 'safe\u202eexe.txt\u2066', 'safeexe.txt'],
    ['drops zero-width and tag characters', 're\u200blion\u{e0041}', 'relion'],
    ['drops half a surrogate pair', 'a\ud800b', 'ab'],
  ];
  for (const [name, text, shown] of cases) {
    test(name, () => assert.equal(inert(text), shown));
  }

  test('nothing active is left, and a second time changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = inert(text);
        assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/u);
        assert.equal(inert(shown), shown);
      }),
    );
  });
});

test('JSON is made inert by escapes, and means what it meant', () => {
  assert.equal(inertJson('{\n  "a": "\u009b31m\u202e"\n}'), '{\n  "a": "\\u009b31m\\u202e"\n}');
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = inertJson(JSON.stringify(value, null, 2));
      assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/u);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
    }),
  );
});
