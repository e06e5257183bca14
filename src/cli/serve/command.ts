// `panfed serve`: starts the federation of a federation.yaml, reports each registry, and serves until it is stopped.
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

/** What the command uses of its process. */
export interface ServeProcess {
  readonly env: Environment;
  readonly output: Output;
  /** Whether stderr is a terminal, which people read. */
  readonly terminal: boolean;
  /** Aborts when the process is asked to end. */
  readonly stop: AbortSignal;
  /** Calls at each SIGHUP that does not end the process. */
  readonly onHangUp: (call: () => void) => void;
  /** Calls when the process exits, for whatever reason; the call must be synchronous. */
  readonly atExit: (call: () => void) => void;
  /** Called when everything is closed: the process is to end now. */
  readonly closed: () => void;
}

/** Milliseconds for which a process that has closed everything may go on. */
const CLOSED_MS = 1_000;

interface ServeOptions {
  readonly config: string;
  readonly demo?: true;
  readonly host?: string;
  readonly port?: string;
  /** undefined: only if stderr is a terminal. */
  readonly banner?: boolean;
}

/**
 * `panfed serve`; the process is this one by default. Resolves when the gateway has stopped; rejects as
 * {@link loadConfig}, {@link applyOverrides} and {@link createFederation} do (USAGE, CONFIG_INVALID …), and
 * with PORT_TAKEN: as a ReportedFailure, which has the exit code, where stderr gets JSON lines. A demo leaves
 * its key for `panfed token` until the process exits. By default the process is killed a second after it has
 * closed everything, if it goes on so long.
 */
export function serveCommand(of: () => ServeProcess = thisProcess): Command {
  return new Command('serve')
    .description('serve the gateway of a federation')
    .option('-c, --config <file>', 'the configuration', 'federation.yaml')
    .option('--demo', 'the demo that comes with panfed, whatever folder this is')
    .option('--host <host>', 'address to listen on (HOST, federation.listen.host)')
    .option('--port <port>', 'port to listen on, 0 for a free one (PORT, federation.listen.port)')
    .option('--banner', 'write the start as people read it to stderr, even if stderr is not a terminal')
    .option('--no-banner', 'write only JSON lines to stderr, even if it is a terminal')
    .addHelpText(
      'after',
      '\nExamples:\n  $ panfed serve --demo\n  $ panfed serve\n  $ panfed serve --config /etc/panfed/federation.yaml --port 8080',
    )
    .action((options: ServeOptions) => serve(options, of()));
}

/** The demo's configuration; its catalogs and policies are beside it. */
const DEMO = fileURLToPath(new URL('../../../federation.yaml', import.meta.url));

async function serve(options: ServeOptions, process: ServeProcess): Promise<void> {
  if (options.banner ?? process.terminal) return run(options, process, null);
  // The configured level is not known before the configuration is read.
  const log = loggerOf({ telemetry: { logLevel: 'info' } }, process.output);
  await run(options, process, log).catch((error: unknown) => {
    log.fatal(failureEntry(error), messageOf(error));
    throw new ReportedFailure(error);
  });
}

/** `log`: stderr gets JSON lines; null: it gets text for people. */
async function run(options: ServeOptions, process: ServeProcess, log: Logger | null): Promise<void> {
  const { env, output, stop, onHangUp } = process;
  const { config: file, demo, host, port } = options;
  const config = applyOverrides(await loadConfig(demo ? DEMO : file, env), { host, port }, env);
  // Imported here, since every other command, and who has to mend the configuration, would wait for the whole gateway to
  // be loaded.
  const { createFederation } = await import('../../federation.ts');
  const logger = loggerOf(config, output);
  onHangUp(() => logger.warn('SIGHUP: this gateway cannot reload its configuration yet; it goes on'));
  const report = log === null ? startBanner(config, output) : startLog(logger);
  const federation = await createFederation(config, { env, logger, onProgress: report.progress });
  try {
    const server = await federation.listen();
    report.listening(server);
    await Promise.race([federation.catalog.refresh({ maxAge: null }), aborted(stop)]);
    if (stop.aborted) return;
    const trials = await announceDemo(federation, server, process);
    // Counted from the start of the process: its user waited that long.
    report.ready({ ...server, seconds: performance.now() / 1_000, trials });
    await aborted(stop);
    report.stopping();
  } finally {
    await federation.close();
    process.closed();
  }
}

/** Writes the demo's key for `panfed token`, and gives tokens of three people to try. null: this is not a demo. */
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
    // A thread that hangs in a call of the system, as the store's on a disk that does not answer, would be waited for.
    closed: () => void setTimeout(() => process.kill(process.pid, 'SIGKILL'), CLOSED_MS).unref(),
  };
}
