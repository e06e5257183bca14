import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { readAuthorities } from '../../../src/network/registry/authorities.ts';
import { SERVER_CERTIFICATE, TEST_AUTHORITY } from '../../support/certificates.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function file(context: TestContext, text: string): string {
  const path = join(temporaryFolder(context), 'ca.pem');
  writeFileSync(path, text);
  return path;
}

describe('a file of authorities', () => {
  test('gives its certificates, and nothing else that it has', async (context) => {
    const path = file(context, `# the lab's authority\n${TEST_AUTHORITY}\nmore text\n${SERVER_CERTIFICATE}`);
    assert.equal(await readAuthorities(path), `${TEST_AUTHORITY.trim()}\n${SERVER_CERTIFICATE.trim()}`);
  });

  const wrong: Readonly<Record<string, string>> = {
    nothing: '',
    'no certificate': '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n',
    'a damaged certificate': TEST_AUTHORITY.replace(/^MII/m, 'XXX'),
    'a damaged one behind a good one': `${TEST_AUTHORITY}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
  };
  for (const [what, text] of Object.entries(wrong)) {
    test(`with ${what} is CONFIG_INVALID`, async (context) => {
      await assert.rejects(readAuthorities(file(context, text)), { code: 'CONFIG_INVALID' });
    });
  }

  test('that is missing is CONFIG_INVALID', async () => {
    await assert.rejects(readAuthorities('/nonexistent/ca.pem'), { code: 'CONFIG_INVALID' });
  });
});
