// What the components of 1,000 SBOMs take, and how long a choice of components: `node --expose-gc --import tsx
// bench/component-lists.ts [SBOMs] [components of each]`. A run is a process of its own; the spread is that of three.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Component } from '../src/components/component.ts';
import { type ComponentChoice, parseComponentChoice } from '../src/components/component-choice.ts';
import { ComponentLists } from '../src/components/component-lists.ts';

const SHAPES = ['all different', '80 % shared', 'all the same'] as const;
type Shape = (typeof SHAPES)[number];
const RUNS = 3;
const TIMES = 200;
const ECOSYSTEMS = ['deb/debian', 'pypi', 'npm', 'golang/github.com/lab', 'conda'] as const;
const LICENSES = ['MIT', 'Apache-2.0', 'GPL-2.0-or-later', 'BSD-3-Clause', null] as const;

const [sboms = 1_000, length = 5_000, shape] = process.argv
  .slice(2)
  .map((text, index) => (index < 2 ? Number(text) : text)) as [number?, number?, Shape?];

/** Every number is a component of its own name; `all different` means the names, too. */
function component(number: number): Component {
  const ecosystem = ECOSYSTEMS[number % ECOSYSTEMS.length];
  const name = `lib-${(number * 2_654_435_761) % 4_294_967_296}-${number % 97}`;
  const version = `${number % 7}.${number % 23}.${number % 61}`;
  const rest = ecosystem === 'deb/debian' ? '?arch=amd64&distro=debian-12' : '';
  return {
    ...{ name, version, purl: `pkg:${ecosystem}/${name}@${version}${rest}` },
    license: LICENSES[number % LICENSES.length] ?? null,
  };
}

function numberOf(shape: Shape, sbom: number, index: number): number {
  if (shape === 'all the same') return index;
  if (shape === '80 % shared' && index < 0.8 * length) return index;
  return 10_000_000 + sbom * length + index;
}

const used = (): number => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const choiceOf = (text: string): ComponentChoice => {
  const choice = parseComponentChoice(text);
  if ('message' in choice) throw new Error(choice.message);
  return choice;
};

async function measure(shape: Shape): Promise<Readonly<Record<string, number>>> {
  const lists = new ComponentLists({ bytes: 2 ** 31 });
  const before = used();
  let adding = 0;
  for (let sbom = 0; sbom < sboms; sbom += 1) {
    const components = Array.from({ length }, (_, index) => component(numberOf(shape, sbom, index)));
    const begun = performance.now();
    if (!(await lists.add(`sha256:${sbom}`, components))) throw new Error('no room');
    adding += performance.now() - begun;
  }
  const bytes = used() - before;
  const first = component(numberOf(shape, 0, 0));
  const last = component(numberOf(shape, sboms - 1, length - 1));
  const texts = [first, last].flatMap(({ name }) => [name, `${name}@<9`, `pkg:pypi/${name}@>=0 <9`]);
  const choices = [...texts, 'openssl@<3.0.7'].map(choiceOf);
  const times: number[] = [];
  let found = 0;
  for (let time = 0; time < TIMES; time += 1) {
    for (const choice of choices) {
      const begun = performance.now();
      found = Math.max(found, (await lists.choose([choice])).size);
      times.push(performance.now() - begun);
    }
  }
  times.sort((a, b) => a - b);
  const listing = performance.now();
  for (const _ of lists.list('sha256:0')?.components() ?? []);
  return {
    ...{ MiB: bytes / 2 ** 20, table: lists.usage().bytes / 2 ** 20, found },
    median: times[times.length >> 1] as number,
    p99: times[Math.floor(times.length * 0.99)] as number,
    worst: times.at(-1) as number,
    ...{ list: performance.now() - listing, addEach: adding / sboms },
  };
}

if (shape !== undefined) {
  process.stdout.write(JSON.stringify(await measure(shape)));
} else {
  for (const one of SHAPES) {
    const runs = Array.from({ length: RUNS }, () => {
      const args = [
        '--expose-gc',
        '--import',
        'tsx',
        fileURLToPath(import.meta.url),
        `${sboms}`,
        `${length}`,
        one,
      ];
      const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      if (stdout === '') throw new Error(stderr);
      return JSON.parse(stdout) as Record<string, number>;
    });
    const spread = Object.keys(runs[0] ?? {}).map((key) => {
      const values = runs.map((run) => run[key] as number).sort((a, b) => a - b);
      return `${key} ${values.map((value) => value.toFixed(value < 10 ? 3 : 0)).join('/')}`;
    });
    console.log(`${one}: ${spread.join(', ')}`);
  }
}
