// `panfed policy fmt`: formats policies and their tests as `opa fmt` does, or shows what it would change.
import type { Command } from 'commander';
import { findOpa } from '../../authoring/opa/opa.ts';
import { type Unformatted, unformatted, writeFormatted } from '../../authoring/source/format.ts';
import { policyOwners } from '../../authoring/source/owner.ts';
import { shownPath } from '../../authoring/source/syntax.ts';
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';
import type { Output } from '../terminal/output.ts';
import { chosenPolicies } from './folder.ts';

interface FmtOptions {
  readonly policies?: string;
  readonly diff?: true;
  readonly v0?: true;
}

/**
 * Adds options and action to a command that has its owners and `--policies` already; returns the same
 * command. Parsing rejects with USAGE, OPA_MISSING, POLICY_TOO_COSTLY, or POLICY_INVALID for Rego that does
 * not parse or, with `--diff`, would be changed; and with the file system's error for a file that cannot be
 * read or written.
 */
export function fmtCommand(command: Command, output: Output): Command {
  return command
    .description('write policies and their tests as opa fmt lays them out')
    .option('--diff', 'show what would change and write nothing; exit code 3 if something would')
    .option(
      '--v0',
      'rewrite Rego as it was before OPA 1.0; check it afterwards: some built-ins no longer exist',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ panfed policy fmt
  $ panfed policy fmt esrf --diff
  $ panfed policy fmt esrf --v0`,
    )
    .action((owners: string[], options: FmtOptions) => fmt(owners, options, output));
}

async function fmt(names: readonly string[], options: FmtOptions, output: Output): Promise<void> {
  const { diff, v0 = false } = options;
  const owners = policyOwners(chosenPolicies(options, output), names);
  const opa = await findOpa();
  const files: Unformatted[] = [];
  for (const owner of owners) files.push(...(await unformatted(opa, owner, { v0 })));
  if (diff) {
    for (const file of files) output.data(shown(file));
    if (files.length > 0) {
      const count = files.length === 1 ? '1 file is' : `${files.length} files are`;
      throw new FederationError('POLICY_INVALID', `${count} not as opa fmt writes them`, {
        hint: 'run `panfed policy fmt`',
      });
    }
    return;
  }
  await writeFormatted(files);
  for (const { path } of files) output.data(`${inert(shownPath(path))}\n`);
}

function shown({ path, line, diff }: Unformatted): string {
  return [`${shownPath(path)}:${line}`, ...diff].map((each) => `${inertLine(each)}\n`).join('');
}

/** Rego is indented with tabs; any other character that a terminal acts on is removed. */
function inertLine(line: string): string {
  return line.split('\t').map(inert).join('\t');
}
