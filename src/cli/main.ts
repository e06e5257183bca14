#!/usr/bin/env node
// `panfed`: runs the command that was named, and leaves with the exit code of the one table.
import { CommanderError } from 'commander';
import { tellFailure } from './failure.ts';
import { endQuietlyOnBrokenPipe, processOutput } from './output.ts';
import { program } from './program.ts';

endQuietlyOnBrokenPipe();
try {
  await program().parseAsync(process.argv);
} catch (error) {
  // Commander has told its own errors, help and version by now; its errors are all about usage.
  process.exitCode =
    error instanceof CommanderError
      ? error.exitCode === 0
        ? 0
        : 2
      : tellFailure(error, processOutput(), process.env);
}
