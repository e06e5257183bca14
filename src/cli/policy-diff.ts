// `panfed policy diff`: who gains and loses which images by a change of policy, before it ships.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { loadConfigWithoutSecrets } from '../config/load.ts';
import { FederationError } from '../model/errors.ts';
import { inert } from '../model/inert.ts';
import { type Direction, diffPolicies, type PolicyDiff } from '../policy/build/diff.ts';
import { readOfflineCatalog } from '../policy/build/diff-catalog.ts';
import { openEngines } from '../policy/build/diff-engines.ts';
import { openSides } from '../policy/build/diff-sides.ts';
import { findOpa } from '../policy/build/opa.ts';
import { OWN_POLICIES } from '../policy/build/owner.ts';
import { readSubjects } from '../policy/build/subjects.ts';
import { jsonText, type Output } from './output.ts';
import { diffAnnotations, diffText } from './policy-diff-report.ts';

const FORMATS = ['table', 'json', 'github'] as const;
const STOPS = ['loosened', 'tightened', 'any'] as const;

interface DiffOptions {
  readonly config: string;
  readonly demo?: true;
  readonly policies?: string;
  readonly subjects?: string;
  readonly owner: readonly string[];
  readonly failOn?: (typeof STOPS)[number];
  readonly format: (typeof FORMATS)[number];
}

/** The demo's configuration; its catalogs lie beside it. */
const DEMO = fileURLToPath(new URL('../../federation.yaml', import.meta.url));
const SUBJECTS = 'subjects.yaml';

const HELP = `
OLD and NEW are each a bundle (.tar.gz), a folder of policies, or a git revision of such a folder.
All other policies are those of the configuration. The images are those of its registries that are files; no registry
is asked over the network. The people are those of --subjects.

Examples:
  $ panfed policy diff HEAD policies                    what is not committed yet
  $ panfed policy diff main policies --fail-on loosened
                                                        in CI: exit code 4 if a door was opened
  $ panfed policy diff policies/bundle/esrf.tar.gz policies --format json
  $ panfed policy diff v1 v2 --policies policies --owner esrf --demo`;

export function diffCommand(output: Output, env: NodeJS.ProcessEnv = process.env): Command {
  return new Command('diff')
    .description('tell who gains and loses which images by a change of policy')
    .argument('<old>', 'what is in force')
    .argument('<new>', 'what is to be')
    .option('--owner <owner>', 'federation or a facility’s id, again for more; all unless said', gathered, [])
    .addOption(new Option('--fail-on <direction>', 'exit code 4 if a policy was changed so').choices(STOPS))
    .option('-c, --config <file>', 'the configuration', 'federation.yaml')
    .option('--demo', 'the configuration and the catalogs of the demo that comes with panfed')
    .option(
      '--policies <folder>',
      'of which git revisions are: the folder that is compared, or panfed’s, unless said',
    )
    .option(
      '--subjects <file>',
      `representative people; ${SUBJECTS} of these folders, or panfed’s, unless said`,
    )
    .addOption(new Option('--format <format>', 'github: annotations').choices(FORMATS).default('table'))
    .addHelpText('after', HELP)
    .action((old: string, next: string, options: DiffOptions) => diff(old, next, options, output, env));
}

const gathered = (owner: string, before: readonly string[]): readonly string[] => [...before, owner];

async function diff(
  old: string,
  next: string,
  options: DiffOptions,
  output: Output,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const config = await loadConfigWithoutSecrets(options.demo ? DEMO : options.config, env);
  const subjects = await readSubjects(subjectsFile([old, next], options), config.facilities);
  const { snapshots, unread } = await readOfflineCatalog(config);
  const sides = await openSides({
    old,
    new: next,
    policies: options.policies ?? null,
    owners: options.owner,
    opa: findOpa,
    progress: (line) => output.message(`${inert(line)}\n`),
  });
  try {
    const engines = await openEngines(config, sides);
    try {
      const result = await diffPolicies({ ...engines, snapshots, subjects });
      output.data(resultText(result, options, output));
      if (unread.length > 0) warn(output, `not compared, for they are no files: ${unread.join(', ')}`);
      for (const { side, owner, inputs } of engines.unjudged()) {
        warn(output, `the ${side} policy of ${owner} did not judge ${inputs} inputs: that is denied`);
      }
      assertMayShip(result, options);
    } finally {
      await engines.close();
    }
  } finally {
    await sides.close();
  }
}

function subjectsFile(sides: readonly string[], { subjects, policies }: DiffOptions): string {
  if (subjects !== undefined) return subjects;
  const folders = [...(policies === undefined ? [] : [policies]), ...sides.toReversed(), OWN_POLICIES];
  const files = folders.map((folder) => join(folder, SUBJECTS));
  return files.find((file) => existsSync(file)) ?? join(OWN_POLICIES, SUBJECTS);
}

function resultText(result: PolicyDiff, options: DiffOptions, output: Output): string {
  if (options.format === 'json') return jsonText(result);
  if (options.format === 'github') return diffAnnotations(result, stops(options));
  return diffText(result, output);
}

const stops =
  ({ failOn }: DiffOptions) =>
  (direction: Direction): boolean =>
    failOn === 'any' || failOn === direction;

/** Throws POLICY_CHANGED where a change goes in a direction that was to stop. */
function assertMayShip({ changes }: PolicyDiff, options: DiffOptions): void {
  const stopped = changes.filter(({ direction }) => stops(options)(direction));
  if (stopped.length === 0) return;
  const directions = [...new Set(stopped.map(({ direction }) => direction))].join(' and ');
  throw new FederationError('POLICY_CHANGED', `the policy was ${directions}, as told above`, {
    hint: 'if that is meant, let somebody approve it and run without --fail-on',
  });
}

function warn(output: Output, text: string): void {
  output.message(`${output.style('yellow', 'warning:', 'message')} ${inert(text)}\n`);
}
