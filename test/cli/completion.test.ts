// Completion as bash requests it, and the command that the scripts of all shells run: `panfed complete -- <words>`.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { program } from '../../src/cli/program.ts';
import { MAIN } from '../support/serve.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SCRIPT = new URL('../../src/cli/completion.bash', import.meta.url).pathname;
const folder = temporaryFolder({ after });
writeFileSync(join(folder, 'images.yaml'), '');

const noBash = spawnSync('bash', ['--version']).status === 0 ? false : 'there is no bash here';

/** The completions that bash offers for a line that it has split into words. */
function offered(line: string, words: readonly string[]): string[] {
  const quoted = ['panfed', ...words].map((word) => `'${word}'`).join(' ');
  const { stdout, stderr } = spawnSync(
    'bash',
    [
      '--norc',
      '-uc',
      `panfed() { '${process.execPath}' '${MAIN}' "$@"; }
source '${SCRIPT}'; source '${SCRIPT}'
COMP_LINE='${line}' COMP_WORDS=(${quoted}) COMP_CWORD=${words.length}
_panfed; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  assert.equal(stderr, '');
  return stdout.split('\n').filter((each) => each !== '');
}

describe('the completion of bash', { skip: noBash }, () => {
  test('offers commands, options and the values of options', () => {
    assert.deepEqual(offered('panfed sea', ['sea']), ['search']);
    assert.deepEqual(offered('panfed search --o', ['search', '--o']), ['--only', '--order']);
    assert.deepEqual(offered('panfed doctor esrf --format j', ['doctor', 'esrf', '--format', 'j']), [
      'json',
      'junit',
    ]);
    assert.deepEqual(offered('panfed labels ch', ['labels', 'ch']), ['check']);
    assert.deepEqual(offered('panfed labels print x --format c', ['labels', 'print', 'x', '--format', 'c']), [
      'codemeta',
    ]);
    assert.ok(offered('panfed token --as ', ['token', '--as', '']).includes('esrf-em'));
  });

  test('offers what stands behind = and goes on behind an address, which bash splits', () => {
    assert.deepEqual(offered('panfed search --order=re', ['search', '--order', '=', 're']), ['relevance']);
    const address = ['http', ':', '//localhost', ':', '4000'];
    assert.deepEqual(
      offered('panfed search --url http://localhost:4000 --or', ['search', '--url', ...address, '--or']),
      ['--order'],
    );
  });

  test('offers files where there is nothing else', () => {
    assert.deepEqual(offered('panfed registry check im', ['registry', 'check', 'im']), ['images.yaml']);
  });

  test('runs nothing of the line', () => {
    const line = 'panfed search $(touch made) `touch made` --or';
    assert.deepEqual(offered(line, ['search', '$(touch made)', '`touch made`', '--or']), ['--order']);
    assert.deepEqual(readdirSync(folder), ['images.yaml']);
  });
});

test('every shell that completion names has a script', async () => {
  for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
    const { stdout, status } = spawnSync(process.execPath, [MAIN, 'completion', shell], { encoding: 'utf8' });
    assert.equal(status, 0);
    assert.match(stdout, /panfed/, shell);
  }
  const { commands } = await program();
  const choices = commands
    .find((command) => command.name() === 'completion')
    ?.registeredArguments[0]?.argChoices?.slice();
  assert.deepEqual(choices?.sort(), ['bash', 'fish', 'powershell', 'zsh']);
});
