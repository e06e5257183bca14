// Runs the suite: every *.test.ts below test/, or those whose path contains one of the arguments, and none whose path
// contains what a `--leave-out=…` says. `--properties`: those alone that try many random cases. Other options are
// Node's own. At the end it lists the slowest files.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { bundleTests } from './runner/bundle.ts';
import { sourcePositions } from './runner/positions.ts';
import { byProcess, writeEntries } from './runner/processes.ts';

const folder = dirname(fileURLToPath(import.meta.url));
const LEAVE_OUT = '--leave-out=';
const PROPERTIES = '--properties';

const given = process.argv.slice(2);
const wanted = given.filter((argument) => !argument.startsWith('-'));
const unwanted = given
  .filter((argument) => argument.startsWith(LEAVE_OUT))
  .map((argument) => argument.slice(LEAVE_OUT.length));
const flags = given.filter(
  (argument) => argument.startsWith('-') && argument !== PROPERTIES && !argument.startsWith(LEAVE_OUT),
);
const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => relative(process.cwd(), join(folder, name)));
const sources = all
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .filter((name) => !unwanted.some((part) => name.includes(part)))
  .filter((name) => !given.includes(PROPERTIES) || hasProperties(name))
  .sort();

// A part that nothing matches was misspelt, or its files moved: without them the rest would prove less than it seems.
const unmatched = [...wanted, ...unwanted].filter((part) => !all.some((name) => name.includes(part)));
if (unmatched.length > 0 || sources.length === 0) {
  process.stderr.write(`no test file matches ${(unmatched.length > 0 ? unmatched : wanted).join(' ')}\n`);
  process.exit(1);
}
const SLOWEST = relative(process.cwd(), join(folder, 'runner', 'slowest.ts'));
const bundle = await bundleTests([SLOWEST, ...sources]);
process.once('exit', bundle.remove);
const [slowest = '', ...bundled] = bundle.files;
const tests = sources.map((source, index) => ({
  source,
  text: readFileSync(source, 'utf8'),
  bundled: bundled[index] ?? '',
}));
const entries = writeEntries(byProcess(tests), bundle.folder);
const child = spawn(
  process.execPath,
  [
    '--test',
    // Two more than there are processors, for some wait: for a deadline, a watcher, a process that ends. With one more a
    // fifth of the processors' time was left over.
    `--test-concurrency=${availableParallelism() + 2}`,
    // Milliseconds, after which a file (with Node 20) or a test (later) that hangs is ended and has failed.
    '--test-timeout=600000',
    ...reporters(`./${slowest}`),
    ...flags.filter((flag) => !flag.startsWith('--test-reporter')),
    ...entries,
  ],
  {
    stdio: ['inherit', 'pipe', 'pipe'],
    env: {
      ...process.env,
      // Node 22 and later keep there for the next process what they compiled.
      NODE_COMPILE_CACHE: resolve(bundle.folder, 'compiled'),
      // A reporter sees no terminal, for what it prints passes through here.
      ...(process.stdout.isTTY && { FORCE_COLOR: '1' }),
    },
  },
);
const printed = [child.stdout.pipe(sourcePositions()), child.stderr.pipe(sourcePositions())] as const;
printed[0].pipe(process.stdout);
printed[1].pipe(process.stderr);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('close', async (code, signal) => {
  // What was written last has not passed through yet.
  await Promise.all(printed.map((stream) => finished(stream)));
  process.exit(signal === null ? (code ?? 1) : 1);
});

/** Whether a test file takes its number of cases from the one setting of them. */
function hasProperties(path: string): boolean {
  return readFileSync(path, 'utf8').includes('support/fast-check.ts');
}

/** The reporters asked for, or else `spec`, and the list of the slowest files after them. */
function reporters(slowest: string): string[] {
  const asked = flags.filter((flag) => flag.startsWith('--test-reporter'));
  const known = asked.length === 0 ? ['--test-reporter=spec'] : asked;
  const named = known.some((flag) => flag.startsWith('--test-reporter-destination'));
  return [
    ...known,
    ...(named ? [] : known.map(() => '--test-reporter-destination=stdout')),
    `--test-reporter=${slowest}`,
    '--test-reporter-destination=stdout',
  ];
}
