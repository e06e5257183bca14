// A reporter of node:test that lists at the end the test files that took longest, and how long all of them took.
import { isAbsolute, relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

const LISTED = 10;

/** One line a file, slowest first: seconds from the start of its process to its end. */
export default async function* slowest(events: AsyncIterable<TestEvent>): AsyncGenerator<string, void> {
  const began = performance.now();
  const files = new Map<string, number>();
  for await (const { type, data } of events) {
    // A file is a test of its own, whose name is its path.
    if (type !== 'test:complete' || data.nesting !== 0 || !/\.test\.\w+$/.test(data.name)) continue;
    files.set(data.name, data.details.duration_ms);
  }
  const sorted = [...files].sort(([, one], [, other]) => other - one).slice(0, LISTED);
  yield `\nslowest of ${files.size} files, which took ${seconds(performance.now() - began)} s in all:\n`;
  for (const [name, took] of sorted) yield `${seconds(took).padStart(7)} s  ${sourceOf(name)}\n`;
}

const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(1);

/** The test file that a bundled one was made of. */
function sourceOf(name: string): string {
  const path = isAbsolute(name) ? relative(process.cwd(), name) : name;
  return path.replace(/^.*?(?=test\/)/, '').replace(/\.mjs$/, '.ts');
}
