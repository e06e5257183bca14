// A new subject is judged over all images in three ways: by panfed, record by record with the same modules in as many
// workers, and by OPA's server. The input of the other two is prepared before their time is measured. All three must
// decide the same, bit for bit.
import pino from 'pino';
import type { Opa } from '../src/authoring/opa/opa.ts';
import { has } from '../src/catalog/bitset.ts';
import type { Snapshot } from '../src/catalog/snapshot.ts';
import type { Config } from '../src/config/schema.ts';
import { ACTIONS } from '../src/model/decision.ts';
import { ANONYMOUS, type Subject } from '../src/model/subject.ts';
import type { Verdict } from '../src/policy/engine.ts';
import { built } from './built.ts';
import { bestWay, startOpa, type Way } from './policy-opa.ts';
import { createPerRecord } from './policy-per-record.ts';
import { judging, withPolicies } from './policy-rules.ts';
import { spreadOf } from './spread.ts';

const { createPolicyEngine } =
  await built<typeof import('../src/policy/create-engine.ts')>('policy/create-engine');
const { readBundle } = await built<typeof import('../src/policy/bundle/read.ts')>('policy/bundle/read');
const { projectionOf } = await built<typeof import('../src/policy/decisions/projection.ts')>(
  'policy/decisions/projection',
);
const { recordInput, requestInput, subjectInput } =
  await built<typeof import('../src/policy/decisions/input.ts')>('policy/decisions/input');

/** Milliseconds for one subject over all images. */
export interface StrangerRound {
  readonly panfed: number;
  readonly perRecord: number;
  readonly opa: number;
}

export interface WayComparison {
  readonly rules: number;
  /** Number of classes of records that the federation's module cannot distinguish. */
  readonly classes: number;
  /** The way to ask OPA's server that took the least time. */
  readonly way: Way;
  /**
   * Measures panfed for each of the subjects, since its time is short, and takes the median; the others only for the
   * last subject. Rejects if the three do not decide the same for that one.
   */
  round(subjects: readonly [Subject, ...Subject[]]): Promise<StrangerRound>;
  end(): Promise<void>;
}

export interface WayComparisonOptions {
  readonly opa: Opa;
  /** The folder of the policies, see `buildPolicies`. */
  readonly folder: string;
  readonly rules: number;
  readonly config: Config;
  readonly snapshots: readonly Snapshot[];
}

/** Records on which the ways to ask OPA's server are tried. */
const TRIED = 40_000;

/** Prepares the three ways for one set of policies. Rejects if a rule applies to no image, or OPA does not start. */
export async function createWayComparison(options: WayComparisonOptions): Promise<WayComparison> {
  const { opa, folder, rules, config, snapshots } = options;
  const with_ = withPolicies(config, folder);
  const engine = await createPolicyEngine({ config: with_, logger: pino({ level: 'silent' }) });
  for (const snapshot of snapshots) await engine.prepare(snapshot);
  const perRecord = await createPerRecord(with_, snapshots);
  const records = await whatIsRead(with_, snapshots);
  const server = await startOpa(opa, folder);
  const way = await bestWay(server, { records: records.slice(0, TRIED), rest: restText(NOBODY) });
  // The first run compiles code and creates instances.
  await engine.decide(snapshots, NOBODY, null);
  await perRecord.judge(NOBODY);
  requireReached(rules, perRecord.reached);
  return {
    rules,
    classes: perRecord.classes,
    way,
    round: async ([first, ...more]) => {
      const decide = (one: Subject) => timed(() => engine.decide(snapshots, one, null));
      let subject = first;
      let panfed = await decide(first);
      const times = [panfed.took];
      for (subject of more) {
        panfed = await decide(subject);
        times.push(panfed.took);
      }
      const alone = await timed(() => perRecord.judge(subject));
      const server_ = await timed(() => server.judge({ records, rest: restText(subject) }, way));
      const bits = bitsOf(panfed.value, snapshots);
      requireSame('record by record', bits, alone.value);
      requireSame('OPA’s server', bits, server_.value);
      return { panfed: spreadOf(times).median, perRecord: alone.took, opa: server_.took };
    },
    end: async () => {
      await server.end();
      await perRecord.end();
      await engine.close();
    },
  };
}

const NOBODY = ANONYMOUS.subject;

async function timed<Value>(run: () => Promise<Value>): Promise<{ value: Value; took: number }> {
  const begun = performance.now();
  const value = await run();
  return { value, took: performance.now() - begun };
}

/** JSON of what the policies together read of each record. */
async function whatIsRead(config: Config, snapshots: readonly Snapshot[]): Promise<readonly string[]> {
  const bundles = await Promise.all(judging(config).map(({ owner, path }) => readBundle(path, owner)));
  const reads = [['record', 'facility'], ...bundles.flatMap((bundle) => bundle.reads)];
  const { record } = projectionOf(reads);
  return snapshots.flatMap(({ records }) => records.map((one) => record(recordInput(one))));
}

function restText(subject: Subject): string {
  return JSON.stringify({ subject: subjectInput(subject), request: requestInput(null) }).slice(1, -1);
}

const BITS = { discover: 1, pull: 2, execute: 4 } as const;

function bitsOf(verdict: Verdict, snapshots: readonly Snapshot[]): Uint8Array {
  return Uint8Array.from(
    snapshots.flatMap((snapshot) =>
      snapshot.records.map((_, index) =>
        ACTIONS.reduce(
          (bits, action) => bits | (has(verdict.bits(snapshot, action), index) ? BITS[action] : 0),
          0,
        ),
      ),
    ),
  );
}

function requireSame(who: string, ours: Uint8Array, theirs: Uint8Array): void {
  const index = ours.findIndex((bits, position) => bits !== theirs[position]);
  if (ours.length === theirs.length && index === -1) return;
  throw new Error(`${who} decides ${theirs[index]} of record ${index}, and panfed ${ours[index]}`);
}

/** Rejects policies with rules that apply to no image: those cost less. */
function requireReached(rules: number, reached: ReadonlyMap<string, number>): void {
  for (const [owner, codes] of reached) {
    if (codes !== rules) throw new Error(`only ${codes} of the ${rules} rules of ${owner} are reached`);
  }
}
