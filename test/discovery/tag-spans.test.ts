import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { asOfNow, digestsAt, movedAt, type ShownSpan, shownSpans } from '../../src/discovery/tag-spans.ts';
import fc from '../support/fast-check.ts';

type Row = readonly [digest: string | null, since: number, until: number | null];

const spans = (...rows: Row[]): ShownSpan[] =>
  rows.map(([digest, since, until]) => ({ digest, since, until }));

type Pointing = [digest: string, since: number, until: number | null];

const shown = (rows: Pointing[], known = 'abc'): Row[] =>
  shownSpans(
    rows.map(([digest, since, until]) => ({ digest, since, until })),
    (digest) => known.includes(digest),
  ).map(({ digest, since, until }) => [digest, since, until]);

describe('the spans that are shown of a tag', () => {
  test('are the newest first, and gone between them', () => {
    assert.deepEqual(
      shown([
        ['a', 1, 2],
        ['a', 4, null],
        ['b', 2, 3],
      ]),
      [
        ['a', 4, null],
        [null, 3, 4],
        ['b', 2, 3],
        ['a', 1, 2],
      ],
    );
  });

  test('have one time in which the tag was gone for all that is not shown, whatever it was', () => {
    const rows: Pointing[] = [
      ['a', 1, 2],
      ['x', 3, 4],
      ['y', 4, 5],
      ['b', 6, null],
    ];
    assert.deepEqual(shown(rows), [
      ['b', 6, null],
      [null, 2, 6],
      ['a', 1, 2],
    ]);
  });

  test('begin with the first that is shown, and end with one that was gone', () => {
    const rows: Pointing[] = [
      ['x', 1, 2],
      ['a', 2, 3],
      ['x', 3, 4],
      ['y', 5, null],
    ];
    assert.deepEqual(shown(rows), [
      [null, 3, null],
      ['a', 2, 3],
    ]);
    assert.deepEqual(shown(rows, ''), []);
  });

  test('are one where those of one digest meet, as after a clock was set back', () => {
    assert.deepEqual(
      shown([
        ['a', 5, null],
        ['a', 1, 4],
        ['a', 3, 5],
      ]),
      [['a', 1, null]],
    );
  });

  test('overlap where the tag pointed to several digests at once', () => {
    const rows: Pointing[] = [
      ['a', 1, 5],
      ['b', 1, 3],
      ['c', 7, null],
    ];
    assert.deepEqual(shown(rows), [
      ['c', 7, null],
      [null, 5, 7],
      ['a', 1, 5],
      ['b', 1, 3],
    ]);
  });

  test('are the same, whatever is taken away that is not shown', () => {
    const arbitrarySpan = fc.record({
      digest: fc.constantFrom('a', 'b', 'x', 'y'),
      since: fc.nat(12),
      until: fc.option(fc.nat(12)),
    });
    const mayKnow = (digest: string): boolean => 'ab'.includes(digest);
    fc.assert(
      fc.property(fc.array(arbitrarySpan, { maxLength: 12 }), (some) => {
        const reduced = some.filter(({ digest }) => mayKnow(digest));
        assert.deepEqual(shownSpans(some, mayKnow), shownSpans(reduced, mayKnow));
      }),
    );
  });
});

describe('a tag at a time', () => {
  test('points to the digests of that time, whose end is the next one’s beginning', () => {
    const some = spans(['a', 1, 3], ['b', 3, 5], [null, 5, null]);
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].map((at) => digestsAt(some, at)),
      [[], ['a'], ['a'], ['b'], ['b'], []],
    );
  });
});

describe('a tag', () => {
  test('moved when it came from another digest, also after a time in which it was gone', () => {
    assert.equal(movedAt(spans(['b', 3, null], ['a', 1, 3]), 'b'), 3);
    assert.equal(movedAt(spans(['b', 5, null], [null, 3, 5], ['a', 1, 3]), 'b'), 5);
    assert.equal(movedAt(spans(['b', 2, null], ['a', 1, 4]), 'b'), 4);
  });

  test('did not move to its first digest, back to the same one, or to one that it left', () => {
    assert.equal(movedAt(spans(['a', 1, null]), 'a'), null);
    assert.equal(movedAt(spans(['a', 3, null], [null, 2, 3], ['a', 1, 2]), 'a'), null);
    assert.equal(movedAt(spans(['b', 3, null], ['a', 1, 3]), 'a'), null);
    assert.equal(movedAt(spans([null, 5, null], ['b', 3, 5], ['a', 1, 3]), 'b'), null);
  });
});

describe('spans as of the present snapshot', () => {
  const now = (rows: Pointing[], pointing: string) =>
    asOfNow(
      rows.map(([digest, since, until]) => ({ digest, since, until })),
      new Set(pointing),
      10,
    ).map(({ digest, since, until }) => [digest, since, until]);

  test('end where the tag does not point to their digest any more, and begin where it does', () => {
    assert.deepEqual(
      now(
        [
          ['a', 1, null],
          ['b', 2, null],
          ['c', 3, 4],
        ],
        'ac',
      ),
      [
        ['a', 1, null],
        ['b', 2, 10],
        ['c', 3, 4],
        ['c', 10, null],
      ],
    );
  });

  test('never end before they begin', () => {
    assert.deepEqual(now([['a', 12, null]], ''), [['a', 12, 12]]);
  });
});
