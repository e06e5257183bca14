// Where the command is found, by the real npm and npx: in a clone and below it, in any folder once it is installed from
// there, and never in a package of that name which a stranger published.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { cloneProject } from '../support/clone.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PEOPLE = /^visitor +signed in/;

describe('the command', () => {
  const clone = cloneProject();
  const asked: string[] = [];
  let registry: HttpServer;

  before(async () => {
    clone.install();
    registry = await startHttpServer((request, response) => {
      asked.push(request.url ?? '');
      const tarball = `${registry.origin}/panfed.tgz`;
      const stranger = { name: 'panfed', version: '9.0.0', bin: { panfed: 'main.js' }, dist: { tarball } };
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ name: 'panfed', 'dist-tags': { latest: '9.0.0' }, versions: { '9.0.0': stranger } }),
      );
    });
  });
  after(async () => {
    await registry.close();
    clone.restore({ state: true });
  });
  const elsewhere = temporaryFolder({ after });

  /** By what is on this process's PATH, and not by the clone's stand-ins. */
  function run(cwd: string, program: string, ...args: string[]): Promise<{ code: unknown; said: string }> {
    const prefix = join(elsewhere, 'prefix');
    const env = {
      ...clone.env,
      PATH: `${prefix}/bin:${process.env.PATH}`,
      npm_config_prefix: prefix,
      npm_config_registry: `${registry.origin}/`,
      // What is built is what the other tests run.
      npm_config_ignore_scripts: 'true',
    };
    return new Promise((resolve) => {
      execFile(program, args, { cwd, env, timeout: 60_000 }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : (error.code ?? null), said: stdout + stderr });
      });
    });
  }

  test('is the clone’s own there and in a folder below, and no registry is asked', async () => {
    const below = join(clone.folder, 'my-folder');
    mkdirSync(below);
    for (const folder of [clone.folder, below]) {
      const { code, said } = await run(folder, 'npx', 'panfed', 'token', '--list');
      assert.equal(code, 0, said);
      assert.match(said, PEOPLE);
    }
    assert.deepEqual(asked, []);
  });

  test('of a stranger is not installed by npx --no-install in another folder', async () => {
    const { code, said } = await run(elsewhere, 'npx', '--no-install', 'panfed', 'token', '--list');
    assert.notEqual(code, 0, said);
    assert.deepEqual([...new Set(asked)], ['/panfed'], 'what it is, and not its content');
  });

  test('is there in every folder after npm install --global . in the clone', async () => {
    const installed = await run(clone.folder, 'npm', 'install', '--global', '.');
    assert.equal(installed.code, 0, installed.said);
    for (const command of [['panfed'], ['npx', '--no-install', 'panfed']]) {
      const [program = '', ...args] = command;
      const { code, said } = await run(elsewhere, program, ...args, 'token', '--list');
      assert.equal(code, 0, said);
      assert.match(said, PEOPLE);
    }
    const removed = await run(elsewhere, 'npm', 'uninstall', '--global', 'panfed');
    assert.equal(removed.code, 0, removed.said);
    assert.deepEqual(clone.changes(), []);
  });
});
