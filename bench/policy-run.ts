// The policies' figures in a process of its own: one sample of images, policies of several sizes made of it, and what is
// measured of them, round by round. Its one argument: PolicyOptions as JSON.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { Opa } from '../src/authoring/opa.ts';
import type { Snapshot } from '../src/catalog/snapshot.ts';
import type { Config } from '../src/config/schema.ts';
import type { Federation } from '../src/federation.ts';
import type { PolicyChange } from '../src/policy/activation/activation.ts';
import type { LocalPolicyEngine } from '../src/policy/create.ts';
import { built, ROOT } from './built.ts';
import { member } from './member.ts';
import type { PolicyFigures, PolicyOptions, StrangerFigures } from './policy.ts';
import { askKnown } from './policy-known.ts';
import { buildPolicies, judging, withPolicies } from './policy-rules.ts';
import { type Contest, createContest, type StrangerRound } from './policy-stranger.ts';
import { makeActive, type SwapRound, swap } from './policy-swap.ts';
import { sampleConfig } from './sample.ts';
import { spreadOf } from './spread.ts';

const { loadConfig } = await built<typeof import('../src/config/load.ts')>('config/load');
const { createFederation } = await built<typeof import('../src/federation.ts')>('federation');
const { findOpa } = await built<typeof import('../src/authoring/opa.ts')>('authoring/opa');

/** With which the sample has about two thousand classes for these rules. */
const VARIANTS = 58;

const options = JSON.parse(process.argv[2] ?? '') as PolicyOptions;
const tell = (text: string): void => void process.stderr.write(`policy: ${text}\n`);
const folder = await mkdtemp(join(tmpdir(), 'panfed-policy-bench-'));
// Ready only when the folder is gone: whoever waits for it ends this process then.
const figures = await findOpa()
  .then(measure)
  .finally(() => rm(folder, { recursive: true }));
process.stdout.write(`ready ${JSON.stringify(figures)}\n`);

async function measure(opa: Opa): Promise<PolicyFigures> {
  tell(`${options.images} images`);
  const demo = await loadConfig(`${ROOT}federation.yaml`, {});
  const config = await sampleConfig(demo, options.images, folder, VARIANTS);
  const federation = await createFederation(config, {
    env: { PANFED_BENCH_SECRET: 'a secret of the benchmark, of 32 bytes or more' },
    logger: pino({ level: 'silent' }),
  });
  try {
    const states = await federation.catalog.refresh({ maxAge: null });
    const snapshots = states.flatMap(({ snapshot }) => snapshot ?? []);
    const bundles = async (rules: number, edition: number): Promise<string> => {
      const place = join(folder, `${rules}-rules-${edition}`);
      await buildPolicies(opa, { folder: place, rules, edition, snapshots });
      return place;
    };
    const contests = { opa, config, snapshots, bundles };
    const strangers = await measureStrangers(contests);
    const editions = [await bundles(options.swapRules, 0), await bundles(options.swapRules, 1)];
    const changes = editions.map((edition) => judging(withPolicies(config, edition)));
    return { strangers, ...(await measureInForce(federation, changes)) };
  } finally {
    await federation.close();
  }
}

interface ContestsOptions {
  readonly opa: Opa;
  readonly config: Config;
  readonly snapshots: readonly Snapshot[];
  /** Policies of so many rules: the folder that they are in. */
  readonly bundles: (rules: number, edition: number) => Promise<string>;
}

async function measureStrangers(given: ContestsOptions): Promise<readonly StrangerFigures[]> {
  const contests: Contest[] = [];
  const took = new Map<Contest, StrangerRound[]>();
  try {
    for (const rules of options.sizes) {
      tell(`${rules} rules: compiling, and trying how OPA is best asked`);
      contests.push(await createContest({ ...given, folder: await given.bundles(rules, 0), rules }));
    }
    for (let round = 1; round <= options.rounds; round += 1) {
      tell(`strangers: round ${round} of ${options.rounds}`);
      for (const contest of contests) {
        const stranger = (number: number) => member(`stranger-${round}-${number}`).subject;
        const one = await contest.round([stranger(1), stranger(2), stranger(3), stranger(4), stranger(5)]);
        took.set(contest, [...(took.get(contest) ?? []), one]);
      }
    }
  } finally {
    for (const contest of contests) await contest.end();
  }
  return contests.map((contest) => {
    const rounds = took.get(contest) ?? [];
    const of = (figure: (round: StrangerRound) => number) => spreadOf(rounds.map(figure));
    return {
      rules: contest.rules,
      classes: contest.classes,
      way: contest.way,
      panfed: of(({ panfed }) => panfed),
      perRecord: of(({ perRecord }) => perRecord),
      opa: of(({ opa }) => opa),
      ratios: {
        perRecord: of(({ panfed, perRecord }) => perRecord / panfed),
        opa: of(({ panfed, opa }) => opa / panfed),
      },
    };
  });
}

/** What is asked of a running federation, whose policies are changed for these in turn. */
async function measureInForce(
  federation: Federation,
  changes: readonly (readonly PolicyChange[])[],
): Promise<Omit<PolicyFigures, 'strangers'>> {
  const engine = federation.policy as LocalPolicyEngine;
  await engine.activate(changes[0] ?? []);
  tell(`a known subject`);
  const known = await askKnown(federation, member('known'), options.times);
  tell(`${options.subjects} active subjects`);
  const subjects = Array.from({ length: options.subjects }, (_, number) => member(`active-${number}`));
  const given = { federation, engine, subjects, rate: options.rate, seconds: options.seconds };
  const memory = await makeActive(given);
  const swaps: SwapRound[] = [];
  for (let round = 1; round <= options.swaps; round += 1) {
    tell(`swap ${round} of ${options.swaps}`);
    swaps.push(await swap(given, (changes[round % changes.length] ?? []).filter(isGeneral)));
    if (round < options.swaps) await makeActive(given);
  }
  const of = (figure: (round: SwapRound) => number) => spreadOf(swaps.map(figure));
  return {
    known,
    memory,
    swap: {
      before: of(({ before }) => before),
      during: of(({ during }) => during),
      after: of(({ after }) => after),
      took: of(({ took }) => took),
      ratio: of(({ before, during }) => during / before),
    },
  };
}

function isGeneral({ owner }: PolicyChange): boolean {
  return owner === 'federation';
}
