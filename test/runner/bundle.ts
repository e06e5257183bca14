// Makes JavaScript of test files and of what they import, so that each of their processes starts in a third of the time:
// the many hundred files of `src` and of the packages it uses most are read as some large ones, and none of them is
// translated by the process that needs it. The command and its threads were made so when they were built.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin, transform } from 'esbuild';
import { bundledPackages, REQUIRE } from '../../scripts/bundled-packages.ts';

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
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
    banner: { js: REQUIRE },
    plugins: [bundledPackages, addressOfSource],
  });
  return {
    folder: outdir,
    files: sources.map((source) => `${outdir}/${bundledName(source)}`),
    remove: () => rmSync(outdir, { recursive: true, force: true }),
  };
}

/** A module finds files by its own address: that is its source's, wherever its JavaScript lies. */
const addressOfSource: Plugin = {
  name: 'address of source',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.[jt]s$/ }, async ({ path }) => {
      const loader = path.endsWith('.ts') ? 'ts' : 'js';
      if (loader === 'js' && path.includes('/node_modules/')) return null;
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta')) return { loader, contents: text };
      const { code } = await transform(text, {
        loader,
        sourcefile: path,
        sourcemap: 'inline',
        sourcesContent: false,
        tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
        define: {
          'import.meta.url': JSON.stringify(pathToFileURL(path).href),
          'import.meta.filename': JSON.stringify(path),
          'import.meta.dirname': JSON.stringify(dirname(path)),
        },
      });
      return { loader: 'js', contents: code };
    });
  },
};

const bundledName = (path: string): string => path.replace(/\.[jt]s$/, EXTENSION);

/** Folders of runs that were killed. */
function removeAbandoned(): void {
  mkdirSync(FOLDER, { recursive: true });
  for (const name of readdirSync(FOLDER)) {
    if (!isAlive(Number(name))) rmSync(join(FOLDER, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
