import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { wordsOfLine } from '../../src/cli/load-commands.ts';
import { program } from '../../src/cli/program.ts';

const namesOf = async (...args: string[]): Promise<string[]> =>
  (await program(args)).commands.map((command) => command.name());

const COMPLETION = ['completion', 'complete'];

describe('a process of the command line', () => {
  test('loads the command that it runs, and no other', async () => {
    assert.deepEqual(await namesOf('search', 'policy'), ['search', ...COMPLETION]);
  });

  test('loads of a command with commands the one that it runs', async () => {
    const [policy] = (await program(['policy', 'check', 'esrf'])).commands;
    assert.deepEqual(
      policy?.commands.map((command) => command.name()),
      ['check'],
    );
  });

  test('loads all for help, for a mistyped name and for a name that every object has', async () => {
    const all = await namesOf();
    assert.ok(all.length > 8);
    for (const word of ['--help', 'help', 'serch', 'toString', '__proto__']) {
      assert.deepEqual(await namesOf(word), all, word);
    }
  });

  test('loads what it completes: the commands before the word that is being written', () => {
    assert.deepEqual(wordsOfLine(['complete', '--', 'policy', 'check', '--f']), ['policy', 'check']);
    assert.deepEqual(wordsOfLine(['complete', '--', 'policy']), []);
    assert.deepEqual(wordsOfLine(['policy', 'check']), ['policy', 'check']);
  });
});
