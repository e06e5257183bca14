// `npx panfed policy eval …` as a document shows it, run in this process, which reads the catalogs and compiles a
// facility's modules once: documents show one case after another of the same demo.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { evalCommand } from '../../src/cli/policy/eval.ts';
import { collect } from '../cli/collect.ts';
import { sharedSetting } from './shared-setting.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The words behind `npx panfed policy eval`; null for another command, or one that needs a shell. */
export function evalWords(command: string): readonly string[] | null {
  const words = /^npx panfed policy eval((?: [\w.:/=-]+)*)$/.exec(command)?.[1];
  return words?.split(' ').filter(Boolean) ?? null;
}

/** What it prints in the project's folder, messages first. Rejects as the command does. */
export async function evaluated(words: readonly string[]): Promise<string> {
  assert.equal(`${process.cwd()}/`, ROOT, 'paths are shown from the project’s folder');
  const output = collect();
  const command = evalCommand(output, process.env, sharedSetting).exitOverride();
  await command.parseAsync(words, { from: 'user' });
  return output.stderr() + output.stdout();
}
