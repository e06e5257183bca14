import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Axioms, classify, type Intersection } from '../../../src/vocabulary/panet/classify.ts';

const all = (...classes: string[]): Intersection => ({ classes, restrictions: [] });
const some = (property: string, filler: string, ...classes: string[]): Intersection => ({
  classes,
  restrictions: [{ property, some: filler }],
});

function aboveOf(axioms: Partial<Axioms>): Record<string, string[]> {
  const none = { below: new Map(), equal: new Map(), domains: new Map(), ranges: new Map() };
  const above = classify({ ...none, ...axioms });
  return Object.fromEntries([...above].map(([id, found]) => [id, [...found].sort()]));
}

describe('what is above a class', () => {
  test('is what is stated, and what is above that', () => {
    assert.deepEqual(
      aboveOf({
        below: new Map([
          ['b', all('a')],
          ['c', all('b')],
        ]),
      }),
      {
        b: ['a'],
        c: ['a', 'b'],
      },
    );
  });

  test('is an intersection whose parts are all above it', () => {
    const equal = new Map([['both', [all('a', 'b')]]]);
    const found = aboveOf({
      equal,
      below: new Map([
        ['c', all('a', 'b')],
        ['d', all('a')],
      ]),
    });
    assert.deepEqual(found, { both: ['a', 'b'], c: ['a', 'b', 'both'], d: ['a'] });
  });

  test('is what has a restriction to anything wider', () => {
    const equal = new Map([
      ['photon technique', [some('probe', 'photon')]],
      ['x-ray technique', [some('probe', 'x-ray')]],
    ]);
    const below = new Map([
      ['x-ray', all('photon')],
      ['x-ray imaging', all('x-ray technique')],
    ]);
    const found = aboveOf({ equal, below });
    assert.deepEqual(found['x-ray technique'], ['photon technique']);
    assert.deepEqual(found['x-ray imaging'], ['photon technique', 'x-ray technique']);
    assert.deepEqual(found['photon technique'], []);
  });

  test('is the domain of its property, and what has a restriction to the range', () => {
    const axioms = {
      equal: new Map([
        ['any', [some('process', 'process')]],
        ['scattering technique', [some('process', 'scattering')]],
      ]),
      domains: new Map([['process', 'technique']]),
      ranges: new Map([['process', 'process']]),
    };
    assert.deepEqual(aboveOf(axioms)['scattering technique'], ['any', 'technique']);
  });

  test('is each of two that equal the same, and itself then', () => {
    const equal = new Map([
      ['a', [all('x', 'y')]],
      ['b', [all('y', 'x')]],
    ]);
    assert.deepEqual(aboveOf({ equal }), { a: ['a', 'b', 'x', 'y'], b: ['a', 'b', 'x', 'y'] });
  });
});
