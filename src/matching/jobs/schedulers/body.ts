// A script without its scheduler's options: what must hold on the node, then the image.
import { architectureOf, isMixed } from '../../nodes/architectures.ts';
import type { JobPlan } from '../plan.ts';
import { type ShellText, type Statements, sh, statements } from '../shell.ts';

/** Ends where anything fails. The digest is what was judged: another image never runs in its place. */
export const scriptBody = (plan: JobPlan, script: Statements): Statements =>
  statements(sh`set -euo pipefail`, machineCheck(plan), gpuCheck(plan), ...script);

/** A script of bash whose first lines are the options of a scheduler, each behind the word that it reads them by. */
export const batchScript = (
  word: '#SBATCH' | '#$',
  options: readonly string[],
  plan: JobPlan,
  script: Statements,
): string =>
  `${['#!/bin/bash', ...options.map((option) => `${word} ${option}`), ...scriptBody(plan, script)].join('\n')}\n`;

/** For a resource with nodes of several architectures, of which the image was judged for one. */
function machineCheck({ node, resource }: JobPlan): ShellText | null {
  const { machine } = architectureOf(node) ?? {};
  if (machine === undefined || !isMixed(resource.nodes)) return null;
  const otherwise = `This node is of another architecture than ${machine}, for which the image was chosen.`;
  return sh`[[ $(uname -m) == ${machine} ]] || { echo ${otherwise} >&2; exit 1; }`;
}

/** Engines only warn where there is no GPU, and the program would run on without it. */
function gpuCheck({ gpu }: JobPlan): ShellText | null {
  // All of it is read: a writer whose reader is gone fails, and with it the pipe.
  const found = {
    nvidia: sh`nvidia-smi -L 2>/dev/null | grep '^GPU ' >/dev/null`,
    amd: sh`test -e /dev/kfd`,
  };
  if (gpu === null || gpu === 'other') return null;
  const otherwise = `This node gives the job no GPU of ${gpu === 'nvidia' ? 'NVIDIA' : 'AMD'}.`;
  return sh`${found[gpu]} || { echo ${otherwise} >&2; exit 1; }`;
}
