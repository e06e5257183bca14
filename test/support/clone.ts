// A fresh clone of the project for a document to be followed in: what the checkout holds now, committed, with nothing
// installed. Its `npm` and `npx` do what the real ones do there, without the network and within milliseconds.
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));

export interface Clone {
  readonly folder: string;
  /** The environment of a person with this clone and a home of their own, without this process's settings. */
  readonly env: NodeJS.ProcessEnv;
  /** Does what `npm ci` is for: the dependencies, and the build. */
  install(): void;
  /** What `git status` finds changed or new, a line each. */
  changes(): string[];
  /** As it was in the beginning, installed or not; `state`: with an empty state, which no gateway uses. */
  restore(also: { readonly state: boolean }): void;
}

let only: Clone | undefined;

/** The clone of this process, which is removed when that ends; one document after another is followed in it. */
export function cloneProject(): Clone {
  only ??= newClone();
  return only;
}

function newClone(): Clone {
  // Its real path, as a shell that goes there prints it.
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'panfed-clone-')));
  const folder = join(home, 'panfed');
  copySources(folder);
  const env = environment(home, folder);
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  git('init', '--quiet', '--initial-branch=main');
  // What the checkout has committed need not be written once more, file by file.
  const objects = execFileSync('git', ['rev-parse', '--path-format=absolute', '--git-path', 'objects'], {
    cwd: CHECKOUT,
    encoding: 'utf8',
  });
  writeFileSync(join(folder, '.git', 'objects', 'info', 'alternates'), objects);
  // The dependencies are a link here, which .gitignore does not take for the folder.
  appendFileSync(join(folder, '.git', 'info', 'exclude'), '/node_modules\n');
  git('add', '--all');
  const author = ['-c', 'user.name=somebody', '-c', 'user.email=somebody@lab.example'];
  git(...author, 'commit', '--quiet', '--message', 'All');
  process.once('exit', () => rmSync(home, { recursive: true, force: true }));
  return {
    folder,
    env,
    install: () => void execFileSync('npm', ['ci'], { cwd: folder, env }),
    changes: () => git('status', '--porcelain').split('\n').filter(Boolean),
    restore({ state }) {
      git('reset', '--quiet', '--hard');
      // Twice -f: what a document committed is a repository of its own.
      git('clean', '-ffdxq', '--exclude=/dist', '--exclude=/node_modules');
      if (state) rmSync(join(home, '.local'), { recursive: true, force: true });
    },
  };
}

/** What is committed, changed or new in the checkout, and what is ignored left out. */
function copySources(folder: string): void {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: CHECKOUT,
    encoding: 'utf8',
  });
  const folders = new Set<string>();
  for (const name of listed.split('\0')) {
    if (name === '' || !existsSync(join(CHECKOUT, name))) continue;
    const parent = dirname(join(folder, name));
    if (!folders.has(parent)) mkdirSync(parent, { recursive: true });
    folders.add(parent);
    copyFileSync(join(CHECKOUT, name), join(folder, name));
  }
}

function environment(home: string, folder: string): NodeJS.ProcessEnv {
  const bin = join(home, 'bin');
  mkdirSync(bin);
  const programs = { npm: npm(), npx: npx(folder) };
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(bin, name), text, { mode: 0o755 });
  const { XDG_CACHE_HOME, HOME, PATH = '' } = process.env;
  return {
    PATH: [bin, dirname(process.execPath), PATH].join(delimiter),
    HOME: home,
    // OPA may be in the user's cache.
    ...(XDG_CACHE_HOME || HOME ? { XDG_CACHE_HOME: XDG_CACHE_HOME || join(HOME ?? '', '.cache') } : {}),
    NO_COLOR: '1',
    npm_config_update_notifier: 'false',
    // A free port in place of the one that documents show, which may be taken.
    PORT: '0',
  };
}

/** `npm ci` takes what the checkout has; all else is done by npm. A pipe is no terminal: the banner is asked for. */
function npm(): string {
  return `#!/bin/sh
PATH=\${PATH#*${delimiter}}
case "$*" in
  ci) [ -e dist ] || { ln -s '${CHECKOUT}node_modules' node_modules && cp -R '${CHECKOUT}dist' dist; } ;;
  start) exec npm start -- --banner ;;
  *) exec npm "$@" ;;
esac
`;
}

/** Finds panfed in the clone and below it, as npx does (test/e2e/install.test.ts), and elsewhere nothing. */
function npx(folder: string): string {
  return `#!/bin/sh
[ "$1" = --no-install ] && shift
case "$1 $PWD/" in
  'panfed ${folder}/'*) shift ;;
  *) echo "npx would ask the public registry for $1, in $PWD" >&2; exit 127 ;;
esac
[ "$1" = serve ] && set -- "$@" --banner
exec '${process.execPath}' '${folder}/dist/cli/main.js' "$@"
`;
}
