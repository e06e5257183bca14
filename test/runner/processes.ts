// Which test files share a process: a few neighbours, for each process loads and compiles the same code again.
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

/** The suites of documents and of the project as a whole: what one of them leaves behind is its own. */
const OWN_FOLDERS = /^test\/docs\/|^test\/[^/]+$/;

/** The folder, the environment, the memory and the event loop of a process. */
const WHOLE_PROCESS = /process\.(?:chdir|exitCode|memoryUsage|env\.\w+ = )|monitorEventLoopDelay/;

/** Whole gateways, and more, in processes that a test starts. */
const OTHER_PROCESSES = /support\/(?:serve|clone|shown)\.ts|node:child_process/;

/** What a test of both engines of the store imports. */
const BOTH_ENGINES = /support\/engines\.ts'/;

/** What a test of policies imports, and then starts many times. */
const OTHER_PROGRAMS = /(?:\/opa|support\/policies)\.ts'/;

const isGateway = ({ source }: TestFile): boolean => source.startsWith('test/e2e/');
const isOfStores = ({ text }: TestFile): boolean => BOTH_ENGINES.test(text);
const startsPrograms = ({ text }: TestFile): boolean => OTHER_PROGRAMS.test(text);

/** How many files share a process: those of one kind, of which each takes about as long. The longest begin first. */
const KINDS: readonly { readonly has: (file: TestFile) => boolean; readonly sharedBy: number }[] = [
  // They wait for the disk, one after another, so that some minutes of them in one process would go on when all else is done.
  { has: isOfStores, sharedBy: 2 },
  // The second gateway in a process takes a second less than the first.
  { has: isGateway, sharedBy: 4 },
  { has: startsPrograms, sharedBy: 7 },
  { has: () => true, sharedBy: 16 },
];

/** The files by process: those that need one of their own, and then the others, some neighbours each. */
export function byProcess(files: readonly TestFile[]): readonly (readonly TestFile[])[] {
  const alone = files.filter(needsOwnProcess);
  const others = files.filter((file) => !needsOwnProcess(file));
  const kindOf = (file: TestFile) => KINDS.find(({ has }) => has(file));
  return [
    ...alone.map((file) => [file]),
    ...KINDS.flatMap((kind) =>
      neighbours(
        others.filter((file) => kindOf(file) === kind),
        kind.sharedBy,
      ),
    ),
  ];
}

function neighbours(files: readonly TestFile[], number: number): readonly (readonly TestFile[])[] {
  const starts = files.map((_, index) => index).filter((index) => index % number === 0);
  return starts.map((start) => files.slice(start, start + number));
}

function needsOwnProcess(file: TestFile): boolean {
  if (OWN_FOLDERS.test(file.source) || WHOLE_PROCESS.test(file.text)) return true;
  return isGateway(file) && OTHER_PROCESSES.test(file.text);
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
