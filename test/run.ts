// Runs the suite: every *.test.ts below test/, or those whose path contains one of the arguments, and none whose path
// contains what a `--leave-out=…` says.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const given = process.argv.slice(2);
const LEAVE_OUT = '--leave-out=';
const wanted = given.filter((argument) => !argument.startsWith('-'));
const unwanted = given
  .filter((argument) => argument.startsWith(LEAVE_OUT))
  .map((argument) => argument.slice(LEAVE_OUT.length));
const flags = given.filter((argument) => argument.startsWith('-') && !argument.startsWith(LEAVE_OUT));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => relative(process.cwd(), join(folder, name)))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .filter((name) => !unwanted.some((part) => name.includes(part)))
  .sort();

if (files.length === 0) {
  process.stderr.write(`no test file matches ${wanted.join(' ')}\n`);
  process.exit(1);
}
const child = spawn(
  process.execPath,
  ['--import', 'tsx', '--test', `--test-concurrency=${availableParallelism()}`, ...flags, ...files],
  { stdio: 'inherit' },
);
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
