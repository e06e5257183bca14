// Builds the tests' registries into the user's cache with the Go that is on PATH: minutes the first time, and nothing
// later. Their sources come from the Go module proxy, and Go's checksum database verifies them.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { go } from '../../../src/authoring/opa/go.ts';
import { DISTRIBUTION, MODULE, PROGRAMS, programsFolder } from './programs.ts';

/** Milliseconds of one build. */
const LONGEST = 20 * 60_000;

const FLAGS = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w'];

const folder = programsFolder();
if (PROGRAMS.every((program) => existsSync(join(folder, program)))) {
  console.log(`the registries are already in ${folder}`);
} else {
  requireGo();
  mkdirSync(dirname(folder), { recursive: true });
  // Whole or not at all: nothing is put in place before all of them are built.
  const scratch = mkdtempSync(`${folder}-`);
  try {
    // Files that a stopped Go leaves behind go with the folder. Without cgo no C compiler is needed.
    const environment = { ...process.env, GOBIN: scratch, GOTMPDIR: scratch, CGO_ENABLED: '0' };
    for (const args of [
      ['-C', MODULE, 'build', ...FLAGS, '-o', `${scratch}/`, './correct-referrers', './wrong-referrers'],
      ['install', ...FLAGS, DISTRIBUTION],
    ]) {
      const began = performance.now();
      const failure = await go(args, { environment, timeout: LONGEST });
      if (failure !== null) throw new Error(`go ${args.join(' ')}: ${failure}`);
      console.log(`built ${args.at(-1)} in ${Math.round((performance.now() - began) / 1_000)} s`);
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(scratch, folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** Distributions of Linux have a Go that is older than what the registries need. */
function requireGo(): void {
  const needed = /^go (\d+)\.(\d+)/m.exec(readFileSync(join(MODULE, 'go.mod'), 'utf8'));
  const found = /go(\d+)\.(\d+)/.exec(execFileSync('go', ['version'], { encoding: 'utf8' }));
  const [neededMinor, foundMinor] = [Number(needed?.[2]), Number(found?.[2])];
  if (foundMinor >= neededMinor) return;
  throw new Error(
    `Go 1.${neededMinor} or newer is needed to build the registries, and this one is ${found?.[0]}`,
  );
}
