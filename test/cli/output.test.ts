import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { asciiText, isAsciiLocale } from '../../src/cli/ascii.ts';
import { hasDisplay, openPage } from '../../src/cli/browser.ts';
import { sizeText } from '../../src/cli/measures.ts';
import { columnsOf } from '../../src/cli/output.ts';
import { collect } from './collect.ts';

describe('the width of the terminal', () => {
  const terminal = { isTTY: true, columns: 120 };

  test('is what COLUMNS says, else what the terminal says, else 80', () => {
    assert.equal(columnsOf(terminal, { COLUMNS: '60' }), 60);
    assert.equal(columnsOf(terminal, { COLUMNS: 'wide' }), 120);
    assert.equal(columnsOf({ ...terminal, columns: 0 }, {}), 80);
  });

  test('is none where there is no terminal, whatever COLUMNS says', () => {
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

test('a size is in the unit that people write', () => {
  const texts = [0, 1_023, 1_024, 2 * 1_024 ** 3, 1_234_567_890, 5 * 1_024 ** 5].map(sizeText);
  assert.deepEqual(texts, ['0 B', '1023 B', '1 KiB', '2 GiB', '1.1 GiB', '5120 TiB']);
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
