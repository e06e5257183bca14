// Persistent identifiers as people write them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hasPrefix, isSamePid, parsePid } from '../../src/model/pid.ts';

describe('a PID', () => {
  for (const [written, pid] of [
    ['10.5072/abc', '10.5072/abc'],
    [' doi:10.5072/ABC ', '10.5072/ABC'],
    ['https://doi.org/10.5072/abc', '10.5072/abc'],
    ['http://dx.doi.org/10.5072/a%20b', null],
    ['https://doi.org/10.5072/a%2Fb', '10.5072/a/b'],
    ['https://doi.org/10.5072/a%', null],
    ['https://hdl.handle.net/20.500.12269/x', '20.500.12269/x'],
    ['hdl:20.500.12269/x', '20.500.12269/x'],
    ['10.5072/..', '10.5072/..'],
    ['10.5072/', null],
    ['10.5072', null],
    ['abc', null],
    ['https://evil.example/10.5072/abc', null],
    ["10.5072/a'b", null],
    ['10.5072/a"b', null],
    ['10.5072/a\\b', null],
    ['10.5072/a\u202eb', null],
    ['10.5072/a\nb', null],
    [`10.5072/${'x'.repeat(600)}`, null],
  ] as const) {
    test(`is ${pid} of ${JSON.stringify(written.slice(0, 60))}`, () => assert.equal(parsePid(written), pid));
  }

  test('is the same in another case', () => {
    assert.equal(isSamePid('10.5072/ABC', '10.5072/abc'), true);
    assert.equal(isSamePid('10.5072/ABC', '10.5072/abd'), false);
  });

  for (const [pid, prefix, has] of [
    ['10.5072/abc', '10.5072', true],
    ['10.50723/abc', '10.5072', false],
    ['10.5286/ISIS.E.RB1', '10.5286/isis.', true],
    ['10.5286/DLS.1', '10.5286/isis.', false],
  ] as const) {
    test(`${pid} ${has ? 'begins' : 'does not begin'} with ${prefix}`, () =>
      assert.equal(hasPrefix(pid, prefix), has));
  }
});
