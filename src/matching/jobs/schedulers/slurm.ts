// A batch script of Slurm: https://slurm.schedmd.com/sbatch.html
import type { JobPlan } from '../plan.ts';
import { type Statements, sh } from '../shell.ts';
import { scriptBody } from './body.ts';
import { type JobFile, mebibytes } from './scheduler.ts';

/** Nothing of the environment in which it is submitted reaches the job (`--export=NONE`). */
export function writeSlurm(plan: JobPlan, script: Statements): JobFile {
  const { name, resource, cpus, memory, time, gpu, isParallel, pmi } = plan;
  const isRanked = isParallel && pmi !== null;
  const options = [
    `--job-name=${name}`,
    ...(resource.partition === null ? [] : [`--partition=${resource.partition}`]),
    '--nodes=1',
    ...(cpus === null
      ? ['--ntasks=1']
      : isRanked
        ? [`--ntasks=${cpus}`]
        : ['--ntasks=1', `--cpus-per-task=${cpus}`]),
    ...(memory === null ? [] : [`--mem=${mebibytes(memory)}M`]),
    ...(time === null ? [] : [`--time=${slurmTime(time)}`]),
    ...(gpu === null ? [] : ['--gres=gpu:1']),
    '--export=NONE',
  ];
  const fileName = `${name}.slurm.sh`;
  return {
    fileName,
    text: `${['#!/bin/bash', ...options.map((option) => `#SBATCH ${option}`), ...scriptBody(plan, script)].join('\n')}\n`,
    submit: String(sh`sbatch ${fileName}`),
    notes: time === null ? ['It states no time: the partition’s default holds.'] : [],
  };
}

/** `days-hours:minutes:seconds`. */
function slurmTime(seconds: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const days = Math.floor(seconds / 86_400);
  const clock = `${two((seconds % 86_400) / 3_600)}:${two((seconds % 3_600) / 60)}:${two(seconds % 60)}`;
  return days === 0 ? clock : `${days}-${clock}`;
}
