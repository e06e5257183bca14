import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import LinkHeader from 'http-link-header';
import { nextTarget } from '../../../src/sources/oci/link-header.ts';
import fc from '../../support/fast-check.ts';
import { leastOf } from '../../support/least-of.ts';

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

  test('is found behind thousands of blanks, which take no longer than others', async () => {
    const blanks = ' '.repeat(16_000);
    assert.equal(nextTarget(`${blanks}<${TARGET}>;${blanks} rel=${blanks}"next"`), TARGET);
    const header = `</v2/a>; title${blanks.slice(8_000)}x; rel="next"`;
    const timeOf = (read: () => unknown): number => {
      const begun = process.cpuUsage().user;
      read();
      return process.cpuUsage().user - begun;
    };
    const library = timeOf(() => LinkHeader.parse(header));
    const own = await leastOf(library / 5, () => timeOf(() => nextTarget(header)));
    assert.ok(own < library / 5, `${own} of ${library} µs`);
  });

  test('is null where its target is longer than an address', () => {
    assert.equal(nextTarget(`</${'a'.repeat(2_048)}>; rel="next"`), null);
    assert.equal(nextTarget(`</${'a'.repeat(2_000)}>; rel="next"`)?.length, 2_001);
  });

  test('is null in a header of hundreds of parameters and relations', () => {
    const parameters = Array.from({ length: 1_000 }, (_, n) => `a${n}=1`).join(';');
    assert.equal(nextTarget(`<${TARGET}>;${parameters};rel="${'a '.repeat(1_000)}next"`), null);
    assert.equal(nextTarget(`<${TARGET}>;a=1;b=2;rel="${'a '.repeat(50)}next"`), TARGET);
  });

  test('is looked for in the first of a header of megabytes alone', () => {
    const begun = performance.now();
    assert.equal(nextTarget('</a>; rel=x, '.repeat(500_000)), null);
    assert.ok(performance.now() - begun < 150);
  });
});
