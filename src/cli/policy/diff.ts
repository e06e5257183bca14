// `panfed policy diff`: who gains and loses which images by a change of policy, before it ships.

import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { diffPolicies } from '../../authoring/diff/diff.ts';
import { openEngines } from '../../authoring/diff/engines.ts';
import { openSides } from '../../authoring/diff/sides.ts';
import { findOpa } from '../../authoring/opa/opa.ts';
import { readLogged } from '../../authoring/people/logged.ts';
import { type LoggedOptions, type LogReport, withLogged } from '../../authoring/people/logged-people.ts';
import { readPeople, SUBJECTS } from '../../authoring/people/people.ts';
import type { RepresentativeSubject } from '../../authoring/people/subjects.ts';
import { loadConfigWithoutSecrets } from '../../config/load.ts';
import { SYSTEM_CLOCK } from '../../model/clock.ts';
import { inert } from '../../model/inert.ts';
import { DEFAULT_URL } from '../gateway/client.ts';
import { jsonText, type Output } from '../terminal/output.ts';
import { assertImagesMayBe, fromGateway, type ImageOptions, imagesOf } from './diff/images.ts';
import { diffAnnotations, diffText } from './diff/report.ts';
import { assertMayShip, type DiffReport, gapsOf, notesOf, STOPS } from './diff/stop.ts';
import { chosenPolicies, DEFAULT_POLICIES } from './folder.ts';
import { timeOf } from './time.ts';

const FORMATS = ['table', 'json', 'github'] as const;

interface DiffOptions extends ImageOptions {
  readonly config: string;
  readonly demo?: true;
  readonly policies?: string;
  readonly subjects?: string;
  readonly decisions?: readonly string[];
  readonly owner: readonly string[];
  readonly time?: number;
  readonly format: (typeof FORMATS)[number];
}

/** The demo's configuration; its catalogs are beside it. */
const DEMO = fileURLToPath(new URL('../../../federation.yaml', import.meta.url));
/** Number of people after which a line reports the progress. */
const PEOPLE = 100;

const HELP = `
OLD and NEW are each a bundle (.tar.gz), a folder of policies, or a git revision of such a folder.
All other policies are those of the configuration. The images are those of its registries that are files; with --crawl,
the others are asked as well. A facility's policy is tried on its own images. The people are those of --subjects, and
with --decisions those that the decision log saw.
With --gateway the images are those of a running gateway that you may discover, as admin or as author of a facility's
policy: what is hidden from you is not looked at.

Examples:
  $ panfed policy diff HEAD policies                    what is not committed yet
  $ panfed policy diff main policies --fail-on loosened
                                                        in CI: exit code 4 if access was loosened
  $ panfed policy diff policies/bundle/esrf.tar.gz policies --format json
  $ panfed policy diff v1 v2 --policies policies --owner esrf --demo
  $ panfed policy diff HEAD policies --crawl --decisions log
                                                        every registry, and everyone who asked so far
  $ panfed policy diff HEAD policies --owner esrf --url https://images.example`;

/**
 * `panfed policy diff`; the environment is the process's by default. With `--fail-on` it rejects with
 * POLICY_CHANGED, POLICY_UNJUDGED or SOURCE_UNAVAILABLE after its report, as {@link assertMayShip} throws;
 * else with USAGE, CONFIG_INVALID, POLICY_INVALID or OPA_MISSING, and as {@link openSides}, {@link
 * openEngines}, {@link imagesOf} and {@link diffPolicies} do.
 */
export function diffCommand(output: Output, env: NodeJS.ProcessEnv = process.env): Command {
  return new Command('diff')
    .description('show who gains and loses which images by a change of policy')
    .argument('<old>', 'what is in force')
    .argument('<new>', 'what is to be')
    .option('--owner <owner>', 'federation or a facility’s id, again for more; all unless said', gathered, [])
    .addOption(
      new Option(
        '--fail-on <direction>',
        'exit code 4 if a policy was changed so or some of it was not judged, 5 if a registry was not read',
      ).choices(STOPS),
    )
    .option('-c, --config <file>', 'the configuration', 'federation.yaml')
    .option('--demo', 'the configuration and the catalogs of the demo that comes with panfed')
    .option('--time <time>', 'when people ask, such as 2026-12-24T18:00:00Z; now unless said', timeOf)
    .option('--crawl', 'ask registries that are not files, with their tokens')
    .option('--gateway', 'the images that you may discover at a running gateway, instead of the catalogs')
    .option('--url <url>', `its address, and --gateway (PANFED_URL; ${DEFAULT_URL} unless said)`)
    .option('--token-file <path>', 'file of the token to sign in with there (PANFED_TOKEN: the token itself)')
    .option(
      '--ca <file>',
      'certificates (PEM) to trust there in place of the usual ones, of a private authority',
    )
    .option('--insecure', 'send the token over plain http to another host')
    .option('--visible-only', 'with --fail-on: the images that you may discover are enough')
    .option(
      '--policies <folder>',
      'the folder that git revisions are of; unless said the one that is compared, else ./policies, else panfed’s',
    )
    .option(
      '--subjects <file>',
      `representative people; ${SUBJECTS} of these folders, or panfed’s, unless said`,
    )
    .option(
      '--decisions <file...>',
      'decision logs, or folders of them: the people who asked are tried as well',
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
  assertImagesMayBe(options);
  const config = await loadConfigWithoutSecrets(options.demo ? DEMO : options.config, env);
  let standing: string | undefined;
  const folders = [
    ...(options.policies === undefined ? [] : [options.policies]),
    next,
    old,
    DEFAULT_POLICIES,
  ];
  const named = options.subjects ?? null;
  const { people: subjects, hint } = await readPeople({ named, folders, facilities: config.facilities });
  if (hint !== null)
    output.message(
      `the people are panfed’s, without those of labs that this federation does not have; ${inert(hint)}\n`,
    );
  const sides = await openSides({
    old,
    new: next,
    policies: options.policies ?? null,
    standing: () => {
      standing ??= chosenPolicies({}, output);
      return standing;
    },
    owners: options.owner,
    opa: findOpa,
    progress: (line) => output.message(`${inert(line)}\n`),
  });
  try {
    const time = options.time ?? SYSTEM_CLOCK.wall();
    const engines = await openEngines(config, sides, { time });
    try {
      const { snapshots, unread, unverified } = await imagesOf(config, sides.owners, options, output, env);
      const { people, log } = await withDecisions(subjects, options, {
        facilities: config.facilities,
        compared: [...new Set(snapshots.map(({ facility }) => facility))],
        reads: engines.reads,
      });
      const compared = await diffPolicies({
        ...engines,
        snapshots,
        subjects: people,
        progress: (done) => {
          if (done > 0 && done % PEOPLE === 0)
            output.message(`${done} of ${people.length} ${people.length === 1 ? 'person' : 'people'}\n`);
        },
      });
      const { absent, timed } = engines;
      const report: DiffReport = {
        ...compared,
        unread,
        unverified,
        unjudged: engines.unjudged(),
        absent,
        time: timed.length === 0 ? null : { at: new Date(time).toISOString(), owners: timed },
        log,
        visibleOnly: fromGateway(options),
      };
      if (options.format === 'table') output.show(diffText(report, output));
      else
        output.data(options.format === 'json' ? jsonText(report) : diffAnnotations(report, options.failOn));
      if (options.format !== 'github') {
        for (const text of [...gapsOf(report), ...notesOf(report)]) warn(output, text);
      }
      if (options.failOn !== undefined) assertMayShip(report, options.failOn);
    } finally {
      await engines.close();
    }
  } finally {
    await sides.close();
  }
}

async function withDecisions(
  people: readonly RepresentativeSubject[],
  { decisions }: DiffOptions,
  options: Omit<LoggedOptions, 'people' | 'logged'>,
): Promise<{ people: readonly RepresentativeSubject[]; log: LogReport | null }> {
  if (decisions === undefined) return { people, log: null };
  return withLogged({ people, logged: await readLogged(decisions), ...options });
}

function warn(output: Output, text: string): void {
  output.message(`${output.style('yellow', 'warning:', 'message')} ${inert(text)}\n`);
}
