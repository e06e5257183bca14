// Measures the policies, as a process of its own: one sample of images, policies of several sizes made from it, and
// rounds of measurements. Its one argument: PolicyOptions as JSON.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { Opa } from '../src/authoring/opa/opa.ts';
import type { Snapshot } from '../src/catalog/snapshot.ts';
import type { Config } from '../src/config/schema.ts';
import type { Federation } from '../src/federation.ts';
import type { PolicyChange } from '../src/policy/activation/activation.ts';
import type { LocalPolicyEngine } from '../src/policy/create-engine.ts';
import { built, ROOT } from './built.ts';
import { member } from './member.ts';
import type { PolicyFigures, PolicyOptions, StrangerFigures } from './policy.ts';
import { askKnown } from './policy-known.ts';
import { buildPolicies, judging, LABS, withPolicies } from './policy-rules.ts';
import { createWayComparison, type StrangerRound, type WayComparison } from './policy-stranger.ts';
import { makeActive, type SwapRound, swap } from './policy-swap.ts';
import { sampleConfig } from './sample.ts';
import { spreadOf } from './spread.ts';

const { loadConfig } = await built<typeof import('../src/config/load.ts')>('config/load');
const { createFederation } = await built<typeof import('../src/federation.ts')>('federation');
const { findOpa } = await built<typeof import('../src/authoring/opa/opa.ts')>('authoring/opa/opa');

/** Number of groups with which the sample has about two thousand classes for these rules. */
const VARIANTS = 58;

const options = JSON.parse(process.argv[2] ?? '') as PolicyOptions;
const report = (text: string): void => void process.stderr.write(`policy: ${text}\n`);
const folder = await mkdtemp(join(tmpdir(), 'panfed-policy-bench-'));
// It is ready only after the folder was removed: the parent then ends this process.
const figures = await findOpa()
  .then(measure)
  .finally(() => rm(folder, { recursive: true }));
process.stdout.write(`ready ${JSON.stringify(figures)}\n`);

async function measure(opa: Opa): Promise<PolicyFigures> {
  report(`${options.images} images`);
  const demo = await loadConfig(`${ROOT}federation.yaml`, {});
  const config = await sampleConfig(demo, options.images, folder, { variants: VARIANTS });
  const federation = await createFederation(
    { ...config, store: 'none' },
    {
      env: { PANFED_BENCH_SECRET: 'a secret of the benchmark, of 32 bytes or more' },
      logger: pino({ level: 'silent' }),
    },
  );
  try {
    const states = await federation.catalog.refresh({ maxAge: null });
    const snapshots = states.flatMap(({ snapshot }) => snapshot ?? []);
    const compiled = new Set<string>();
    const bundles = async (rules: number, edition: number): Promise<string> => {
      const place = join(folder, `${rules}-rules-${edition}`);
      // In another edition the federation's policy alone is new.
      const labs = edition === 0 ? LABS : [];
      if (!compiled.has(place)) await buildPolicies(opa, { folder: place, rules, edition, labs, snapshots });
      compiled.add(place);
      return place;
    };
    const comparisons = { opa, config, snapshots, bundles };
    const strangers = await measureStrangers(comparisons);
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
  const comparisons: WayComparison[] = [];
  const took = new Map<WayComparison, StrangerRound[]>();
  try {
    for (const rules of options.sizes) {
      report(`${rules} rules: compiling, and trying how OPA is best asked`);
      comparisons.push(await createWayComparison({ ...given, folder: await given.bundles(rules, 0), rules }));
    }
    for (let round = 1; round <= options.rounds; round += 1) {
      report(`strangers: round ${round} of ${options.rounds}`);
      for (const comparison of comparisons) {
        const stranger = (number: number) => member(`stranger-${round}-${number}`).subject;
        const one = await comparison.round([stranger(1), stranger(2), stranger(3), stranger(4), stranger(5)]);
        took.set(comparison, [...(took.get(comparison) ?? []), one]);
      }
    }
  } finally {
    for (const comparison of comparisons) await comparison.end();
  }
  return comparisons.map((comparison) => {
    const rounds = took.get(comparison) ?? [];
    const of = (figure: (round: StrangerRound) => number) => spreadOf(rounds.map(figure));
    return {
      rules: comparison.rules,
      classes: comparison.classes,
      way: comparison.way,
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

/** Measures a running federation, whose policies are replaced by these in turn. */
async function measureInForce(
  federation: Federation,
  changes: readonly (readonly PolicyChange[])[],
): Promise<Omit<PolicyFigures, 'strangers'>> {
  const engine = federation.policy as LocalPolicyEngine;
  await engine.activate(changes[0] ?? []);
  report(`a known subject`);
  const known = await askKnown(federation, member('known'), options.times);
  report(`${options.subjects} active subjects`);
  const subjects = Array.from({ length: options.subjects }, (_, number) => member(`active-${number}`));
  const given = { federation, engine, subjects, rate: options.rate, seconds: options.seconds };
  const memory = await makeActive(given);
  const swaps: SwapRound[] = [];
  for (let round = 1; round <= options.swaps; round += 1) {
    report(`swap ${round} of ${options.swaps}`);
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
