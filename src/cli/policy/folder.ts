// The folder of policies of a command: the one that `--policies` names, else ./policies, else the one that panfed
// ships.
import { statSync } from 'node:fs';
import { Option } from 'commander';
import { OWN_POLICIES } from '../../authoring/source/owner.ts';
import type { Output } from '../terminal/output.ts';

/** The default folder, relative to the one that the command is run in. */
export const DEFAULT_POLICIES = 'policies';

/** The option `--policies`, without a default value: {@link chosenPolicies} decides and reports the default folder. */
export function policiesOption(): Option {
  return new Option(
    '--policies <folder>',
    'where the policies are; unless said ./policies if there is one, else those that panfed ships',
  );
}

/**
 * The folder that is named, or the default one: ./policies if there is one, else the policies that panfed
 * ships. The default is reported on stderr; commands ask for it first, so that it is the first line of their
 * output. A named folder need not exist.
 */
export function chosenPolicies({ policies }: { readonly policies?: string }, output: Output): string {
  if (policies !== undefined) return policies;
  const own = statSync(DEFAULT_POLICIES, { throwIfNoEntry: false })?.isDirectory() === true;
  output.message(
    own
      ? `policies: ./${DEFAULT_POLICIES}\n`
      : `policies: those that panfed ships, because there is no ./${DEFAULT_POLICIES} here; --policies names others\n`,
  );
  return own ? DEFAULT_POLICIES : OWN_POLICIES;
}
