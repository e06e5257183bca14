// What a lab's CI does: the policy of the branch against that of main, as processes whose exit codes stop it or not.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { OWN_POLICIES } from '../../src/authoring/source/owner.ts';
import { needsOpa, scratch } from '../authoring/opa.ts';
import { needs, onPath } from '../support/real.ts';
import { panfed } from '../support/serve.ts';

const RULES = 'policies/facilities/esrf/decision.rego';
const WHERE = { HOME: process.env.HOME ?? '', XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? '' };

describe('a lab’s CI', needsOpa.skip ? needsOpa : needs('git', onPath('git')), () => {
  const run = (cwd: string, ...more: string[]) =>
    panfed(['policy', 'diff', 'main', 'policies', '--demo', '--fail-on', 'loosened', ...more], {
      cwd,
      env: WHERE,
    });

  test('is stopped by a rule that opens a door, and by one that does not compile, and by no other', async (context) => {
    const lab = scratch(context);
    mkdirSync(join(lab, 'policies/facilities'), { recursive: true });
    cpSync(join(OWN_POLICIES, 'facilities/esrf'), join(lab, 'policies/facilities/esrf'), { recursive: true });
    const git = (...args: string[]) => execFileSync('git', args, { cwd: lab, stdio: 'ignore' });
    git('init', '--quiet', '--initial-branch', 'main');
    git('add', '--all');
    git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '--quiet', '-m', 'In force');
    const file = join(lab, RULES);
    const rules = readFileSync(file, 'utf8');

    const commented = `# Another line.\n\n${rules}`;
    writeFileSync(file, commented);
    assert.deepEqual((await run(lab)).code, 0);

    writeFileSync(file, rules.replace('academic == true', 'academic != false'));
    const opened = await run(lab, '--format', 'github');
    assert.equal(opened.code, 4, opened.stderr);
    assert.match(opened.stdout, /^::error title=policy loosened%3A esrf::esrf-guest /m);
    assert.match(
      opened.stderr,
      /error POLICY_CHANGED: the policy was loosened, as reported above/,
      opened.stderr,
    );

    writeFileSync(file, `${rules}\ncovered if`);
    const broken = await run(lab);
    assert.equal(broken.code, 3, broken.stderr);
    assert.match(broken.stderr, /facilities\/esrf\/decision\.rego:\d+:\d+/);
  });
});
