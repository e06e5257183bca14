// `panfed policy install-opa`: installs OPA, reports its progress, and leaves nothing behind if it is stopped.
import { Command } from 'commander';
import { installOpa } from '../../authoring/opa/install.ts';
import { OPA_VERSION } from '../../authoring/opa/opa.ts';
import type { Output } from '../terminal/output.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * `panfed policy install-opa`. Prints the path of OPA; rejects as {@link installOpa} does, with OPA_MISSING
 * if it cannot be had, and ends by a signal that stops it (SIGINT, SIGTERM, SIGHUP).
 */
export function installOpaCommand(output: Output): Command {
  return new Command('install-opa')
    .description(`install OPA ${OPA_VERSION} in the cache: the official release by its checksum, else by Go`)
    .addHelpText(
      'after',
      '\nThe release is 60 MB. If it cannot be downloaded, Go builds it in two to ten minutes.',
    )
    .addHelpText('after', '\nExamples:\n  $ panfed policy install-opa')
    .action(async () => {
      const stop = new AbortController();
      let stopped: NodeJS.Signals | null = null;
      const onSignal = (signal: NodeJS.Signals) => {
        stopped = signal;
        stop.abort();
      };
      for (const signal of SIGNALS) process.once(signal, onSignal);
      try {
        const progress = (line: string) => output.message(`${line}\n`);
        const { path } = await installOpa({ progress, signal: stop.signal });
        output.data(`${path}\n`);
      } catch (error) {
        if (stopped === null) throw error;
        output.message('stopped: nothing was installed\n');
        endAs(stopped);
      } finally {
        for (const signal of SIGNALS) process.off(signal, onSignal);
      }
    });
}

/** Ends the process by the signal itself, so that a shell sees which one. */
function endAs(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
