import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { describe, test } from 'node:test';
import { readSecret } from '../../src/config/secrets.ts';
import { configFile } from './folder.ts';

describe('readSecret', () => {
  test('reads an environment variable, without the white space around it', async () => {
    assert.equal(await readSecret({ env: 'TOKEN' }, { TOKEN: ' s3cret\n' }, '/'), 's3cret');
  });

  test('reads the first line of a file, from the given folder', async (context) => {
    const folder = dirname(await configFile(context, '', { token: 's3cret\r\nnot this\n' }));
    assert.equal(await readSecret({ file: 'token' }, {}, folder), 's3cret');
  });

  test('refuses what is missing or empty, naming the reference alone', async (context) => {
    const folder = dirname(await configFile(context, '', { empty: '\nsecond line' }));
    const refused = { code: 'CONFIG_INVALID' };
    await assert.rejects(readSecret({ env: 'TOKEN' }, {}, folder), {
      ...refused,
      message: /TOKEN is not set/,
    });
    await assert.rejects(readSecret({ file: 'none' }, {}, folder), {
      ...refused,
      message: /none cannot be read \(ENOENT\)/,
    });
    await assert.rejects(readSecret({ file: 'empty' }, {}, folder), {
      ...refused,
      message: /empty is empty/,
    });
    await assert.rejects(readSecret({ file: '.' }, {}, folder), {
      ...refused,
      message: /cannot be read \(EISDIR\)/,
    });
  });

  test('refuses a first line that is not a secret, without repeating it', async (context) => {
    const folder = dirname(await configFile(context, '', { large: 'x'.repeat(65_537) }));
    await assert.rejects(readSecret({ file: 'large' }, {}, folder), (error: Error) => {
      assert.doesNotMatch(JSON.stringify([error.message, error.cause]), /xxx/);
      return true;
    });
  });
});
