// The case that `panfed policy eval` and `explain` are about: a person, an image of the catalogs, a place, and the
// modules that judge it. No gateway runs, and no registry is asked over the network.

import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import { type OfflineCatalog, readOfflineCatalog } from '../../authoring/diff/catalog.ts';
import { imageNamed } from '../../authoring/evaluate/lookup.ts';
import { openSourcedModules, type SourcedModule } from '../../authoring/evaluate/sourced-modules.ts';
import { findOpa, type Opa } from '../../authoring/opa/opa.ts';
import { readPeople, SUBJECTS } from '../../authoring/people/people.ts';
import { loadConfigWithoutSecrets } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { createPlaces } from '../../discovery/places.ts';
import { SYSTEM_CLOCK } from '../../model/clock.ts';
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';
import { didYouMean } from '../../model/nearest.ts';
import type { Place, Subject } from '../../model/subject.ts';
import type { Case, ExplainContext } from '../../policy/explain/case.ts';
import { WorkerPool } from '../../policy/wasm/pool.ts';
import type { Output } from '../terminal/output.ts';
import { chosenPolicies, policiesOption } from './folder.ts';
import { timeOf } from './time.ts';

/** The person that asks, and by which configuration and policies. */
export interface SettingOptions {
  readonly as: string;
  readonly config: string;
  readonly demo?: true;
  readonly policies?: string;
  readonly subjects?: string;
  readonly format: 'table' | 'json';
}

export interface CaseOptions extends SettingOptions {
  readonly image: string;
  readonly at?: string;
  /** Milliseconds since the epoch. */
  readonly time?: number;
}

export interface OpenCase {
  readonly case: Case;
  /** The person's name. */
  readonly person: string;
  readonly sourced: readonly SourcedModule[];
  readonly context: ExplainContext;
  /** OPA, which is looked for once. Rejects as `findOpa` does. */
  readonly opa: () => Promise<Opa>;
}

/** What all cases of one configuration and one folder of policies have in common. */
export interface CaseSetting {
  readonly config: Config;
  /** The catalogs, as {@link readOfflineCatalog} reads them, anew each time, and with what that rejects with. */
  readonly catalog: () => Promise<OfflineCatalog>;
  /**
   * The modules that judge a facility's images, of null the federation's alone, as {@link openSourcedModules} opens them and
   * rejects, and the pool that runs them, one for all.
   */
  readonly modules: (
    facility: string | null,
  ) => Promise<{ readonly sourced: readonly SourcedModule[]; readonly pool: WorkerPool }>;
  /** OPA, which is looked for once. Rejects as {@link findOpa} does. */
  readonly opa: () => Promise<Opa>;
  /** Ends the pool, where there is one. */
  close(): Promise<void>;
}

/** Opens the setting of a case; `policies` is the folder of its policies. Rejects as {@link withCase} does. */
export type OpenSetting = (
  options: SettingOptions,
  policies: string,
  env: NodeJS.ProcessEnv,
) => Promise<CaseSetting>;

/** The demo's configuration; its catalogs are beside it. */
const DEMO = fileURLToPath(new URL('../../../federation.yaml', import.meta.url));

/** Help on the options of commands that take an image and a person. */
export const CASE_HELP = `
The image is one of the registries of the configuration that are files, found or hidden: by id, digest or reference.
The person is one of --subjects, where the demo's people are. Modules are compiled from --policies; those that have no
sources there are the bundles of the configuration.`;

/**
 * Adds the options that name the case, and --format (`table` by default); federation.yaml is the default
 * configuration, and `--time` is read by {@link timeOf}. Returns the same command.
 */
export function withCaseOptions(command: Command): Command {
  return withSettingOptions(
    command
      .requiredOption('--as <person>', 'who asks, by name')
      .requiredOption('--image <image>', 'its id, digest or reference')
      .option('--at <facility>', 'where they want to run it, by id or name; nowhere unless said')
      .option('--time <time>', 'when, such as 2026-12-24T18:00:00Z; now unless said', timeOf),
  );
}

/** Adds the options of {@link SettingOptions} but `--as`, with the defaults of {@link withCaseOptions}. Returns the same command. */
export function withSettingOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'the configuration', 'federation.yaml')
    .option('--demo', 'the configuration and the catalogs of the demo that comes with panfed')
    .addOption(policiesOption())
    .option(
      '--subjects <file>',
      `people to choose from, YAML or JSON; ${SUBJECTS} of --policies, else panfed’s, unless said`,
    )
    .addOption(new Option('--format <format>').choices(['table', 'json']).default('table'));
}

/** Milliseconds for a search of the nearest change: long, so that slow machines give the same answer. */
const PATIENCE = 10_000;

/**
 * A setting for one case: its catalogs are read and its modules compiled when they are asked for, with one pool and one OPA
 * for all of them. Rejects as {@link loadConfigWithoutSecrets} does; its methods as {@link readOfflineCatalog},
 * {@link openSourcedModules} and {@link findOpa}.
 */
export const openSetting: OpenSetting = async (options, policies, env) => {
  const config = await loadConfigWithoutSecrets(options.demo ? DEMO : options.config, env);
  let pool: WorkerPool | null = null;
  let found: Promise<Opa> | null = null;
  const opa = () => {
    found ??= findOpa();
    return found;
  };
  return {
    config,
    catalog: () => readOfflineCatalog(config),
    modules: async (facility) => {
      pool ??= new WorkerPool({ deadline: config.limits.policyDeadline, threads: 1 });
      return { sourced: await openSourcedModules({ config, policies, facility, pool, opa }), pool };
    },
    opa,
    close: async () => pool?.close(),
  };
};

/**
 * Opens the case, in a setting of its own unless said, passes it to `use`, and closes the setting afterwards; without a
 * time it is now. Rejects with USAGE for a person, image or facility that is not known; as
 * {@link loadConfigWithoutSecrets}, {@link readPeople}, {@link readOfflineCatalog} and {@link openSourcedModules} do
 * (CONFIG_INVALID, POLICY_INVALID, OPA_MISSING, SOURCE_UNAVAILABLE …); with INTERNAL if panfed was not built; and as
 * `use` does.
 */
export async function withCase(
  options: CaseOptions,
  output: Output,
  env: NodeJS.ProcessEnv,
  use: (open: OpenCase) => Promise<void>,
  open: OpenSetting = openSetting,
): Promise<void> {
  const policies = chosenPolicies(options, output);
  const { config, catalog, modules, opa, close } = await open(options, policies, env);
  const { facilities } = config;
  try {
    const subject = await personNamed(options, policies, facilities);
    const at = placeNamed(options.at, facilities);
    const { snapshots, unread, unverified } = await catalog();
    if (unread.length > 0) {
      const names = unread.map(({ registry }) => registry).join(', ');
      output.message(`not searched, because they are not files: ${inert(names)}\n`);
    }
    const record = imageNamed(options.image, snapshots);
    if (unverified.includes(record.facility)) {
      output.message(
        `signatures are not verified here: the image’s trust is taken as ${record.trust.state}\n`,
      );
    }
    const { sourced, pool } = await modules(record.facility);
    const { time = SYSTEM_CLOCK.wall() } = options;
    await use({
      case: { record, subject, at, time },
      person: options.as,
      sourced,
      context: { pool, facilities, clock: SYSTEM_CLOCK, patience: PATIENCE },
      opa,
    });
  } finally {
    await close();
  }
}

type Facilities = Parameters<typeof createPlaces>[0];

/** The person called `options.as`. Rejects with USAGE where nobody is, and as {@link readPeople} does. */
export async function personNamed(
  options: SettingOptions,
  policies: string,
  facilities: Facilities,
): Promise<Subject> {
  const named = options.subjects ?? null;
  const { people, leftOut, hint } = await readPeople({ named, folders: [policies], facilities });
  const person = people.find(({ name }) => name === options.as);
  if (person !== undefined) return person.subject;
  if (hint !== null && leftOut.includes(options.as)) {
    throw new FederationError('USAGE', `${options.as} belongs to a lab that this federation does not have`, {
      hint,
    });
  }
  const names = people.map(({ name }) => name);
  throw notCalled(options.as, { one: 'person', all: 'people', names });
}

function placeNamed(at: string | undefined, facilities: Facilities): Place | null {
  if (at === undefined) return null;
  const places = createPlaces(facilities);
  const facility = places.resolve(at);
  if (facility !== null) return places.place(facility);
  const ids = facilities.map(({ id }) => id);
  throw notCalled(at, { one: 'facility', all: 'facilities', names: ids, near: places.names });
}

/** USAGE for a name that nothing of a kind has, with the nearest one, else all of them. `near`: other names that count; `names` by default. */
export function notCalled(
  name: string,
  {
    one,
    all,
    names,
    near = names,
  }: {
    readonly one: string;
    readonly all: string;
    readonly names: readonly string[];
    readonly near?: readonly string[];
  },
): FederationError {
  return new FederationError('USAGE', `no ${one} is called ${name}`, {
    hint: didYouMean(name, near) ?? `The ${all} are: ${names.join(', ')}.`,
  });
}
