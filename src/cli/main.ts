#!/usr/bin/env node
// `panfed`: runs the command that was named, and exits with the code of the one table.
import { CommanderError } from 'commander';
import { ReportedFailure, reportFailure } from './failure.ts';
import { program } from './program.ts';
import { endWithReaders, processOutput } from './terminal/output.ts';

endWithReaders();
try {
  const root = await program(process.argv.slice(2));
  await root.parseAsync(process.argv);
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  // Commander has printed help or version by now: 0 if the caller asked for it, usage if a command is missing.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof ReportedFailure) return error.exitCode;
  return reportFailure(error, processOutput(), process.env);
}
