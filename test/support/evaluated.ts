// `npx panfed policy eval …` as a document shows it, run in this process, which has parsed and compiled most of what it
// needs once more than a process of its own.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { policyCommand } from '../../src/cli/policy/command.ts';
import { collect } from '../cli/collect.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The words behind `npx panfed policy`; null for another command, or one that needs a shell. */
export function evalWords(command: string): readonly string[] | null {
  const words = /^npx panfed policy (eval(?: [\w.:/=-]+)*)$/.exec(command)?.[1];
  return words?.split(' ') ?? null;
}

/** What it prints in the project's folder, messages first. Rejects as the command does. */
export async function evaluated(words: readonly string[]): Promise<string> {
  assert.equal(`${process.cwd()}/`, ROOT, 'paths are shown from the project’s folder');
  const output = collect();
  const policy = await policyCommand(output, words);
  await policy.exitOverride().parseAsync(words, { from: 'user' });
  return output.stderr() + output.stdout();
}
