import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { unpackRevision } from '../../../src/authoring/diff/git-folder.ts';
import { needs, onPath } from '../../support/real.ts';
import { scratch } from '../opa.ts';

/** A repository whose folder `lab/policies` has these files in its only commit. */
function repository(context: TestContext, files: Readonly<Record<string, string>>): string {
  const root = scratch(context);
  const policies = join(root, 'lab/policies');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(policies, name)), { recursive: true });
    writeFileSync(join(policies, name), text);
  }
  git(root, 'init', '--quiet');
  commit(root);
  return policies;
}

function git(folder: string, ...args: string[]): void {
  execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
}

function commit(folder: string): void {
  git(folder, 'add', '--all');
  git(folder, '-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '--quiet', '-m', 'x');
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

describe('a folder of policies at a git revision', needs('git', onPath('git')), () => {
  test('is as it was then, and has no more than policies', async (context) => {
    const policies = repository(context, {
      'facilities/kit/decision.rego': 'old',
      'federation/table.rego': 'table',
      'facilities/kit/notes.txt': 'x',
      'bundle/kit.tar.gz': 'x',
      'subjects.yaml': 'x',
    });
    writeFileSync(join(policies, 'facilities/kit/decision.rego'), 'new');
    const target = scratch(context);
    const { name } = await unpackRevision(policies, 'HEAD', target);
    assert.equal(name, 'HEAD:lab/policies');
    assert.deepEqual(filesOf(target), ['facilities/kit/decision.rego', 'federation/table.rego']);
    assert.equal(readFileSync(join(target, 'facilities/kit/decision.rego'), 'utf8'), 'old');
  });

  test('says that git is missing, and not that the revision is', async (context) => {
    const policies = repository(context, { 'facilities/kit/decision.rego': 'x' });
    const path = process.env.PATH;
    context.after(() => {
      process.env.PATH = path;
    });
    process.env.PATH = scratch(context);
    await assert.rejects(unpackRevision(policies, 'HEAD', scratch(context)), {
      code: 'USAGE',
      message: 'git was not found',
    });
  });

  test('has no links, which could lead elsewhere', async (context) => {
    const policies = repository(context, { 'facilities/kit/decision.rego': 'x' });
    symlinkSync('/etc/hostname', join(policies, 'facilities/kit/linked.rego'));
    commit(policies);
    const target = scratch(context);
    await unpackRevision(policies, 'HEAD', target);
    assert.deepEqual(filesOf(target), ['facilities/kit/decision.rego']);
  });

  for (const revision of ['no-such', '--output=/tmp/stolen', 'HEAD~1', '']) {
    test(`is a usage error for ${JSON.stringify(revision)}`, async (context) => {
      const policies = repository(context, { 'facilities/kit/decision.rego': 'x' });
      await assert.rejects(unpackRevision(policies, revision, scratch(context)), { code: 'USAGE' });
    });
  }

  test('is a usage error if the revision does not have the folder, or there is no repository', async (context) => {
    const policies = repository(context, { 'facilities/kit/decision.rego': 'x' });
    const beside = join(dirname(policies), 'other');
    mkdirSync(beside);
    await assert.rejects(unpackRevision(beside, 'HEAD', scratch(context)), { code: 'USAGE' });
    await assert.rejects(unpackRevision(scratch(context), 'HEAD', scratch(context)), { code: 'USAGE' });
  });
});
