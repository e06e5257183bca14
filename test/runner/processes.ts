// Which test files share a process: a few neighbours, for a process of Node with this project takes half a second to start.
// What a file does to its whole process, or measures of it, would reach the others: such a file has one of its own.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** One test file: its path from the project's folder, its text, and the JavaScript that runs it. */
export interface TestFile {
  readonly source: string;
  readonly text: string;
  readonly bundled: string;
}

/** Test files in a process: a sixth of the starts, and enough processes for all processors to be busy to the end. */
const SHARED_BY = 6;

/** The suites of whole gateways, documents, browsers and benchmarks: what one of them leaves behind is its own. */
const OWN_FOLDERS = /^test\/(?:e2e|docs)\/|^test\/[^/]+$/;

/** The folder, the memory and the event loop of a process. */
const WHOLE_PROCESS = /process\.(?:chdir|exitCode|memoryUsage)|monitorEventLoopDelay/;

/** The files by process: those that need one of their own, and then the others, some neighbours each. */
export function byProcess(files: readonly TestFile[]): readonly (readonly TestFile[])[] {
  const alone = files.filter(needsOwnProcess);
  const others = files.filter((file) => !needsOwnProcess(file));
  const starts = others.map((_, index) => index).filter((index) => index % SHARED_BY === 0);
  return [...alone.map((file) => [file]), ...starts.map((start) => others.slice(start, start + SHARED_BY))];
}

function needsOwnProcess({ source, text }: TestFile): boolean {
  return OWN_FOLDERS.test(source) || WHOLE_PROCESS.test(text);
}

/**
 * The entry of each process in a folder. Node starts them in the order of their names: those of several files are the
 * short ones, so they are named to come last, and no processor waits for a long one at the end.
 */
export function writeEntries(groups: readonly (readonly TestFile[])[], folder: string): string[] {
  const shared = join(folder, 'together');
  mkdirSync(shared, { recursive: true });
  return groups.map((group, index) => {
    const [first, ...others] = group;
    if (first !== undefined && others.length === 0) return first.bundled;
    const entry = join(shared, `${String(index).padStart(3, '0')}.mjs`);
    writeFileSync(entry, entryOf(group));
    return relative(process.cwd(), resolve(entry));
  });
}

/** Each file is a suite of its own, so that its hooks are for its tests alone. */
function entryOf(group: readonly TestFile[]): string {
  const suites = group.map(({ source, bundled }) => {
    const address = JSON.stringify(pathToFileURL(resolve(bundled)).href);
    return `describe(${JSON.stringify(source)}, async () => {\n  await import(${address});\n});\n`;
  });
  return `import { describe } from 'node:test';\n${suites.join('')}`;
}
