import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readVocabularyFile } from '../../src/vocabulary/document.ts';
import { licensesSchema } from '../../src/vocabulary/license-schema.ts';
import { addressKey } from '../../src/vocabulary/license-urls.ts';
import { loadVocabulary } from '../../src/vocabulary/load.ts';
import { SPDX_ADDRESSES, SPDX_IDS } from '../../src/vocabulary/spdx.ts';

const file = readVocabularyFile(new URL('../../vocabularies/licenses.yaml', import.meta.url), licensesSchema);
const read = (text: string): string | null => loadVocabulary().license(text).expression;

describe('addresses of licenses', () => {
  test('every id of SPDX has its page there', () => {
    for (const id of SPDX_IDS) {
      assert.equal(read(`https://spdx.org/licenses/${id}`), id);
      assert.equal(read(`http://www.spdx.org/licenses/${id}.html`), id);
    }
  });

  test('scheme, www, case, a slash at the end and the ending of a format make no difference', () => {
    for (const text of [
      'https://www.apache.org/licenses/LICENSE-2.0',
      'http://apache.org/licenses/LICENSE-2.0/',
      'HTTPS://WWW.APACHE.ORG/licenses/license-2.0.html',
      ' http://www.apache.org/licenses/LICENSE-2.0.txt ',
    ]) {
      assert.equal(read(text), 'Apache-2.0', text);
    }
  });

  test('what SPDX lists of a publisher is that license, or none where several have the address', () => {
    for (const { id, url } of SPDX_ADDRESSES) {
      const expression = read(url);
      if (expression === null) continue;
      // GPL-3.0 and its kind have one address for all of a version.
      const version = id.replace(/(?:-(?:no-)?invariants)?(?:-only|-or-later|\+)?$/, '');
      const own = [read(id), `${version}-only`, version];
      // Reviewed: a notice beside the text of MPL-2.0.
      assert(
        own.includes(expression) || id === 'MPL-2.0-no-copyleft-exception',
        `${id}: ${url}: ${expression}`,
      );
    }
  });

  test('every reviewed address means what it is given', () => {
    for (const [expression, addresses] of Object.entries(file.addresses)) {
      for (const address of addresses) assert.equal(read(address), expression, address);
    }
  });

  test('anything but the address itself is not read', () => {
    for (const text of [
      'https://opensource.org/licenses/MIT?x=1',
      'https://opensource.org/licenses/MIT#no-commerce',
      'https://opensource.org/licenses/MIT-like',
      'https://opensource.org:8443/licenses/MIT',
      'https://user@opensource.org/licenses/MIT',
      'https://opensource.org.example/licenses/MIT',
      'https://example.org/https://opensource.org/licenses/MIT',
      'ftp://opensource.org/licenses/MIT',
      'opensource.org/licenses/MIT',
      'not https://opensource.org/licenses/MIT',
      'https://opensource.org/licenses/MIT non-commercial',
    ]) {
      assert.equal(read(text), null, text);
    }
  });

  test('a file of a project is not read, though SPDX lists it: its text may change', () => {
    assert.equal(read('https://github.com/aws/mit-0'), null);
    for (const { url } of SPDX_ADDRESSES) {
      if (!/git|wiki/.test(url)) continue;
      assert.equal(read(url), null, url);
    }
  });

  test('a key is found in linear time, and of nothing else', () => {
    assert.equal(addressKey('MIT'), null);
    assert.equal(addressKey(''), null);
    assert.equal(addressKey('https://'), null);
    assert.equal(addressKey(`https://${'a/'.repeat(500)}`), `a${'/a'.repeat(499)}`);
  });
});
