#!/usr/bin/env node
// `panfed`: runs the command that was named, and leaves with the exit code of the one table.
import { CommanderError } from 'commander';
import { ReportedFailure, tellFailure } from './failure.ts';
import { program } from './program.ts';
import { endWithReaders, processOutput } from './terminal/output.ts';

endWithReaders();
try {
  await program().parseAsync(process.argv);
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  // Commander has printed its help and version by now: 0 where they were asked for, usage where a command is missing.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof ReportedFailure) return error.exitCode;
  return tellFailure(error, processOutput(), process.env);
}
