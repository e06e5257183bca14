import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { changesOf } from '../../../src/cli/policy/watch.ts';
import { FederationError } from '../../../src/model/errors.ts';
import { scratch } from '../../authoring/opa.ts';

/** Milliseconds without a change that end a burst. */
const QUIET = 120;

/** A folder with one policy, watched until the test ends. */
async function watched(context: TestContext, quiet = QUIET) {
  const above = scratch(context);
  const folder = join(above, 'policies');
  const own = join(folder, 'facilities', 'psi');
  mkdirSync(own, { recursive: true });
  const rules = join(own, 'decision.rego');
  writeFileSync(rules, 'package a\n');
  const ending = new AbortController();
  const changes = await changesOf(folder, ending.signal, quiet);
  context.after(async () => {
    ending.abort();
    await changes.return();
  });
  return { above, folder, own, rules, ending, changed: () => changes.next() };
}

/** Saves as editors do that do not write in place. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.saving`, text);
  renameSync(`${file}.saving`, file);
}

describe('watching a folder of policies', () => {
  test('reports each save of a file: by rename, again by rename, in place, its end and its return', async (context) => {
    const { rules, changed } = await watched(context);
    replace(rules, 'package b\n');
    assert.equal((await changed()).done, false);
    replace(rules, 'package c\n');
    assert.equal((await changed()).done, false);
    writeFileSync(rules, 'package d, in place\n');
    assert.equal((await changed()).done, false);
    rmSync(rules);
    assert.equal((await changed()).done, false);
    writeFileSync(rules, 'package e\n');
    assert.equal((await changed()).done, false);
    replace(rules, 'package f\n');
    assert.equal((await changed()).done, false);
  });

  test('reports a new owner’s folder, its data, and what is saved there later', async (context) => {
    const { folder, changed } = await watched(context);
    const kit = join(folder, 'facilities', 'kit');
    mkdirSync(kit);
    writeFileSync(join(kit, 'decision.rego'), 'package kit\n');
    assert.equal((await changed()).done, false);
    writeFileSync(join(kit, 'data.json'), '{}');
    assert.equal((await changed()).done, false);
    replace(join(kit, 'data.json'), '{"a": 1}');
    assert.equal((await changed()).done, false);
  });

  test('goes on where the folder is taken away and put back, as git does', async (context) => {
    const { above, folder, rules, changed } = await watched(context);
    renameSync(folder, join(above, 'before'));
    assert.equal((await changed()).done, false);
    renameSync(join(above, 'before'), folder);
    assert.equal((await changed()).done, false);
    replace(rules, 'package b\n');
    assert.equal((await changed()).done, false);
  });

  test('reports a burst as one change, and nothing for files that OPA does not load', async (context) => {
    // Long enough that a pause of a busy machine is not taken for the end of the burst.
    const quiet = 600;
    const { above, folder, own, ending, changed } = await watched(context, quiet);
    for (const name of ['a.rego', 'b.rego', 'c.rego']) writeFileSync(join(own, name), 'package a');
    assert.equal((await changed()).done, false);
    let ended = false;
    const next = changed().finally(() => {
      ended = true;
    });
    writeFileSync(join(folder, 'bundle.tar.gz'), 'x');
    writeFileSync(join(own, '.decision.rego.swp'), 'x');
    writeFileSync(join(above, 'beside.rego'), 'x');
    await sleep(2 * quiet);
    assert.equal(ended, false);
    ending.abort();
    assert.equal((await next).done, true);
  });

  test('follows a link to the folder', async (context) => {
    const folder = join(scratch(context), 'real');
    mkdirSync(folder);
    const link = join(scratch(context), 'policies');
    symlinkSync(folder, link);
    const ending = new AbortController();
    const changes = await changesOf(link, ending.signal, QUIET);
    writeFileSync(join(folder, 'a.rego'), 'package a\n');
    assert.equal((await changes.next()).done, false);
    replace(join(folder, 'a.rego'), 'package b\n');
    assert.equal((await changes.next()).done, false);
    ending.abort();
    await changes.return();
  });

  test('is a usage error if there is no folder', async () => {
    await assert.rejects(
      changesOf('/nowhere/at/all'),
      (error) => error instanceof FederationError && error.code === 'USAGE' && error.hint !== undefined,
    );
  });
});
