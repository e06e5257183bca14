import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nextTarget } from '../../../src/sources/oci/link-header.ts';
import fc from '../../support/fast-check.ts';

const TARGET = '/v2/em/relion/tags/list?n=2&last=b';

describe('the next page of a Link header', () => {
  for (const header of [
    `<${TARGET}>; rel="next"`,
    `<${TARGET}>;rel=next`,
    `<${TARGET}> ; rel = "next"`,
    `<${TARGET}>; REL="NEXT"`,
    `<${TARGET}>; rel='next'`,
    `<${TARGET}>; rel="last next"`,
    `<${TARGET}>; title="a, <b>; rel=prev"; rel="next"`,
    `</v2/first>; rel="first", <${TARGET}>; rel="next"`,
    `<${TARGET}>; rel=next, </v2/last>; rel=last`,
    `, <${TARGET}>; rel="next"`,
    `${TARGET}; rel="next"`,
  ]) {
    test(`is found in ${header}`, () => assert.equal(nextTarget(header), TARGET));
  }

  test('may be absolute', () => {
    assert.equal(nextTarget('<https://other.example/v2/x>; rel="next"'), 'https://other.example/v2/x');
  });

  for (const header of [undefined, '', `<${TARGET}>`, `<${TARGET}>; rel="prev"`, '<>; rel="next"', '<a']) {
    test(`is null in ${header}`, () => assert.equal(nextTarget(header), null));
  }

  test('is a text or null whatever stands in the header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (header) => {
        const target = nextTarget(header);
        assert.ok(target === null || target.length > 0);
      }),
    );
  });

  test('is looked for in the first of a header of megabytes alone', () => {
    const begun = performance.now();
    assert.equal(nextTarget('</a>; rel=x, '.repeat(500_000)), null);
    assert.ok(performance.now() - begun < 150);
  });
});
