import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { checkPolicy } from '../../../src/authoring/check.ts';
import { testPolicy } from '../../../src/authoring/evaluate/test.ts';
import { policyFiles } from '../../../src/authoring/source/files.ts';
import { unformatted } from '../../../src/authoring/source/format.ts';
import { policyOwners } from '../../../src/authoring/source/owner.ts';
import { allowing, facility, needsOpa, opa, scratch } from '../opa.ts';

const psi = (context: TestContext) => facility(context, 'psi', { 'decision.rego': allowing('psi') });

/** What an author may have beside the files of a policy, by the name of the entry that is wrong. */
const unsupported: Readonly<Record<string, (folder: string) => Promise<unknown>>> = {
  'folder.rego': (folder) => mkdir(join(folder, 'folder.rego')),
  'gone.rego': (folder) => symlink('nowhere', join(folder, 'gone.rego')),
  'circle.rego': (folder) => symlink('circle.rego', join(folder, 'circle.rego')),
  loop: (folder) => symlink('.', join(folder, 'loop')),
  elsewhere: (folder) => symlink(join(folder, '..', '..'), join(folder, 'elsewhere')),
  'pipe.rego': async (folder) => execFileSync('mkfifo', [join(folder, 'pipe.rego')]),
};

describe('the files of a policy', () => {
  test('are rules, tests and data, in folders as well and linked; hidden ones are none', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': '',
      'more/rules.rego': '',
      'more/rules_test.rego': '',
      'data.yaml': '',
      'README.md': '',
      '.hidden.rego': '',
      '.git/x.rego': '',
    });
    await symlink('decision.rego', join(owner.folder, 'same.rego'));
    assert.deepEqual(policyFiles(owner), {
      rules: ['decision.rego', 'more/rules.rego', 'same.rego'],
      tests: ['more/rules_test.rego'],
      data: ['data.yaml'],
      unsupported: [],
    });
  });

  test('are looked for in a facility’s folder that is a link, and not where a folder should be', async (context) => {
    const { owner } = await psi(context);
    const policies = scratch(context);
    await mkdir(join(policies, 'facilities'));
    await symlink(owner.folder, join(policies, 'facilities', 'kit'));
    assert.deepEqual(
      policyOwners(policies).map(({ name }) => name),
      ['kit'],
    );
    const file = join(policies, 'federation');
    await writeFile(file, '');
    assert.deepEqual(
      policyOwners(policies).map(({ name }) => name),
      ['kit'],
    );
    assert.throws(() => policyOwners(file), { code: 'USAGE', message: /has no policies$/ });
  });
});

describe('what is not a file of a policy', needsOpa, () => {
  for (const [name, make] of Object.entries(unsupported)) {
    test(`is reported with its place, and not followed: ${name}`, async (context) => {
      const { owner } = await psi(context);
      await make(owner.folder);
      assert.deepEqual(policyFiles(owner).unsupported, [name]);
      const { problems } = await checkPolicy(opa, owner);
      assert.deepEqual(
        problems.map(({ check, file }) => [check, file.endsWith(`psi/${name}`)]),
        [['rules-only', true]],
      );
      const refused = {
        code: 'POLICY_INVALID',
        message: 'this is neither a file nor a folder of the policy',
      };
      await assert.rejects(testPolicy(opa, owner), refused);
      await assert.rejects(unformatted(opa, owner), refused);
    });
  }

  test('an empty file is wrong as a whole, and one that ends too soon in its line', async (context) => {
    const { owner } = await facility(context, 'psi', { 'empty.rego': '' });
    const { problems } = await checkPolicy(opa, owner);
    assert.deepEqual(
      problems.map(({ line, column, message }) => [line, column, message]),
      [[null, null, 'empty module']],
    );
    const { owner: cut } = await facility(context, 'kit', { 'cut.rego': 'package x\n\ny if 1 ==\n' });
    const [first] = (await checkPolicy(opa, cut)).problems;
    assert.deepEqual([first?.line, first?.column], [4, null]);
  });

  test('a file that OPA parses to too much is named', async (context) => {
    const { owner } = await psi(context);
    const endless = join(scratch(context), 'opa');
    const script = `#!/bin/sh\n[ "$1" = parse ] && exec yes\nexec ${opa.path} "$@"\n`;
    await writeFile(endless, script, { mode: 0o700 });
    await assert.rejects(checkPolicy({ path: endless }, owner), (error: { code: string; at: string }) => {
      assert.equal(error.code, 'POLICY_INVALID');
      assert.match(error.at, /psi\/decision\.rego$/);
      return true;
    });
  });

  test('says what cannot be seen in a file that is not as opa fmt writes it', async (context) => {
    const { owner } = await psi(context);
    const [plain] = await unformatted(opa, owner);
    const text = plain?.formatted ?? allowing('psi').trimEnd();
    const invisibleIn = async (written: string) => {
      await writeFile(join(owner.folder, 'decision.rego'), written);
      return (await unformatted(opa, owner)).map((one) => one.invisible);
    };
    assert.deepEqual(await invisibleIn(`\ufeff${text}`), ['a byte order mark']);
    assert.deepEqual(await invisibleIn(text.replaceAll('\n', '\r\n')), ['carriage returns']);
    assert.deepEqual(await invisibleIn(`${text}\n\n`), [null]);
  });
});

test(
  'a policy without the rule that the gateway asks for is told so, and not of data',
  needsOpa,
  async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': 'package panfed.facility.psi\n\ndecison := {}\n',
    });
    const { problems } = await checkPolicy(opa, owner);
    assert.deepEqual(
      problems.map(({ message, hint }) => [message, hint]),
      [['the policy of psi has no rule decision', 'write `decision := …`, in package panfed.facility.psi']],
    );
  },
);
