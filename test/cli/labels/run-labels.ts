// Runs `panfed labels` in this process, and gives what it wrote and how it failed.
import { Readable } from 'node:stream';
import { labelsCommand } from '../../../src/cli/labels/command.ts';
import { throwsUsage } from '../../../src/cli/usage.ts';
import { FederationError } from '../../../src/model/errors.ts';
import { collect } from '../collect.ts';

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  /** null: it succeeded. */
  readonly error: FederationError | null;
}

/** The words behind `panfed labels`; `stdin` is what `-` reads, nothing by default. Rejects with an unexpected error. */
export async function runLabels(words: readonly string[], stdin: string | Buffer = ''): Promise<Ran> {
  const output = collect();
  const command = throwsUsage(labelsCommand(output, { stdin: Readable.from([Buffer.from(stdin)]) }));
  for (const each of command.commands) throwsUsage(each);
  const error = await command.parseAsync(words, { from: 'user' }).then(
    () => null,
    (cause: unknown) => {
      if (cause instanceof FederationError) return cause;
      throw cause;
    },
  );
  return { stdout: output.stdout(), stderr: output.stderr(), error };
}
