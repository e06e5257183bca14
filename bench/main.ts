// `npm run bench`: how fast panfed answers beside a textbook composition and bare memory, and how that grows.
// Options: --only compare|growth, --quick, --json FILE.
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { Command, Option } from 'commander';
import { requireBuilt } from './built.ts';
import { compare } from './compare.ts';
import { grow } from './growth.ts';
import { comparisonText, growthText } from './report.ts';

interface Options {
  readonly only?: 'compare' | 'growth';
  readonly quick?: true;
  readonly json?: string;
}

const CONNECTIONS = 16;
const FULL = { rounds: 5, seconds: 4, sizes: [1_000, 10_000, 100_000], times: 20 } as const;
const QUICK = { rounds: 1, seconds: 1, sizes: [1_000], times: 3 } as const;

const { only, quick, json } = new Command('bench')
  .addOption(new Option('--only <part>', 'one part alone').choices(['compare', 'growth']))
  .option('--quick', 'once and small: whether it runs, not how fast')
  .option('--json <file>', 'write the figures there, too')
  .parse()
  .opts<Options>();

const { rounds, seconds, sizes, times } = quick ? QUICK : FULL;
const tell = (text: string): void => void process.stderr.write(`${text}\n`);
const say = (text: string): void => void process.stdout.write(`${text}\n\n`);

requireBuilt();
const machine = {
  node: process.version,
  processors: availableParallelism(),
  model: cpus()[0]?.model.trim() ?? 'unknown',
};
say(
  `Node ${machine.node}, ${machine.processors} processors (${machine.model}), which servers and clients share; ` +
    `${CONNECTIONS} connections, ${rounds} rounds of ${seconds} s, loopback.`,
);

const comparisons =
  only === 'growth' ? [] : await compare({ rounds, seconds, connections: CONNECTIONS, tell });
for (const comparison of comparisons) say(comparisonText(comparison));

const growths = only === 'compare' ? [] : await grow({ sizes, times, tell });
if (growths.length > 0) say(growthText(growths));

if (json !== undefined) {
  const figures = { machine, connections: CONNECTIONS, rounds, seconds, comparisons, growths };
  await writeFile(json, `${JSON.stringify(figures, null, 2)}\n`);
}
