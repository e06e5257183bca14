import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { quoted, sh, statements } from '../../../src/matching/jobs/shell.ts';
import fc, { runs } from '../../support/fast-check.ts';

/** Any text that a command line can have, with much of what shells and schedulers read. */
const text = fc
  .string({
    unit: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...'\'"`$(){}[]\\;&|<>*?~!#%^=\n\t\r :,-') },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
      { weight: 1, arbitrary: fc.constantFrom('$$', '$(DOLLAR)', '#$', '#SBATCH', '\u202e', '\u2028', 'é') },
    ),
    maxLength: 40,
  })
  .filter((one) => !one.includes('\0') && one.isWellFormed());

describe('a word of bash', () => {
  test('is the text that was quoted, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 30 }), (texts) => {
        const printed = execFileSync('bash', ['-c', `printf '%s\\0' ${texts.map(quoted).join(' ')}`], {
          encoding: 'utf8',
          env: { LC_ALL: 'C' },
        });
        assert.deepEqual(printed.split('\0').slice(0, -1), texts);
      }),
      { numRuns: runs(20) },
    );
  });

  test('has no line end, and no macro of HTCondor once each $ is written as one', () => {
    fc.assert(
      fc.property(text, (one) => {
        const word = quoted(one);
        assert.doesNotMatch(word, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        // The shell's own is `$'…'` alone.
        assert.doesNotMatch(word, /\$(?!')/);
      }),
    );
  });
});

describe('a template', () => {
  test('quotes texts, and takes scripts, numbers and lists as they are', () => {
    const inner = sh`"$HOME"/${'a b'}`;
    assert.equal(String(sh`cp ${inner} ${['x;y', sh`$z`]} ${7} ${''}`), `cp "$HOME"/'a b' 'x;y' $z 7 ''`);
  });

  test('leaves out what is null among statements', () => {
    assert.deepEqual(statements(sh`a`, null, sh`b`).map(String), ['a', 'b']);
  });
});
