import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { registryCommand } from '../../../src/cli/registry/command.ts';
import type { Output } from '../../../src/cli/terminal/output.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder({ after });
const catalog = join(folder, 'esrf.yaml');
before(async () => {
  await writeFile(catalog, 'facility: esrf\nimages:\n  - {repository: em/relion, tag: "4.0"}\n');
});

const nothing = (): void => {};

/** Runs the command until it prints its URL, passes that to `use`, and stops it. */
async function run(
  args: readonly string[],
  env: Record<string, string>,
  use: (url: string) => Promise<void>,
  heard: (text: string) => void = () => {},
) {
  const stop = new AbortController();
  const printed: string[] = [];
  let used: Promise<void> = Promise.resolve();
  const output: Output = {
    data: (text) => {
      used = use(text.trim()).finally(() => stop.abort());
    },
    show: nothing,
    log: nothing,
    message: (text) => {
      printed.push(text);
      heard(text);
    },
    style: (_style, text) => text,
    columns: null,
    ascii: false,
  };
  const command = registryCommand(() => ({ env, output, stop: stop.signal, interval: 5 }));
  await command.parseAsync(['serve', ...args], { from: 'user' });
  await used;
  return printed.join('');
}

const nobody = async (url: string): Promise<void> => assert.fail(`it started on ${url}`);

async function facilityAt(url: string, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"query":"{ registry { facility } }"}',
  });
  const { data } = (await response.json()) as { data?: { registry: { facility: string } } };
  return data?.registry.facility ?? response.status;
}

async function imagesAt(url: string): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ images(first: 10) { nodes { id } } }"}',
  });
  const { data } = (await response.json()) as { data: { images: { nodes: unknown[] } } };
  return data.images.nodes.length;
}

describe('panfed registry serve', () => {
  test('serves the catalog on loopback, prints its URL, and drains when it is asked to stop', async () => {
    let served = '';
    const printed = await run([catalog, '--port', '0'], {}, async (url) => {
      served = url;
      assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/graphql$/);
      assert.equal(await facilityAt(url), 'esrf');
    });
    assert.match(printed, /esrf: 1 image\n.*stopping/s);
    await assert.rejects(facilityAt(served));
  });

  test('follows the edits of its file, and keeps what it served while one is not valid', async () => {
    const edited = join(folder, 'edited.yaml');
    const images = (...tags: string[]) =>
      `facility: esrf\nimages:\n${tags.map((tag) => `  - {repository: a/b, tag: ${tag}}\n`).join('')}`;
    await writeFile(edited, images('"1"'));
    let wake: (text: string) => void = () => {};
    const said = (what: string) =>
      new Promise<void>((resolve) => {
        wake = (text) => text.includes(what) && resolve();
      });
    const printed = await run(
      [edited, '--port', '0'],
      {},
      async (url) => {
        const steps = [
          [images('"1"', '2'), 'stays until', 1],
          [images('"1"', '"2"'), 'esrf: 2 images', 2],
          [images('"1"').replace('esrf', 'psi'), 'stays until', 2],
        ] as const;
        for (const [text, what, count] of steps) {
          const hearing = said(what);
          await writeFile(edited, text);
          await hearing;
          assert.equal(await imagesAt(url), count);
        }
      },
      (text) => wake(text),
    );
    assert.match(printed, /CATALOG_INVALID: tags?: must be text/);
    assert.match(printed, /the catalog is that of psi, not of esrf/);
  });

  test('takes its token from a file, also on every address', async () => {
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'lab-token\n');
    await run([catalog, '--host', '0.0.0.0', '--token-file', tokenFile], { PORT: '0' }, async (url) => {
      assert.equal(await facilityAt(url), 401);
      assert.equal(await facilityAt(url, { authorization: 'Bearer lab-token' }), 'esrf');
    });
  });

  for (const host of ['0.0.0.0', '::', 'registry.esrf.eu']) {
    test(`refuses to start on ${host} without a token`, async () => {
      await assert.rejects(run([catalog, '--port', '0', '--host', host], {}, nobody), {
        code: 'USAGE',
        at: '--host',
      });
      await assert.rejects(run([catalog, '--port', '0'], { HOST: host }, nobody), { code: 'USAGE' });
    });
  }

  test('refuses an empty token file', async () => {
    const tokenFile = join(folder, 'empty');
    await writeFile(tokenFile, '\n');
    await assert.rejects(run([catalog, '--port', '0', '--token-file', tokenFile], {}, nobody), {
      code: 'CONFIG_INVALID',
    });
  });

  test('refuses a catalog that is not valid', async () => {
    const invalid = join(folder, 'invalid.yaml');
    await writeFile(invalid, 'facility: esrf\nimages:\n  - {repository: em/relion, tag: 4.0}\n');
    await assert.rejects(run([invalid, '--port', '0'], {}, nobody), {
      code: 'CATALOG_INVALID',
      at: `${invalid}:3:34`,
    });
  });

  test('reports a port that is taken, and one that is not valid', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const port = String((holder.address() as AddressInfo).port);
    await assert.rejects(run([catalog], { PORT: port }, nobody), { code: 'PORT_TAKEN' });
    await new Promise((resolve) => holder.close(resolve));
    await assert.rejects(run([catalog, '--port', '70000'], {}, nobody), { code: 'USAGE' });
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`ends with code 0 on ${signal}`, async () => {
      const module = new URL('../../../dist/cli/registry/command.js', import.meta.url).href;
      const script = `import { registryCommand } from ${JSON.stringify(module)};
        await registryCommand().parseAsync(['serve', ${JSON.stringify(catalog)}, '--port', '0'], { from: 'user' });`;
      const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
      const ended = new Promise((resolve) => child.once('exit', (code, by) => resolve({ code, by })));
      const url = await new Promise<string>((resolve) =>
        child.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim())),
      );
      assert.equal(await facilityAt(url), 'esrf');
      child.kill(signal);
      assert.deepEqual(await ended, { code: 0, by: null });
    });
  }
});

describe('panfed registry check', () => {
  async function check(text: string, ...args: string[]) {
    const path = join(folder, 'checked.yaml');
    await writeFile(path, text);
    const data: string[] = [];
    const output: Output = {
      data: (piece) => void data.push(piece),
      show: (piece) => void data.push(piece),
      message: nothing,
      log: nothing,
      style: (_style, piece) => piece,
      columns: null,
      ascii: false,
    };
    const command = registryCommand(
      () => assert.fail('a check serves nothing'),
      () => output,
    );
    const failure: unknown = await command
      .parseAsync(['check', path, ...args], { from: 'user' })
      .then(() => null)
      .catch((error: unknown) => error);
    return {
      printed: data.join('').replaceAll(path, 'FILE'),
      code: failure && (failure as { code: string }).code,
    };
  }
  const WARNED = 'images:\n  - {repository: a/b, tag: "1", license: MIT}\n';

  test('passes with warnings, and with --strict does not', async () => {
    const { printed, code } = await check(WARNED);
    assert.equal(code, null);
    assert.match(printed, /^FILE:2:5: warning: sharing: is not stated.*\n {2}hint: .*\n$/);
    assert.equal((await check(WARNED, '--strict')).code, 'CATALOG_INVALID');
  });

  test('refuses what the gateway quarantines, and a file that is not YAML', async () => {
    const { printed, code } = await check(WARNED.replace('a/b', 'A/b'));
    assert.equal(code, 'CATALOG_INVALID');
    assert.match(printed, /^FILE:2:18: error: repository: .*\n {2}hint: Did you mean a\/b\?\n$/);
    const { printed: broken } = await check('images: [\n');
    assert.match(broken, /^FILE:2:1: error: the catalog is not YAML/);
  });

  test('reports to programs and GitHub Actions', async () => {
    const json = JSON.parse((await check(WARNED, '--format', 'json')).printed);
    const { errors, warnings, images, findings } = json;
    assert.deepEqual([errors, warnings, images, findings[0].at], [0, 1, 1, 'FILE:2:5']);
    const { printed } = await check(WARNED, '--format', 'github');
    assert.match(printed, /^::warning file=FILE,line=2,title=panfed registry check::sharing: is not stated/);
  });
});
