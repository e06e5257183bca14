import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { thirdPartyNotices } from '../../scripts/third-party-notices.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = temporaryFolder({ after });

function install(folder: string, manifest: object, texts: Readonly<Record<string, string>> = {}): void {
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, 'package.json'), JSON.stringify(manifest));
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(root, folder, name), text);
}

test('each package that a file is from is named once, by name, with the texts that it has', () => {
  install('node_modules/b', { name: 'b', version: '2.0.0', license: 'ISC' }, { LICENSE: 'ISC text\n' });
  const texts = { 'LICENSE.md': 'Apache text', NOTICE: 'Made by s.', 'README.md': 'Read me.' };
  install('node_modules/@s/a', { name: '@s/a', version: '1.0.0', license: 'Apache-2.0' }, texts);
  const files = ['node_modules/b/x.js', 'dist/main.js', 'node_modules/b/y.js', 'node_modules/@s/a/lib/z.js'];
  const line = '-'.repeat(80);
  assert.equal(
    thirdPartyNotices(files, root),
    `@s/a 1.0.0 (Apache-2.0)\n\nApache text\n\nMade by s.\n\n${line}\n\nb 2.0.0 (ISC)\n\nISC text\n`,
  );
});

test('a package inside another is a package of its own', () => {
  install('node_modules/b/node_modules/c', { name: 'c', version: '3.0.0', license: 'MIT' }, { license: 'C' });
  assert.match(thirdPartyNotices(['node_modules/b/node_modules/c/x.js'], root), /^c 3\.0\.0 \(MIT\)\n\nC\n$/);
});

test('MIT is written out for a package that only names it, and no other license is', () => {
  install('node_modules/d', { name: 'd', version: '4.0.0', license: 'MIT', author: 'D <d@lab.example>' });
  install('node_modules/e', { name: 'e', version: '5.0.0', license: 'ISC' });
  assert.match(
    thirdPartyNotices(['node_modules/d/x.js'], root),
    /^d 4\.0\.0 \(MIT\)\n\nCopyright \(c\) D <d@lab\.example>\n\nPermission is hereby granted/,
  );
  assert.throws(() => thirdPartyNotices(['node_modules/e/x.js'], root), /^Error: e is bundled/);
});
