// `npm start` on a machine with Node alone: ready soon, three people to try, nothing left behind.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loadConfig } from '../../src/config/load.ts';
import { startBadRegistry } from '../support/bad-registry.ts';
import { ROOT } from '../support/root.ts';
import { type Ended, panfed, type Running, startServe } from '../support/serve.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder({ after });

/** Nothing but the state folder may be written: Node itself sees to it. */
const ONLY_STATE = (state: string): string[] => {
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  // From Node 25 on the network is a permission too.
  const network = process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : [];
  const files = ['--allow-fs-read=*', `--allow-fs-write=${state}/*`];
  return [permission, ...files, ...network, '--allow-worker', '--no-warnings'];
};

describe('the demo', () => {
  const state = join(folder, 'state');
  const env = { XDG_STATE_HOME: state, HOME: join(folder, 'home') };
  let demo: Running;

  before(async () => {
    demo = await startServe({ env });
    assert.ok(demo.url, demo.stderr());
  });
  after(() => demo?.stop('SIGKILL'));

  const commands = () =>
    [...demo.stderr().matchAll(/^ {4}(curl [\s\S]*?)\n\n/gm)].map(([, command]) => command as string);

  test('is ready within seconds', (context) => {
    const told = Number(/Ready in ([\d.]+) s/.exec(demo.stderr())?.[1]);
    context.diagnostic(`ready in ${(demo.took / 1_000).toFixed(2)} s, told as ${told} s`);
    // 3 s on a machine that does nothing else; this one may run the rest of the suite beside it.
    assert.ok(demo.took < 20_000, `${demo.took} ms`);
    // The process itself takes a while to begin, and longer beside others.
    const unseen = Math.max(1_500, demo.took / 4);
    assert.ok(Math.abs(told * 1_000 - demo.took) < unseen, 'it reports the time that its user waited');
  });

  test('reports how each registry is, a line each', async () => {
    const { facilities } = await loadConfig(`${ROOT}federation.yaml`, {});
    const names = facilities.flatMap(({ id, registries }) => registries.map(({ key }) => `${id}/${key}`));
    const lines = [...demo.stderr().matchAll(/^ {2}(\S+) +ok +(\d+) images? +\d+ ms$/gm)];
    assert.deepEqual(new Set(lines.map(([, name]) => name)), new Set(names));
    assert.equal(lines.length, names.length);
    const counts = lines.map(([, , count]) => Number(count));
    assert.ok(counts.reduce((sum, count) => sum + count, 0) >= 200);
  });

  test('says where the page, GraphiQL, the schema and health are, and they are there', async () => {
    const urls = [
      ...demo.stderr().matchAll(/https?:\/\/\S+\/(?:graphql|schema\.graphql|healthz|readyz|metrics)?(?=\s)/g),
    ];
    const paths = urls.map(([url]) => new URL(url).pathname);
    for (const path of ['/', '/graphql', '/schema.graphql', '/healthz', '/readyz', '/metrics'])
      assert.ok(paths.includes(path), path);
    for (const [url] of urls) {
      const response = await fetch(url, { headers: { accept: 'text/html' } });
      assert.equal(response.status, 200, url);
      // Read to its end: a gateway that stops waits for who has not.
      await response.arrayBuffer();
    }
  });

  test('writes nothing but its lines: no log, and nothing to stdout', () => {
    assert.doesNotMatch(demo.stderr(), /^\{/m);
    assert.doesNotMatch(demo.stderr(), /warning/i);
  });

  test('gives three people to try, whose commands can be pasted and answer differently', async () => {
    assert.equal(commands().length, 3);
    const answers = await Promise.all(commands().map(pasted));
    for (const { data, errors } of answers) {
      assert.equal(errors, undefined);
      assert.ok((data?.images.totalCount ?? 0) > 0, JSON.stringify(answers));
    }
    assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 3);
  });

  test('leaves its key for its user alone, and panfed token makes a token of it', async () => {
    const { port } = new URL(demo.url as string);
    assert.deepEqual(readdirSync(join(state, 'panfed')), [`demo-${port}.json`]);
    assert.equal(statSync(join(state, 'panfed')).mode & 0o777, 0o700);
    assert.equal(statSync(join(state, 'panfed', `demo-${port}.json`)).mode & 0o777, 0o600);
    const { stdout, code } = await panfed(['token', '--as', 'visitor', '--url', demo.url as string], { env });
    assert.equal(code, 0);
    const answer = await ask(stdout.trim(), '{ viewer { name authenticated } }');
    assert.deepEqual(answer, { data: { viewer: { name: 'visitor', authenticated: true } } });
  });

  async function ask(token: string, query: string): Promise<unknown> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const response = await fetch(`${demo.url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
    });
    return response.json();
  }

  test('refuses what came through a proxy', async () => {
    assert.equal(
      (await fetch(`${demo.url}/healthz`, { headers: { 'x-forwarded-for': '10.0.0.1' } })).status,
      403,
    );
  });

  test('a second one on its port ends with 3 and names PORT, and leaves the first one’s key alone', async () => {
    const { port } = new URL(demo.url as string);
    const config = oneLab('second', `demo: ${ROOT}catalogs/esrf.yaml`);
    const second = await panfed(['serve', '--config', config], { env: { ...env, PORT: port } });
    assert.equal(second.code, 3);
    assert.match(second.stderr, new RegExp(`"code":"PORT_TAKEN".*${port}`));
    assert.match(second.stderr, /"hint":".*PORT=/);
    assert.deepEqual(readdirSync(join(state, 'panfed')), [`demo-${port}.json`]);
  });

  test('ends with 0 at Ctrl-C, and takes its key away', async () => {
    const { code, signal, stdout, stderr } = await demo.stop('SIGINT');
    assert.deepEqual([code, signal, stdout], [0, null, '']);
    assert.match(stderr, /stopping/);
    assert.deepEqual(readdirSync(join(state, 'panfed')), []);
    await assert.rejects(fetch(`${demo.url}/healthz`));
  });
});

interface Told {
  readonly data?: { readonly images: { readonly totalCount: number } };
  readonly errors?: unknown;
}

/** What a shell makes of a command of the banner, sent as curl would. */
async function pasted(command: string): Promise<Told> {
  const printed = execFileSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }; ${command}`], {
    encoding: 'utf8',
  });
  const words = printed.split('\0').slice(0, -1);
  const url = words.find((word) => word.startsWith('http')) as string;
  const headers = words.flatMap((word, index) =>
    words[index - 1] === '-H' ? [word.split(': ') as [string, string]] : [],
  );
  const body = words[words.indexOf('-d') + 1] as string;
  assert.equal(words.length, 8, printed);
  return (await (await fetch(url, { method: 'POST', headers, body })).json()) as Told;
}

test('`serve --demo` starts it from any folder, writes nothing but its state, and ends with 0 at SIGTERM', async (context) => {
  const elsewhere = mkdtempSync(join(folder, 'elsewhere-'));
  const state = join(folder, 'alone');
  mkdirSync(state);
  const demo = await startServe({
    args: ['--demo'],
    cwd: elsewhere,
    env: { XDG_STATE_HOME: state, HOME: elsewhere },
    nodeArgs: ONLY_STATE(state),
  });
  context.after(() => demo.stop('SIGKILL'));
  assert.ok(demo.url, demo.stderr());
  assert.equal((await fetch(`${demo.url}/readyz`)).status, 200);
  const answer = await fetch(`${demo.url}/graphql?query={images{complete}}`, {
    headers: { 'graphql-require-preflight': '1' },
  });
  assert.deepEqual(await answer.json(), { data: { images: { complete: true } } }, demo.stderr());
  assert.equal(readdirSync(join(state, 'panfed')).length, 1);
  assert.equal((await demo.stop('SIGTERM')).code, 0);
  assert.deepEqual(readdirSync(join(state, 'panfed')), []);
  assert.deepEqual(readdirSync(elsewhere), []);
});

test('where no state can be written it says so, and its tokens work', async (context) => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  const demo = await startServe({
    args: ['--config', oneLab('no-state', `demo: ${ROOT}catalogs/esrf.yaml`)],
    env: { XDG_STATE_HOME: join(file, 'state'), HOME: join(file, 'home') },
  });
  context.after(() => demo.stop('SIGKILL'));
  assert.match(demo.stderr(), /No folder for state could be written/);
  const [command = ''] = /curl [\s\S]*?'\n\n/.exec(demo.stderr()) ?? [];
  assert.ok(((await pasted(command)).data?.images.totalCount ?? 0) > 0);
  assert.equal((await demo.stop()).code, 0);
});

/** The configuration of a demo with one lab, which has one registry: it starts in half the time of the whole one. */
function oneLab(name: string, registry: string): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(
    file,
    `federation: { name: One lab }
demo: true
facilities:
  - id: esrf
    name: ESRF
    registries:
      - { key: main, kind: graphql, ${registry}, pull: registry.esrf.example }
`,
  );
  return file;
}

test('an answer that is under way is given before it ends', async (context) => {
  const hanging = await startBadRegistry('slow');
  context.after(() => hanging.close());
  const config = oneLab('slow', `url: "${hanging.url}", deadline: 1500`);
  const demo = await startServe({
    args: ['--config', config],
    env: { XDG_STATE_HOME: join(folder, 'slow') },
  });
  context.after(() => demo.stop('SIGKILL'));
  assert.match(
    demo.stderr(),
    /esrf\/main +SOURCE_TIMEOUT/,
    'a lab that does not answer is told, and the rest starts',
  );
  const { stdout: token } = await panfed(['token', '--as', 'admin', '--url', demo.url as string], {
    env: { XDG_STATE_HOME: join(folder, 'slow') },
  });
  const arrived = hanging.arrivals.length;
  const asking = fetch(`${demo.url}/graphql?query={images(maxAge:0){complete}}`, {
    headers: { authorization: `Bearer ${token.trim()}` },
  });
  while (hanging.arrivals.length === arrived) await new Promise((resolve) => setTimeout(resolve, 10));
  const ending = demo.stop('SIGINT');
  assert.deepEqual(await (await asking).json(), { data: { images: { complete: false } } });
  assert.equal((await ending).code, 0);
});

describe('what it refuses to start with, it reports with exit code 3', { concurrency: true }, () => {
  const refused = async (
    env: Record<string, string>,
    told: RegExp,
    args: readonly string[] = [],
  ): Promise<void> => {
    const ended: Ended = await panfed(['serve', '--banner', ...args], { env });
    assert.deepEqual([ended.code, ended.stdout], [3, ''], ended.stderr);
    assert.match(ended.stderr, told);
  };

  test('a demo beyond this machine', () =>
    refused({ HOST: '0.0.0.0' }, /error CONFIG_INVALID: the demo listens on loopback only[\s\S]*at: HOST/));
  test('a port that is none', () => refused({ PORT: '70000' }, /error CONFIG_INVALID: [\s\S]*at: PORT/));
  test('a configuration that is not there', () =>
    refused({}, /error CONFIG_INVALID: [\s\S]*config init/, ['--config', 'nothing.yaml']));
});
