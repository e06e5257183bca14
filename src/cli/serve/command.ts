// `panfed serve`: starts the federation of a federation.yaml, tells how each registry is, and serves until it is ended.
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import type { Logger } from 'pino';
import { loadConfig } from '../../config/load.ts';
import { applyOverrides } from '../../config/overrides.ts';
import type { Environment } from '../../config/secrets.ts';
import { thisUser } from '../../config/user-folders.ts';
import type { Federation } from '../../federation.ts';
import type { RunningServer } from '../../http/server.ts';
import { demoPerson } from '../../identity/demo-people.ts';
import { publishCredential } from '../../identity/demo-state.ts';
import { aborted } from '../aborted.ts';
import { failureEntry, messageOf, ReportedFailure } from '../failure.ts';
import { loggerOf } from '../logger.ts';
import { stopSignal } from '../stop-signal.ts';
import { goOnWithoutReaders, type Output, processOutput } from '../terminal/output.ts';
import type { Trials } from './banner.ts';
import { startBanner, startLog } from './start.ts';

/** What the command has of its process. */
export interface ServeProcess {
  readonly env: Environment;
  readonly output: Output;
  /** Whether what it writes to stderr is read by people, in a terminal. */
  readonly terminal: boolean;
  /** Aborts when the process is asked to end. */
  readonly stop: AbortSignal;
  /** Calls at each SIGHUP that does not ask for that. */
  readonly onHangUp: (call: () => void) => void;
  /** Calls once the process ends, whatever ends it; synchronous. */
  readonly atExit: (call: () => void) => void;
}

interface ServeOptions {
  readonly config: string;
  readonly demo?: true;
  readonly host?: string;
  readonly port?: string;
  /** undefined: as the terminal says. */
  readonly banner?: boolean;
}

export function serveCommand(of: () => ServeProcess = thisProcess): Command {
  return new Command('serve')
    .description('serve the gateway of a federation')
    .option('-c, --config <file>', 'the configuration', 'federation.yaml')
    .option('--demo', 'the demo that comes with panfed, whatever folder this is')
    .option('--host <host>', 'address to listen on (HOST, federation.listen.host)')
    .option('--port <port>', 'port to listen on, 0 for a free one (PORT, federation.listen.port)')
    .option('--banner', 'tell people on stderr how it starts, though stderr is no terminal')
    .option('--no-banner', 'write JSON lines alone to stderr, though it is a terminal')
    .addHelpText(
      'after',
      '\nExamples:\n  $ panfed serve --demo\n  $ panfed serve\n  $ panfed serve --config /etc/panfed/federation.yaml --port 8080',
    )
    .action((options: ServeOptions) => serve(options, of()));
}

/** The demo's configuration; its catalogs and policies lie beside it. */
const DEMO = fileURLToPath(new URL('../../../federation.yaml', import.meta.url));

async function serve(options: ServeOptions, process: ServeProcess): Promise<void> {
  if (options.banner ?? process.terminal) return run(options, process, null);
  // Until the configuration is read nobody knows its level.
  const log = loggerOf({ telemetry: { logLevel: 'info' } }, process.output);
  await run(options, process, log).catch((error: unknown) => {
    log.fatal(failureEntry(error), messageOf(error));
    throw new ReportedFailure(error);
  });
}

/** `log`: whoever reads stderr reads JSON lines; null for people. */
async function run(options: ServeOptions, process: ServeProcess, log: Logger | null): Promise<void> {
  const { env, output, stop, onHangUp } = process;
  const { config: file, demo, host, port } = options;
  // Here and not above: every other command would wait for all of the gateway to be loaded.
  const { createFederation } = await import('../../federation.ts');
  const config = applyOverrides(await loadConfig(demo ? DEMO : file, env), { host, port }, env);
  const logger = loggerOf(config, output);
  onHangUp(() => logger.warn('SIGHUP: this gateway cannot reload its configuration yet; it goes on'));
  const told = log === null ? startBanner(config, output) : startLog(logger);
  const federation = await createFederation(config, { env, logger, onProgress: told.progress });
  try {
    const server = await federation.listen();
    told.listening(server);
    await Promise.race([federation.catalog.refresh({ maxAge: null }), aborted(stop)]);
    if (stop.aborted) return;
    const trials = await announceDemo(federation, server, process);
    // Since the process began: what its user waited for.
    told.ready({ ...server, seconds: performance.now() / 1_000, trials });
    await aborted(stop);
    told.stopping();
  } finally {
    await federation.close();
  }
}

/** Leaves the demo's key for `panfed token`, and gives tokens of three people to try. null: it is no demo. */
async function announceDemo(
  { demo }: Federation,
  { port }: RunningServer,
  { env, atExit }: ServeProcess,
): Promise<Trials | null> {
  if (demo === null) return null;
  const published = publishCredential(port, demo.credential, thisUser(env));
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
  const { signal, onHangUp } = stopSignal();
  goOnWithoutReaders();
  return {
    env: process.env,
    output: processOutput(),
    terminal: process.stderr.isTTY === true,
    stop: signal,
    onHangUp,
    atExit: (call) => process.once('exit', call),
  };
}
