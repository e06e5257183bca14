import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { licenseKey, withPlus } from '../../src/vocabulary/license-key.ts';
import { SPDX_IDS } from '../../src/vocabulary/spdx.ts';

describe('license keys', () => {
  test('spellings of one name share a key', () => {
    for (const text of [
      'GNU GPL, Version 3.0',
      'gnu_gpl-v3',
      'The GNU GPL v. 3 License',
      ' GNU GPL 3. ',
      '"GNU GPL" ver 3',
    ]) {
      assert.equal(licenseKey(text), 'gnu gpl 3', text);
    }
  });

  test('"or later" is a plus, in words, with hyphens and as R writes it', () => {
    for (const text of [
      'GPL-2 or later',
      'GPL-2-or-later',
      'GPL-2, or (at your option) any later version',
      'GPL (>= 2)',
      'GPL 2 or newer versions',
    ]) {
      assert.equal(licenseKey(withPlus(text)), 'gpl 2+', text);
    }
    assert.equal(withPlus('MIT or GPL-2'), 'MIT or GPL-2');
  });

  test('no two ids of the SPDX License List share a key', () => {
    const ids = new Map<string | null, string>();
    for (const id of SPDX_IDS) {
      const key = licenseKey(id);
      assert.equal(ids.get(key), undefined, `${id} and ${ids.get(key)}`);
      ids.set(key, id);
    }
  });
});
