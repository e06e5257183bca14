import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { describe, test } from 'node:test';
import { asciiText, isAsciiLocale } from '../../../src/cli/terminal/ascii.ts';
import { hasDisplay, openPage } from '../../../src/cli/terminal/browser.ts';
import { columnsOf } from '../../../src/cli/terminal/output.ts';
import { collect } from '../collect.ts';

describe('the width of the terminal', () => {
  const terminal = { isTTY: true, columns: 120 };

  test('is what COLUMNS says, else what the terminal says, else 80', () => {
    assert.equal(columnsOf(terminal, { COLUMNS: '60' }), 60);
    assert.equal(columnsOf(terminal, { COLUMNS: 'wide' }), 120);
    assert.equal(columnsOf({ ...terminal, columns: 0 }, {}), 80);
  });

  test('is null if there is no terminal, whatever COLUMNS says', () => {
    assert.equal(columnsOf({ isTTY: false, columns: 0 }, { COLUMNS: '60' }), null);
  });
});

describe('ASCII', () => {
  test('is for the locale C alone: the first of LC_ALL, LC_CTYPE and LANG that is set', () => {
    assert.equal(isAsciiLocale({ LC_ALL: 'C', LANG: 'de_DE.UTF-8' }), true);
    assert.equal(isAsciiLocale({ LC_ALL: '', LANG: 'POSIX' }), true);
    assert.equal(isAsciiLocale({ LC_ALL: 'C.UTF-8' }), false);
    assert.equal(isAsciiLocale({}), false);
  });

  test('spells punctuation and letters, and marks the rest', () => {
    assert.equal(asciiText('“Größe” – Œuvre… naïve → 5 µm 日'), '"Grosse" - ?uvre... naive -> 5 um ?');
  });
});

describe('--web', () => {
  const address = new URL('http://127.0.0.1:4000/?q=xds');
  const opened = async (env: NodeJS.ProcessEnv) => {
    const output = collect();
    const launched: string[] = [];
    await openPage(address, output, env, async (url) => {
      launched.push(url);
      return { on: () => {} };
    });
    assert.equal(output.stdout(), `${address.href}\n`);
    return launched.length;
  };

  test('prints the address, and opens it where its user can see it', async () => {
    assert.equal(await opened({ DISPLAY: ':0' }), 1);
    assert.equal(await opened({ DISPLAY: ':10.0', SSH_CONNECTION: '192.0.2.1 1 192.0.2.2 22' }), 0);
  });

  test('knows machines without a display', () => {
    assert.equal(hasDisplay({}, 'linux'), false);
    assert.equal(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux'), true);
    assert.equal(hasDisplay({}, 'darwin'), true);
  });
});

describe('a process whose output nobody reads', () => {
  const MODULE = new URL('../../../dist/cli/terminal/output.js', import.meta.url);

  /** Writes to stdout, whose reader is gone, until `then`; returns its exit code and what it wrote to stderr. */
  async function unread(call: string): Promise<string> {
    const script = `
import { endWithReaders, goOnWithoutReaders } from ${JSON.stringify(MODULE.href)};
endWithReaders();
${call}
const write = (times) => {
  process.stdout.write('line\\n');
  if (times === 0) console.error('goes on');
  else setTimeout(write, 20, times - 1);
};
write(10);`;
    const args = ['--input-type', 'module', '--eval', script];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.once('data', () => child.stdout.destroy());
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [code] = await once(child, 'close');
    return `${said}${code}`;
  }

  test('ends quietly if its reader is gone', async () => {
    assert.equal(await unread(''), '0');
  });

  test('goes on where others need it, as often as it writes', async () => {
    assert.equal(await unread('goOnWithoutReaders();'), 'goes on\n0');
  });

  test('fails where the disk is full, in one line', {
    skip: existsSync('/dev/full') ? false : 'there is no /dev/full here',
  }, async () => {
    const script = `import { endWithReaders } from ${JSON.stringify(MODULE.href)}; endWithReaders(); process.stdout.write('line');`;
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, ['--input-type', 'module', '--eval', script], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    assert.deepEqual([status, stderr], [1, 'error INTERNAL: the output cannot be written (ENOSPC)\n']);
  });
});
