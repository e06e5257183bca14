import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Output } from '../../src/cli/output.ts';
import { registryCommand } from '../../src/cli/registry.ts';

let folder = '';
let catalog = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'panfed-registry-cli-'));
  catalog = join(folder, 'esrf.yaml');
  await writeFile(catalog, 'facility: esrf\nimages:\n  - {repository: em/relion, tag: "4.0"}\n');
});
after(() => rm(folder, { recursive: true }));

/** Runs the command until it prints its URL, lets `use` have that, and stops it. */
async function run(
  args: readonly string[],
  env: Record<string, string>,
  use: (url: string) => Promise<void>,
) {
  const stop = new AbortController();
  const told: string[] = [];
  let used: Promise<void> = Promise.resolve();
  const output: Output = {
    data: (text) => {
      used = use(text.trim()).finally(() => stop.abort());
    },
    message: (text) => void told.push(text),
    style: (_style, text) => text,
    columns: null,
  };
  const command = registryCommand(() => ({ env, output, stop: stop.signal }));
  await command.parseAsync(['serve', ...args], { from: 'user' });
  await used;
  return told.join('');
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

describe('panfed registry serve', () => {
  test('serves the catalog on loopback, prints its URL, and drains when it is asked to stop', async () => {
    let served = '';
    const told = await run([catalog, '--port', '0'], {}, async (url) => {
      served = url;
      assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/graphql$/);
      assert.equal(await facilityAt(url), 'esrf');
    });
    assert.match(told, /esrf: 1 image\n.*stopping/s);
    await assert.rejects(facilityAt(served));
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

  test('names a port that is taken, and one that is none', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const port = String((holder.address() as AddressInfo).port);
    await assert.rejects(run([catalog], { PORT: port }, nobody), { code: 'PORT_TAKEN' });
    await new Promise((resolve) => holder.close(resolve));
    await assert.rejects(run([catalog, '--port', '70000'], {}, nobody), { code: 'USAGE' });
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`ends with code 0 on ${signal}`, async () => {
      const module = new URL('../../src/cli/registry.ts', import.meta.url).href;
      const script = `import { registryCommand } from ${JSON.stringify(module)};
        await registryCommand().parseAsync(['serve', ${JSON.stringify(catalog)}, '--port', '0'], { from: 'user' });`;
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script]);
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
