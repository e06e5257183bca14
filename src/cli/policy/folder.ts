// Which folder of policies a command is about: the one that `--policies` names, else ./policies, else what panfed ships.
import { statSync } from 'node:fs';
import { Option } from 'commander';
import { OWN_POLICIES } from '../../authoring/owner.ts';
import type { Output } from '../terminal/output.ts';

/** From the folder that the command is run in. */
export const DEFAULT_POLICIES = 'policies';

/** Without a default: which folder it is then, {@link chosenPolicies} decides and reports. */
export function policiesOption(): Option {
  return new Option(
    '--policies <folder>',
    'where the policies are; ./policies where there is one, else those that panfed ships, unless said',
  );
}

/**
 * The folder that is named, or the default one. The default is reported on stderr: it is the first line of the output of
 * every command that asks for it before it does anything else.
 */
export function chosenPolicies({ policies }: { readonly policies?: string }, output: Output): string {
  if (policies !== undefined) return policies;
  const own = statSync(DEFAULT_POLICIES, { throwIfNoEntry: false })?.isDirectory() === true;
  output.message(
    own
      ? `policies: ./${DEFAULT_POLICIES}\n`
      : `policies: those that panfed ships, for there is no ./${DEFAULT_POLICIES} here; --policies names others\n`,
  );
  return own ? DEFAULT_POLICIES : OWN_POLICIES;
}
