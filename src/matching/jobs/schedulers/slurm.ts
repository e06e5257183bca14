// A batch script of Slurm: https://slurm.schedmd.com/sbatch.html
import { durationText } from '../../../model/duration.ts';
import { sh } from '../shell.ts';
import { batchScript } from './body.ts';
import { mebibytes, type WriteJob } from './scheduler.ts';

/** Nothing of the environment in which it is submitted reaches the job (`--export=NONE`). */
export const writeSlurm: WriteJob = (plan, { script, ranks }) => {
  const { name, resource, cpus, memory, time, gpu } = plan;
  const options = [
    `--job-name=${name}`,
    ...(resource.partition === null ? [] : [`--partition=${resource.partition}`]),
    '--nodes=1',
    `--ntasks=${ranks}`,
    ...(cpus === null || ranks > 1 ? [] : [`--cpus-per-task=${cpus}`]),
    ...(memory === null ? [] : [`--mem=${mebibytes(memory)}M`]),
    ...(time === null ? [] : [`--time=${durationText(time)}`]),
    ...(gpu === null ? [] : ['--gres=gpu:1']),
    '--export=NONE',
  ];
  const fileName = `${name}.slurm.sh`;
  return {
    fileName,
    text: batchScript('#SBATCH', options, plan, script),
    submit: String(sh`sbatch ${fileName}`),
    notes: time === null ? ['It states no time: the partition’s default holds.'] : [],
  };
};
