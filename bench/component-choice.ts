// What a choice of a component takes through the whole of a question, and the memory of what is inside 1,000 images with SBOMs of
// 5,000 components: `node --expose-gc --import tsx bench/component-choice.ts [images] [components of each]`, after a build. A run
// is a process of its own; times are ratios to the same question without the choice, asked in turns with it.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Component } from '../src/components/component.ts';
import { digestOf, imageRecord, trustOf } from '../test/support/records.ts';
import { createWorld, testEngine } from '../test/support/world.ts';

const RUNS = 3;
const TIMES = 60;
/** Chosen, by what it is: in one image, in all, in none with a notice, and a range over a name in all. */
const CHOICES = {
  'in one image': 'own-500-4999',
  'in all images': 'lib-7',
  'a range, in all': 'lib-7@<9',
  'in none': 'lob-777777',
} as const;

const [images = 1_000, length = 5_000, child] = process.argv
  .slice(2)
  .map((text, index) => (index < 2 ? Number(text) : text)) as [number?, number?, string?];

/** Four of five are in all images. */
function componentOf(image: number, index: number): Component {
  const name = index < 0.8 * length ? `lib-${index}` : `own-${image}-${index}`;
  const version = `${index % 7}.${index % 23}`;
  return { name, version, purl: `pkg:pypi/${name}@${version}`, license: index % 3 === 0 ? null : 'MIT' };
}

const used = (): number => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const median = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

const QUESTION = `query ($only: Choices) {
  images(search: "relion", only: $only, first: 20) { totalCount nodes { id title } notices { code suggestions } }
}`;

async function measure(): Promise<Readonly<Record<string, number>>> {
  const engine = await testEngine();
  const records = Array.from({ length: images }, (_, number) =>
    imageRecord({ facility: 'kit', digest: digestOf(number + 1), trust: trustOf('verified', ['KIT']) }),
  );
  const world = await createWorld([{ facility: 'kit', registry: 'main', records }], engine);
  const before = used();
  // One list at a time, so that the lists themselves are what stays.
  for (const [number, { id }] of records.entries()) {
    const components = Array.from({ length }, (_, index) => componentOf(number, index));
    await world.give(new Map([[id, components]]));
  }
  const result: Record<string, number> = { MiB: (used() - before) / 1_048_576 };
  const timed = async (variables: Record<string, unknown>): Promise<number> => {
    const begun = performance.now();
    const answer = await world.ask(QUESTION, variables);
    if (answer.includes('"errors":[{')) throw new Error(answer);
    return performance.now() - begun;
  };
  for (const [name, text] of Object.entries(CHOICES)) {
    const [plain, chosen]: [number[], number[]] = [[], []];
    for (let time = 0; time < TIMES; time += 1) {
      plain.push(await timed({}));
      chosen.push(await timed({ only: { components: [text] } }));
    }
    result[`ms of none beside ${name}`] = median(plain);
    result[`ratio ${name}`] = median(chosen) / median(plain);
    result[`first ms ${name}`] = chosen[0] ?? 0;
  }
  await engine.close();
  return result;
}

if (child === undefined) {
  for (let run = 0; run < RUNS; run += 1) {
    const path = fileURLToPath(import.meta.url);
    const words = ['--expose-gc', '--import', 'tsx', path, String(images), String(length), 'child'];
    const { stdout, stderr, status } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    process.stdout.write(stdout);
  }
} else {
  const shown = Object.entries(await measure()).map(([name, value]) => `${name}: ${value.toFixed(1)}`);
  process.stdout.write(`${shown.join('; ')}\n`);
}
