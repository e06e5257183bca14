import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judge } from '../../../src/matching/candidate.ts';
import { loadVocabulary } from '../../../src/vocabulary/load.ts';
import { loadMicroarchitectures } from '../../../src/vocabulary/microarchitectures.ts';
import { readCases } from './cases.ts';

const known = { vocabulary: loadVocabulary(), microarchitectures: loadMicroarchitectures() };
const cases = readCases();

describe('the table of cases', () => {
  test('has enough of them, and none twice', () => {
    assert.ok(cases.length >= 120, String(cases.length));
    const seen = new Set(cases.map(({ dimension, text }) => `${dimension} ${text}`));
    assert.equal(seen.size, cases.length);
  });

  for (const { dimension, text, needs, resource, question, verdict, code, engines } of cases) {
    test(`${dimension}: ${text}`, () => {
      const judged = judge(needs, resource, question, known);
      const finding = judged.findings.find((one) => one.dimension === dimension);
      assert.deepEqual([finding?.verdict, finding?.code], [verdict, code], finding?.message);
      if (engines !== null) assert.deepEqual(judged.engines, engines);
    });
  }
});
