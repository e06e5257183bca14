// `panfed policy install-opa`: brings OPA, reports what it does meanwhile, and leaves nothing behind where it is stopped.
import { Command } from 'commander';
import { installOpa } from '../../authoring/install.ts';
import { OPA_VERSION } from '../../authoring/opa.ts';
import type { Output } from '../terminal/output.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function installOpaCommand(output: Output): Command {
  return new Command('install-opa')
    .description(`bring OPA ${OPA_VERSION} into the cache: the official release by its checksum, else by Go`)
    .addHelpText(
      'after',
      '\nThe release is 60 MB. Where it cannot be had, Go builds it in two to ten minutes.',
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

/** As if nobody had listened, so that a shell sees what ended it. */
function endAs(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
