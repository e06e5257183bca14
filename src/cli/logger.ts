// The log of a command that serves: on stderr, one JSON line each, at the level of federation.yaml.
import pino, { type Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import { inertJson } from '../model/inert.ts';
import type { Output } from './terminal/output.ts';

/** What is wrong is told there; what goes well says no more than its progress. */
export function loggerOf(
  { telemetry }: { readonly telemetry: Pick<Config['telemetry'], 'logLevel'> },
  output: Pick<Output, 'log'>,
): Logger {
  const level = telemetry.logLevel;
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    // Whatever others wrote is in the log, and the log is in a terminal.
    { write: (line) => output.log(inertJson(line)) },
  );
}
