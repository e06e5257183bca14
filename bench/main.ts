// `npm run bench`: how fast panfed answers beside a textbook composition and bare memory, how that and matching grow, and what
// its policies and its store cost. `npm run bench -- --help` lists the parts and options.
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { Argument, Command } from 'commander';
import { requireBuilt } from './built.ts';
import { compare } from './compare.ts';
import { grow } from './growth.ts';
import { measureMatching } from './match.ts';
import { matchText } from './match-report.ts';
import { measurePolicies, missingOpa } from './policy.ts';
import { policyText } from './policy-report.ts';
import { comparisonText, growthText } from './report.ts';
import { measureStore } from './store.ts';
import { storeText } from './store-report.ts';

const PARTS = ['compare', 'growth', 'match', 'policy', 'store'] as const;
type Part = (typeof PARTS)[number];

const FULL = {
  compare: { warmUp: 2, rounds: 5, seconds: 4, connections: 16 },
  growth: { sizes: [1_000, 10_000, 100_000], times: 20 },
  match: { sizes: [1_000, 10_000, 100_000], rounds: 3, times: 20 },
  policy: {
    ...{ images: 100_000, sizes: [5, 50, 200], rounds: 3, times: 200 },
    ...{ swapRules: 50, swaps: 2, subjects: 1_000, rate: 25, seconds: 8 },
  },
  store: { sizes: [1_000, 10_000, 100_000], rounds: 3, engines: ['sqlite', 'postgres'] },
} as const;
const QUICK = {
  compare: { warmUp: 0, rounds: 1, seconds: 0.5, connections: 2 },
  growth: { sizes: [1_000], times: 1 },
  match: { sizes: [400], rounds: 1, times: 2 },
  policy: {
    ...{ images: 400, sizes: [5, 20], rounds: 1, times: 5 },
    ...{ swapRules: 5, swaps: 1, subjects: 20, rate: 50, seconds: 0.5 },
  },
  store: { sizes: [400], rounds: 1, engines: ['sqlite'] },
} as const;

const command = new Command('bench')
  .addArgument(
    new Argument(
      '[parts...]',
      'compare: requests a second; growth: over the number of images; match: which images match, and where; policy: needs OPA; store: from SQLite and PostgreSQL',
    )
      .choices(PARTS)
      .default(PARTS, 'all'),
  )
  .option('--quick', 'once and small: whether it runs, not how fast')
  .option('--json <file>', 'write the figures there, too')
  .parse();
const [parts] = command.processedArgs as [readonly Part[]];
const { quick, json } = command.opts<{ readonly quick?: true; readonly json?: string }>();

const size = quick ? QUICK : FULL;
const report = (text: string): void => void process.stderr.write(`${text}\n`);
const say = (text: string): void => void process.stdout.write(`${text}\n\n`);

requireBuilt();
const missing = parts.includes('policy') ? await missingOpa() : null;
if (missing !== null && command.args.length > 0) throw new Error(missing);
const machine = {
  node: process.version,
  processors: availableParallelism(),
  model: cpus()[0]?.model.trim() ?? 'unknown',
};
say(
  `Node ${machine.node}, ${machine.processors} processors (${machine.model}), which servers and clients share.`,
);
const figures: Record<string, unknown> = { machine };

if (parts.includes('compare')) {
  const { rounds, seconds, connections } = size.compare;
  say(`Compared: ${connections} connections, ${rounds} rounds of ${seconds} s, loopback.`);
  const comparisons = await compare({ ...size.compare, report });
  for (const comparison of comparisons) say(comparisonText(comparison));
  Object.assign(figures, { connections, rounds, seconds, comparisons });
}
if (parts.includes('growth')) {
  const growths = await grow({ ...size.growth, report });
  say(growthText(growths));
  Object.assign(figures, { growths });
}
if (parts.includes('match')) {
  const matching = await measureMatching(size.match, report);
  say(matchText(matching));
  Object.assign(figures, { matching });
}
if (missing !== null) say(`The policies’ part is left out: ${missing}.`);
else if (parts.includes('policy')) {
  const policies = await measurePolicies(size.policy, report);
  say(policyText(policies, size.policy));
  Object.assign(figures, { policies });
}
if (parts.includes('store')) {
  const stores = await measureStore(size.store, report);
  say(storeText(stores, size.store));
  Object.assign(figures, { stores });
}

if (json !== undefined) await writeFile(json, `${JSON.stringify(figures, null, 2)}\n`);
