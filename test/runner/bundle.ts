// Makes JavaScript of test files and of what they import, so that each of their processes starts in half the time: the
// few hundred files of `src` are read as some large ones, and none of them is translated by the process that needs it.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** One folder a run, by its process's id, so that runs side by side leave each other alone. */
const FOLDER = '.cache/suite';
const EXTENSION = '.mjs';

export interface Bundle {
  readonly folder: string;
  /** The JavaScript of each test file, in the order in which they were given. */
  readonly files: readonly string[];
  remove(): void;
}

/** Bundles test files, given by their paths from the project's folder, which is the working directory. */
export async function bundleTests(sources: readonly string[]): Promise<Bundle> {
  removeAbandoned();
  const outdir = `${FOLDER}/${process.pid}`;
  await build({
    entryPoints: [...sources],
    outdir,
    outbase: '.',
    outExtension: { '.js': EXTENSION },
    chunkNames: 'shared/[hash]',
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
    plugins: [addressOfSource],
  });
  return {
    folder: outdir,
    files: sources.map((source) => `${outdir}/${source.replace(/\.ts$/, EXTENSION)}`),
    remove: () => rmSync(outdir, { recursive: true, force: true }),
  };
}

/** A module finds files by its own address: that is its source's, wherever its JavaScript lies. */
const addressOfSource: Plugin = {
  name: 'address of source',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const other = /\bimport\.meta\.(?!url\b)\w+/.exec(text);
      if (other !== null) {
        return { errors: [{ text: `${path}: ${other[0]} is not known in tests; use import.meta.url` }] };
      }
      return {
        loader: 'ts',
        contents: text.replaceAll(/\bimport\.meta\.url\b/g, JSON.stringify(pathToFileURL(path).href)),
      };
    });
  },
};

/** Folders of runs that were killed. */
function removeAbandoned(): void {
  mkdirSync(FOLDER, { recursive: true });
  for (const name of readdirSync(FOLDER)) {
    if (!isAlive(Number(name))) rmSync(resolve(join(FOLDER, name)), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
