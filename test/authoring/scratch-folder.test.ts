import assert from 'node:assert/strict';
import {
  mkdirSync,
  readdirSync,
  realpathSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { scratchFolder } from '../../src/authoring/scratch-folder.ts';
import { scratch } from './opa.ts';

/** What the test has of folders for what passes. */
function temporary(context: TestContext): string {
  const place = scratch(context);
  const before = process.env.TMPDIR;
  process.env.TMPDIR = place;
  context.after(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
  return place;
}

/** A folder with a file that was last changed so many minutes ago. */
function left(place: string, name: string, minutes: number): void {
  const path = join(place, name);
  mkdirSync(path);
  writeFileSync(join(path, 'decision.rego'), 'package a');
  const then = new Date(Date.now() - minutes * 60_000);
  utimesSync(path, then, then);
}

test('a folder for a build is only for its owner, and is named by its real path', async (context) => {
  const place = temporary(context);
  const one = await scratchFolder('panfed-signed-');
  const other = await scratchFolder('panfed-signed-');
  assert.equal(dirname(one), realpathSync(place));
  assert.equal(readdirSync(place).length, 2);
  assert.notEqual(one, other);
  if (process.platform !== 'win32') assert.equal(statSync(one).mode & 0o777, 0o700);
});

test('what a killed process left is removed by the next build, and nothing else', async (context) => {
  const elsewhere = scratch(context);
  const place = temporary(context);
  left(place, 'panfed-signed-left', 90);
  left(place, 'panfed-signed-at-work', 10);
  left(place, 'panfed-test-left', 90);
  writeFileSync(join(elsewhere, 'kept'), '');
  symlinkSync(elsewhere, join(place, 'panfed-signed-link'));
  writeFileSync(join(place, 'panfed-signed-file'), '');
  const then = new Date(Date.now() - 90 * 60_000);
  utimesSync(join(place, 'panfed-signed-file'), then, then);
  utimesSync(elsewhere, then, then);
  await scratchFolder('panfed-signed-new-');
  assert.ok(readdirSync(place).includes('panfed-signed-left'), 'another kind of folder');
  const folder = await scratchFolder('panfed-signed-');
  const names = readdirSync(place).filter((name) => join(realpathSync(place), name) !== folder);
  assert.deepEqual(names.filter((name) => !name.startsWith('panfed-signed-new-')).sort(), [
    'panfed-signed-at-work',
    'panfed-signed-file',
    'panfed-signed-link',
    'panfed-test-left',
  ]);
  assert.deepEqual(readdirSync(elsewhere), ['kept']);
});
