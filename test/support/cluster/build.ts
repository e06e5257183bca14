// Makes the cluster's root folder with Debian's mmdebstrap, from the mirror that this machine's apt has: a minute or two the first
// time, and nothing later. As root, on Debian.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { clusterFolder, NEWER, PACKAGES, SUITE } from './folder.ts';

/** Milliseconds of the whole. */
const LONGEST = 10 * 60_000;

const folder = clusterFolder();
if (existsSync(folder)) {
  console.log(`the cluster is already in ${folder}`);
} else {
  mkdirSync(dirname(folder), { recursive: true });
  // Whole or not at all.
  const scratch = mkdtempSync(`${folder}-`);
  try {
    const began = performance.now();
    make(scratch);
    renameSync(join(scratch, 'root'), folder);
    console.log(`made the cluster in ${Math.round((performance.now() - began) / 1_000)} s`);
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

function make(scratch: string): void {
  const sources = join(scratch, 'sources.list');
  const mirror = mirrorOfApt();
  writeFileSync(sources, [SUITE, NEWER].map((suite) => `deb ${mirror} ${suite} main\n`).join(''));
  const options = {
    // Grid Engine looks its own host up while it is installed.
    'setup-hook': `mkdir -p "$1/etc"; echo '127.0.0.1 localhost cluster ${hostname()}' >"$1/etc/hosts"`,
    include: PACKAGES.join(','),
  };
  const apt = {
    'APT::Install-Recommends': 'false',
    'APT::Default-Release': SUITE,
    'Acquire::Languages': 'none',
    // A mirror that lags is no reason to have none.
    'Acquire::Check-Valid-Until': 'false',
  };
  const left = ['doc', 'man', 'locale', 'info'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);
  execFileSync(
    'mmdebstrap',
    [
      ...['--quiet', '--variant=apt', '--mode=root', ...left],
      ...Object.entries(apt).map(([name, value]) => `--aptopt=${name} "${value}"`),
      ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
      ...[SUITE, join(scratch, 'root'), sources],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'], timeout: LONGEST },
  );
}

/** The first mirror of Debian itself that apt has. */
function mirrorOfApt(): string {
  const targets = execFileSync(
    'apt-get',
    ['indextargets', '--format', '$(ORIGIN) $(REPO_URI)', 'Created-By: Packages'],
    { encoding: 'utf8' },
  );
  const mirror = /^Debian (\S+)$/m.exec(targets)?.[1];
  if (mirror === undefined) throw new Error('apt has no mirror of Debian: run apt-get update');
  return mirror;
}
