// `panfed doctor`: whether a lab's registry is as the gateway needs it, and what is to be mended.
import { Command, Option } from 'commander';
import type { Environment } from '../../config/secrets.ts';
import { SYSTEM_CLOCK } from '../../model/clock.ts';
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';
import { numbered } from '../terminal/numbered.ts';
import { type Output, processOutput } from '../terminal/output.ts';
import { MAX_REQUESTS, SAMPLE, TIMEOUT } from './bounds.ts';
import type { Diagnosis } from './diagnose.ts';
import { countOf, FORMATS, type Format, writeReport } from './report.ts';
import type { TargetOptions } from './target.ts';

interface DoctorOptions extends TargetOptions {
  readonly format: Format;
  readonly sample: number;
  readonly timeout: number;
}

/** What the command uses of its process. */
export interface DoctorProcess {
  readonly env: Environment;
  readonly output: Output;
  /** Whether stderr is a terminal, in which the line of progress is written over. */
  readonly isTerminal: boolean;
}

/**
 * `panfed doctor`; the process is this one by default. It rejects as {@link targetsOf} and {@link diagnose}
 * do, with USAGE or CONFIG_INVALID, and after its report with CONFORMANCE_FAILED where a check failed, or
 * SOURCE_UNAVAILABLE where nothing but the connection did.
 */
export function doctorCommand(of: () => DoctorProcess = thisProcess): Command {
  return new Command('doctor')
    .description('check whether a registry is as the gateway needs it, and say what to mend')
    .argument('<facility | url>', 'a facility of federation.yaml, or the address of a registry')
    .option('--registry <key>', 'one of the facility’s registries')
    .option('-c, --config <file>', 'the gateway’s configuration', 'federation.yaml')
    .option('--repository <name>', 'a repository to look at; may be repeated', gathered)
    .option('--realm <host>', 'a host that gives the tokens of the address; may be repeated', gathered)
    .option('--ca <file>', 'certificates (PEM) that the address may have')
    .addOption(
      new Option('--sample <n>', `images of an OCI registry to read, at most ${SAMPLE.most}`)
        .argParser(whole('--sample', SAMPLE.most))
        .default(SAMPLE.usual),
    )
    .addOption(
      new Option('--timeout <seconds>', 'for the checks of one registry')
        .argParser(whole('--timeout', TIMEOUT.most))
        .default(TIMEOUT.usual),
    )
    .addOption(new Option('--format <format>', 'how the report is written').choices(FORMATS).default('table'))
    .addHelpText(
      'after',
      `
Examples:
  $ panfed doctor esrf
  $ panfed doctor esrf --registry main --format junit > doctor.xml
  $ panfed doctor https://registry.esrf.fr --sample 3
  $ panfed doctor https://registry-1.docker.io --realm auth.docker.io --repository library/python
  $ panfed doctor https://images.kit.edu/graphql

An address is that of an OCI registry, or with a path that of registry.graphql. It is sent no credential of
federation.yaml; a facility’s registries are asked as the gateway asks them. At most ${MAX_REQUESTS} requests go to a registry.

Exit codes: 0 all passed or warned, 2 usage, 3 configuration, 4 a check failed, 5 the registry cannot be reached.`,
    )
    .action((text: string, options: DoctorOptions) => doctor(text, options, of()));
}

/** Reads a whole number from 1. */
const whole =
  (flag: string, most: number) =>
  (text: string): number => {
    const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
    if (value >= 1 && value <= most) return value;
    throw new FederationError('USAGE', `expected a whole number from 1 to ${most}`, { at: flag });
  };

const gathered = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

async function doctor(text: string, options: DoctorOptions, process: DoctorProcess): Promise<void> {
  const { env, output } = process;
  // Imported here, since help and completion would wait for all that asks registries.
  const { diagnose } = await import('./diagnose.ts');
  const { targetsOf } = await import('./target.ts');
  const targets = await targetsOf(text, options, env);
  const diagnoses: Diagnosis[] = [];
  for (const target of targets) {
    const progress = progressOf(inert(target.name), process);
    const diagnosis = await diagnose(target, {
      clock: SYSTEM_CLOCK,
      sample: options.sample,
      timeout: options.timeout * 1_000,
      onStep: progress.step,
    }).finally(progress.end);
    diagnoses.push(diagnosis);
  }
  writeReport(diagnoses, options.format, output);
  const failed = diagnoses
    .filter(({ isUnreachable }) => !isUnreachable)
    .reduce((sum, { checks }) => sum + countOf(checks, 'fail'), 0);
  if (failed > 0) {
    throw new FederationError('CONFORMANCE_FAILED', `${numbered(failed, 'check')} failed, reported above`);
  }
  const unreachable = diagnoses.filter(({ isUnreachable }) => isUnreachable).map(({ name }) => name);
  if (unreachable.length === 0) return;
  throw new FederationError(
    'SOURCE_UNAVAILABLE',
    `${unreachable.join(', ')} cannot be reached, as reported above`,
  );
}

/** One line that is written over in a terminal, and written once elsewhere. */
function progressOf(name: string, { output, isTerminal }: DoctorProcess) {
  if (!isTerminal) output.message(`checking ${name}\n`);
  return {
    step: (id: string): void => {
      if (isTerminal) output.message(`\r\u001b[Kchecking ${name}: ${id}`);
    },
    end: (): void => {
      if (isTerminal) output.message('\r\u001b[K');
    },
  };
}

const thisProcess = (): DoctorProcess => ({
  env: process.env,
  output: processOutput(),
  isTerminal: process.stderr.isTTY === true,
});
