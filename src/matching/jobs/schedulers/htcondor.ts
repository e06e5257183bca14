// A submit description of HTCondor: https://htcondor.readthedocs.io/en/latest/man-pages/condor_submit.html
import { architectureOf, isMixed } from '../../nodes/architectures.ts';
import { NoJob } from '../plan.ts';
import { ARGUMENT_BYTES, type ShellText, type Statements, sh } from '../shell.ts';
import { scriptBody } from './body.ts';
import { mebibytes, type WriteJob } from './scheduler.ts';

/** Between two statements. */
const SEPARATOR = '; \\\n  ';

/** The script is the one argument of bash: nothing has to be transferred, and nothing of the environment reaches the job. */
export const writeHtcondor: WriteJob = (plan, { script }) => {
  const { name, resource, node, cpus, memory, time, gpu } = plan;
  const architecture = architectureOf(node)?.htcondor;
  // HTCondor gives the job no PATH: bash has one, and podman looks for its programs by that.
  const body = [sh`export PATH`, ...scriptBody(plan, script)];
  if (Buffer.byteLength(body.join(SEPARATOR)) > ARGUMENT_BYTES)
    return new NoJob(
      `The script is longer than ${ARGUMENT_BYTES} bytes, which HTCondor could not start: put the command into a file, and name that.`,
    );
  const commands = [
    ...['universe = vanilla', `batch_name = ${name}`],
    ...['executable = /bin/bash', 'transfer_executable = false'],
    `arguments = "-c ${argument(body)}"`,
    ...['getenv = false', 'should_transfer_files = IF_NEEDED', 'when_to_transfer_output = ON_EXIT'],
    ...(cpus === null ? [] : [`request_cpus = ${cpus}`]),
    // In MiB.
    ...(memory === null ? [] : [`request_memory = ${mebibytes(memory)}`]),
    ...(gpu === null ? [] : ['request_gpus = 1']),
    ...(time === null ? [] : [`allowed_job_duration = ${time}`]),
    ...(architecture === undefined || !isMixed(resource.nodes)
      ? []
      : [`requirements = (Arch == "${architecture}")`]),
    ...['output', 'error'].map((stream) => `${stream} = ${name}.$(ClusterId).${stream.slice(0, 3)}`),
    `log = ${name}.$(ClusterId).log`,
    'queue',
  ];
  const fileName = `${name}.sub`;
  return {
    fileName,
    text: `${commands.join('\n')}\n`,
    submit: String(sh`condor_submit ${fileName}`),
    notes: [],
  };
};

/**
 * One argument, in the new syntax of `arguments`: within quotes, of which those in it are doubled, and a `$` by the macro that stands
 * for one. A `$` of a text from outside is never followed by what could make a macro of it: a quote of the shell stands there. No
 * value of an attribute has a line end, so that each statement but the last ends with `;` and goes on in the next line.
 */
const argument = (script: Statements): string => `'${script.map(escaped).join(SEPARATOR)}'`;

const escaped = (statement: ShellText): string =>
  String(statement)
    .replaceAll("'", "''")
    .replaceAll('"', '""')
    .replaceAll('$', () => '$(DOLLAR)');
