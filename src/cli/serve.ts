// `panfed serve`: starts the federation of a federation.yaml, tells how each registry is, and serves until it is ended.
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import type { Progress } from '../catalog/create.ts';
import { loadConfig } from '../config/load.ts';
import { applyOverrides } from '../config/overrides.ts';
import type { Environment } from '../config/secrets.ts';
import type { Federation } from '../federation.ts';
import type { RunningServer } from '../http/server.ts';
import { demoPerson } from '../identity/demo-people.ts';
import { publishCredential, userState } from '../identity/demo-state.ts';
import { aborted } from './aborted.ts';
import { bannerText, type Trial } from './banner.ts';
import { createProgressLines } from './crawl-progress.ts';
import { loggerOf } from './logger.ts';
import { type Output, processOutput } from './output.ts';

/** What the command has of its process. */
export interface ServeProcess {
  readonly env: Environment;
  readonly output: Output;
  /** Aborts when the process is asked to end. */
  readonly stop: AbortSignal;
  /** Calls once the process ends, whatever ends it; synchronous. */
  readonly atExit: (call: () => void) => void;
}

interface ServeOptions {
  readonly config: string;
  readonly demo?: true;
  readonly host?: string;
  readonly port?: string;
}

export function serveCommand(of: () => ServeProcess = thisProcess): Command {
  return new Command('serve')
    .description('serve the gateway of a federation')
    .option('-c, --config <file>', 'the configuration', 'federation.yaml')
    .option('--demo', 'the demo that comes with panfed, whatever folder this is')
    .option('--host <host>', 'address to listen on (HOST, federation.listen.host)')
    .option('--port <port>', 'port to listen on, 0 for a free one (PORT, federation.listen.port)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ panfed serve --demo\n  $ panfed serve\n  $ panfed serve --config /etc/panfed/federation.yaml --port 8080',
    )
    .action((options: ServeOptions) => serve(options, of()));
}

/** The demo's configuration; its catalogs and policies lie beside it. */
const DEMO = fileURLToPath(new URL('../../federation.yaml', import.meta.url));

async function serve({ config: file, demo, host, port }: ServeOptions, process: ServeProcess): Promise<void> {
  const { env, output, stop } = process;
  // Here and not above: every other command would wait for all of the gateway to be loaded.
  const { createFederation } = await import('../federation.ts');
  const config = applyOverrides(await loadConfig(demo ? DEMO : file, env), { host, port }, env);
  const progress = createProgressLines(config, output);
  const federation = await createFederation(config, {
    env,
    logger: loggerOf(config, output),
    onProgress: (told: Progress) => progress.tell(told),
  });
  try {
    const server = await federation.listen();
    output.message(`${config.federation.name}\n`);
    await Promise.race([federation.catalog.refresh({ maxAge: null }), aborted(stop)]);
    progress.end();
    if (stop.aborted) return;
    const trials = await announceDemo(federation, server, process);
    // Since the process began: what its user waited for.
    const seconds = performance.now() / 1_000;
    output.message(bannerText({ url: server.url, metrics: server.metricsUrl, seconds, trials, output }));
    await aborted(stop);
    output.message('stopping: answering what is under way\n');
  } finally {
    await federation.close();
  }
}

/** Leaves the demo's key for `panfed token`, and gives tokens of three people to try. null: it is no demo. */
async function announceDemo(
  { demo }: Federation,
  { port }: RunningServer,
  { env, atExit }: ServeProcess,
): Promise<{ readonly published: boolean; readonly people: readonly Trial[] } | null> {
  if (demo === null) return null;
  const published = publishCredential(port, demo.credential, userState(env));
  atExit(() => published.remove());
  const people = await Promise.all(
    TRIALS.map(async ({ name, question }) => {
      const person = demoPerson(name);
      if (person === null) throw new TypeError(`the demo has no ${name}`);
      return { name, title: person.title, question, token: await demo.mint(person) };
    }),
  );
  return { published: published.path !== null, people };
}

/** Three people, and a question whose answer shows what their token changes. */
const TRIALS = [
  { name: 'esrf-em', question: 'xds' },
  { name: 'industry', question: 'xds' },
  { name: 'elettra-developer', question: 'elettra' },
] as const;

function thisProcess(): ServeProcess {
  const controller = new AbortController();
  // Once each: who asks twice does not want to wait for what is under way.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => controller.abort());
  }
  return {
    env: process.env,
    output: processOutput(),
    stop: controller.signal,
    atExit: (call) => process.once('exit', call),
  };
}
