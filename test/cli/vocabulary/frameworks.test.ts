import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { frameworksCommand } from '../../../src/cli/vocabulary/frameworks.ts';
import { FederationError } from '../../../src/model/errors.ts';
import { loadVocabulary } from '../../../src/vocabulary/load.ts';
import { collect } from '../collect.ts';

async function run(...words: string[]) {
  const output = collect();
  await frameworksCommand(output).parseAsync(words, { from: 'user' });
  return { stdout: output.stdout(), stderr: output.stderr() };
}

describe('panfed frameworks', () => {
  test('lists every framework once without a term', async () => {
    const { stdout } = await run();
    assert.equal(stdout.trimEnd().split('\n').length - 1, loadVocabulary().frameworks().length);
    assert.match(stdout, /^RELION +relion2, /m);
  });

  test('shows what is known of the one that a synonym means: what it holds, what holds it, its ids', async () => {
    const { stdout } = await run('ccp4', 'suite');
    assert.match(stdout, /^framework +CCP4$/m);
    assert.match(stdout, /^holds +DIALS, xia2, Coot, DIMPLE$/m);
    assert.match(stdout, /^bio\.tools +ccp4$/m);
    assert.match((await run('dials')).stdout, /^held by +CCP4$/m);
  });

  test('lists all that have a name, and reports that it is ambiguous', async () => {
    const { stdout, stderr } = await run('octopus');
    assert.match(stdout, /^Octopus TDDFT /m);
    assert.match(stdout, /^Octopus Reconstruction /m);
    assert.match(stderr, /octopus is ambiguous: 2 frameworks/);
    const { meant, frameworks } = JSON.parse((await run('octopus', '--format', 'json')).stdout);
    assert.deepEqual([meant, frameworks.length], [null, 2]);
  });

  test('fails with USAGE and the nearest names for a term that no framework has', async () => {
    await assert.rejects(run('reliom'), (error) => {
      assert(error instanceof FederationError);
      assert.equal(error.code, 'USAGE');
      assert.match(error.hint ?? '', /^Did you mean RELION/);
      return true;
    });
  });
});
