// The log of a command that serves: on stderr, one JSON line each, at the level of federation.yaml.
import pino, { type Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import { inertJson } from '../model/inert.ts';
import type { Output } from './terminal/output.ts';

/**
 * A logger that writes one inert JSON line an entry to `output.log`, from the configured level up; times are ISO 8601.
 */
export function loggerOf(
  { telemetry }: { readonly telemetry: Pick<Config['telemetry'], 'logLevel'> },
  output: Pick<Output, 'log'>,
): Logger {
  const level = telemetry.logLevel;
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    // The log contains text from outside, and may be shown in a terminal.
    { write: (line) => output.log(inertJson(line)) },
  );
}
