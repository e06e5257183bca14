// `panfed serve` in this process: its report of a federation that is not a demo, and how it ends.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ReportedFailure } from '../../../src/cli/failure.ts';
import { bannerText } from '../../../src/cli/serve/banner.ts';
import { serveCommand } from '../../../src/cli/serve/command.ts';
import { createProgressLines } from '../../../src/cli/terminal/crawl-progress.ts';
import { FederationError } from '../../../src/model/errors.ts';
import { configOf } from '../../support/gateway.ts';
import { startRegistry, type TestRegistry, testNode } from '../../support/registry.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type Collected, collect } from '../collect.ts';

const folder = temporaryFolder({ after });
const file = join(folder, 'federation.yaml');
let registry: TestRegistry;

before(async () => {
  registry = await startRegistry('esrf', [testNode('em/relion', { sharing: 'open', license: 'MIT' })]);
  writeFileSync(
    file,
    `federation: { name: One lab, secret: { env: PANFED_SECRET }, listen: { port: 0 } }
telemetry: { logLevel: error }
store: none
facilities:
  - id: esrf
    name: ESRF
    registries:
      - { key: main, kind: graphql, url: "${registry.url}", pull: registry.esrf.example }
      - { key: gone, kind: file, url: gone.yaml, pull: registry.esrf.example }
`,
  );
});
after(async () => {
  await registry?.close();
});

interface Run {
  readonly output: Collected;
  readonly atExit: (() => void)[];
  readonly hangUps: (() => void)[];
  readonly stop: AbortController;
  readonly done: Promise<unknown>;
}

function serve(args: readonly string[] = [], env: Record<string, string> = {}, terminal = true): Run {
  const output = collect();
  const stop = new AbortController();
  const atExit: (() => void)[] = [];
  const hangUps: (() => void)[] = [];
  const process = {
    env: { PANFED_SECRET: 'a secret of thirty-two bytes, or more', XDG_STATE_HOME: folder, ...env },
    output,
    terminal,
    stop: stop.signal,
    onHangUp: (call: () => void) => hangUps.push(call),
    atExit: (call: () => void) => atExit.push(call),
    closed: () => undefined,
  };
  const done = serveCommand(() => process).parseAsync(['--config', file, ...args], { from: 'user' });
  return { output, atExit, hangUps, stop, done };
}

async function banner({ output, done }: Run): Promise<string> {
  const failed = done.then(() => assert.fail('it ended'));
  const ready = (async () => {
    while (!output.stderr().includes('/readyz\n')) await new Promise((resolve) => setTimeout(resolve, 20));
  })();
  await Promise.race([ready, failed]);
  failed.catch(() => {});
  return output.stderr();
}

describe('a federation that is not a demo', () => {
  test('reports its registries and its address, invites nobody, and leaves no key', async () => {
    const run = serve();
    const printed = await banner(run);
    assert.match(printed, /^One lab\n/);
    assert.match(printed, /^ {2}esrf\/main +ok +1 image +\d+ ms$/m);
    assert.match(printed, /^ {2}esrf\/gone +SOURCE_[A-Z]+ {2}/m);
    assert.doesNotMatch(printed, /token|curl|secret of/);
    const url = / page +(\S+)\//.exec(printed)?.[1] as string;
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    assert.equal(run.atExit.length, 0);
    assert.deepEqual(readdirSync(folder), ['federation.yaml']);
    run.stop.abort();
    await run.done;
    assert.match(run.output.stderr(), /stopping: answering what is under way\n$/);
    assert.equal(run.output.stdout(), '');
    await assert.rejects(fetch(`${url}/healthz`));
  });

  test('that is asked to end before it is ready ends without a banner', async () => {
    const run = serve();
    run.stop.abort();
    await run.done;
    assert.doesNotMatch(run.output.stderr(), /Ready/);
  });

  test('is refused without its secret, and without a port that it may have', async () => {
    const refused = (code: string) => (error: unknown) =>
      error instanceof FederationError && error.code === code;
    await assert.rejects(serve([], { PANFED_SECRET: '' }).done, refused('CONFIG_INVALID'));
    await assert.rejects(serve(['--port', 'http']).done, refused('USAGE'));
    const port = new URL(registry.url).port;
    await assert.rejects(serve(['--port', port]).done, refused('PORT_TAKEN'));
  });

  test('listens where the flag says, before the environment', async () => {
    const run = serve(['--port', '0'], { PORT: new URL(registry.url).port });
    await banner(run);
    run.stop.abort();
    await run.done;
  });
});

describe('a gateway whose stderr is not a terminal', () => {
  const linesOf = ({ output }: Run): Record<string, unknown>[] =>
    output
      .stderr()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));

  test('writes JSON lines alone, from its start to its end, whatever the level; SIGHUP is one of them', async () => {
    const run = serve([], {}, false);
    const messages = () => linesOf(run).map(({ msg }) => msg);
    while (!messages().includes('ready')) await new Promise((resolve) => setTimeout(resolve, 20));
    const { url } = linesOf(run).find(({ msg }) => msg === 'ready') ?? {};
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    for (const call of run.hangUps) call();
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    run.stop.abort();
    await run.done;
    for (const message of ['listening', 'registry read', 'ready', 'stopping: answering what is under way']) {
      assert.ok(messages().includes(message), message);
    }
  });

  test('reports why it does not start in the same form, once', async () => {
    const run = serve([], { PANFED_SECRET: '' }, false);
    const failure = await run.done.then(
      () => null,
      (error: unknown) => error,
    );
    assert.ok(failure instanceof ReportedFailure);
    assert.equal(failure.exitCode, 3);
    const [line, ...rest] = linesOf(run);
    assert.deepEqual([line?.level, line?.code, rest.length], [60, 'CONFIG_INVALID', 0]);
  });

  test('has the banner with --banner, and a terminal has none with --no-banner', async () => {
    const shown = serve(['--banner'], {}, false);
    assert.match(await banner(shown), /^One lab\n/);
    shown.stop.abort();
    await shown.done;
    const logged = serve(['--no-banner'], { PANFED_SECRET: '' });
    await assert.rejects(logged.done, ReportedFailure);
  });
});

describe('the progress', () => {
  const config = configOf({
    facilities: [
      {
        id: 'esrf',
        name: 'ESRF',
        registries: [{ key: 'main', kind: 'graphql', url: 'http://127.0.0.1:1', pull: 'x.example' }],
      },
    ],
  });
  const done = {
    facility: 'esrf',
    registry: 'main',
    phase: 'done',
    records: 3,
    failure: null,
    tookMs: 12,
  } as const;

  test('is a line when a registry is done or failed, and none before', () => {
    const output = collect();
    const lines = createProgressLines(config, output);
    lines.report({ ...done, phase: 'crawling', tookMs: null });
    assert.equal(output.stderr(), '');
    lines.report(done);
    lines.report({
      ...done,
      phase: 'failed',
      failure: { code: 'SOURCE_TIMEOUT', message: 'no answer in time' },
    });
    assert.equal(
      output.stderr(),
      '  esrf/main  ok      3 images  12 ms\n  esrf/main  SOURCE_TIMEOUT  no answer in time\n',
    );
  });

  test('ends with the start: what a later refresh says is the log’s', () => {
    const output = collect();
    const lines = createProgressLines(config, output);
    lines.end();
    lines.report(done);
    assert.equal(output.stderr(), '');
  });
});

test('the banner of a demo without a state folder says that only its own tokens work', () => {
  const people = [{ name: 'visitor', title: 'somebody', question: 'relion', token: 'a.b.c' }];
  const text = (published: boolean): string =>
    bannerText({
      url: 'http://127.0.0.1:4000',
      metrics: null,
      seconds: 1,
      trials: { published, people },
      output: collect(),
    });
  assert.match(text(true), /panfed token --as/);
  assert.doesNotMatch(text(false), /panfed token --as/);
  assert.match(text(false), /the tokens above work/);
  assert.match(text(false), /Bearer a\.b\.c/);
});
