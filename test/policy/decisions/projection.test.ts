import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { recordInput, requestInput, subjectInput } from '../../../src/policy/decisions/input.ts';
import { projectionOf, wellFormedJson } from '../../../src/policy/decisions/projection.ts';
import fc, { runs } from '../../support/fast-check.ts';
import { arbitraryRecord, imageRecord } from '../../support/records.ts';
import { place, subject } from '../../support/subjects.ts';

const record = (paths: string[][], value: object) =>
  JSON.parse(projectionOf(paths.map((path) => ['record', ...path])).record(value));

describe('a projection', () => {
  test('keeps what is read and nothing else', () => {
    const input = recordInput(imageRecord());
    assert.deepEqual(record([['sharing'], ['license', 'state']], input), {
      license: { state: 'normalized' },
      sharing: 'open',
    });
    assert.deepEqual(record([], input), {});
  });

  test('keeps the whole where a part of it is read too', () => {
    assert.deepEqual(record([['trust', 'state'], ['trust']], recordInput(imageRecord())), {
      trust: { state: 'unsigned', signers: [] },
    });
  });

  test('keeps whole a value that a path leads into, if it is not an object', () => {
    assert.deepEqual(record([['requires', 'gpu', 'vendor']], recordInput(imageRecord())), {
      requires: { gpu: null },
    });
    assert.deepEqual(record([['groups', '0']], recordInput(imageRecord({ groups: ['a', 'b'] }))), {
      groups: ['a', 'b'],
    });
  });

  test('has of the labels only those that the module names', () => {
    const input = recordInput(imageRecord({ labels: { 'io.panfed.note': 'x', other: 'y' } }));
    assert.deepEqual(record([['labels', 'io.panfed.note']], input), { labels: { 'io.panfed.note': 'x' } });
    assert.deepEqual(record([['labels', 'absent']], input), { labels: {} });
  });

  test('takes names as they are, those of every object’s prototype too', () => {
    const labels = JSON.parse('{"__proto__": "mine", "toString": "text"}');
    const projection = projectionOf([
      ['record', 'labels', '__proto__'],
      ['record', 'labels', 'toString'],
      ['record', 'labels', 'hasOwnProperty'],
    ]);
    assert.equal(projection.record({ labels }), '{"labels":{"__proto__":"mine","toString":"text"}}');
  });

  test('does not distinguish no place from a place that is not read', () => {
    const { request } = projectionOf([['request', 'at', 'facility']]);
    assert.equal(request(requestInput(null)), '{"at":null}');
    assert.equal(request(requestInput(place({ licenseServers: ['a'] }))), '{"at":{"facility":"esrf"}}');
  });

  test('of two people who are equal in what is read is the same', () => {
    const projection = projectionOf([['subject', 'groups']]);
    const [one, other] = ['https://a.example', 'https://b.example'].map((issuer) =>
      projection.subject(subjectInput(subject({ issuer, groups: ['g'] }))),
    );
    assert.equal(one, other);
    assert.equal(one, '{"groups":["g"]}');
  });

  test('of records is equal exactly if they are equal in every path that is read', () => {
    const paths = [['sharing'], ['license', 'conditions'], ['trust', 'state'], ['requires', 'gpu', 'vendor']];
    const projection = projectionOf(paths.map((path) => ['record', ...path]));
    const read = (input: object) =>
      JSON.stringify(
        paths.map((path) =>
          path.reduce<unknown>((value, name) => (value as Record<string, unknown> | null)?.[name], input),
        ),
      );
    fc.assert(
      fc.property(arbitraryRecord(), arbitraryRecord(), (a, b) => {
        const [left, right] = [recordInput(a), recordInput(b)];
        assert.equal(projection.record(left) === projection.record(right), read(left) === read(right));
      }),
      { numRuns: runs(500) },
    );
  });
});

describe('JSON for a module', () => {
  test('says whether it keeps the same of a record as another', () => {
    const keeps = (...paths: string[][]) => projectionOf(paths).keeps;
    const sharing = ['record', 'sharing'];
    const state = ['record', 'trust', 'state'];
    assert.equal(
      keeps(sharing, state, ['subject', 'groups']),
      keeps(state, ['request', 'at'], sharing, sharing),
    );
    assert.equal(keeps(state, ['record', 'trust']), keeps(['record', 'trust']));
    const different = [[], [sharing], [state], [sharing, state], [['record', 'trust']], [['record']]];
    assert.equal(new Set(different.map((paths) => keeps(...paths))).size, different.length);
  });

  test('has lone surrogates replaced, which OPA would throw on', () => {
    assert.equal(wellFormedJson({ '\ud800': ['a\udc00'] }), '{"\ufffd":["a\ufffd"]}');
  });

  test('leaves well-formed text as it is, also text that looks like an escape', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'grapheme' }), (json) => {
        const value = JSON.parse(json);
        assert.equal(wellFormedJson(value), JSON.stringify(value));
      }),
    );
    assert.equal(wellFormedJson('\\ud800'), JSON.stringify('\\ud800'));
  });
});
