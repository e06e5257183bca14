// Makes JavaScript of test files and of what they import, so that each of their processes starts in a third of the time:
// the many hundred files of `src` and of the packages it uses most are read as some large ones, and none of them is
// translated by the process that needs it. The command and the threads that they start are made so of `dist`.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin, transform } from 'esbuild';

/** One folder a run, by its process's id, so that runs side by side leave each other alone. */
const FOLDER = '.cache/suite';
const EXTENSION = '.mjs';

export interface Bundle {
  readonly folder: string;
  /** The JavaScript of each test file, in the order in which they were given. */
  readonly files: readonly string[];
  remove(): void;
}

/**
 * What is built that tests and the gateway start many times: the command, its threads and the process that builds. The
 * store's thread is a bundle already.
 */
export const BUILT = [
  'dist/authoring/build/builder.js',
  'dist/cli/main.js',
  'dist/policy/distribution/verify-worker.js',
  'dist/policy/wasm/worker.js',
  'dist/sources/parse-worker.js',
];

/**
 * Bundles test files, and of what is built the files that they start, given by their paths from the project's folder,
 * which is the working directory. An address of such a built file becomes that of its bundle.
 */
export async function bundleTests(
  sources: readonly string[],
  built: readonly string[] = [],
): Promise<Bundle> {
  removeAbandoned();
  const outdir = `${FOLDER}/${process.pid}`;
  const places = new Map(built.map((path) => [resolve(path), resolve(outdir, bundledName(path))]));
  await build({
    entryPoints: [...sources, ...built],
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
    // What CommonJS packages require of Node itself.
    banner: { js: REQUIRE },
    plugins: [packages, addressOfSource(places)],
  });
  return {
    folder: outdir,
    files: sources.map((source) => `${outdir}/${bundledName(source)}`),
    remove: () => rmSync(outdir, { recursive: true, force: true }),
  };
}

/** The packages of many small files that nearly every test loads: to find and read them takes half of its start. */
const BUNDLED = new Set([
  'cli-table3',
  'commander',
  'graphql',
  'graphql-jit',
  'graphql-yoga',
  'jose',
  'kysely',
  'lossless-json',
  'modern-tar',
  'prom-client',
  'undici',
  'yaml',
  'zod',
]);

const REQUIRE = `import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);`;

/** Leaves the other packages to Node: some find files beside their own, or start threads of them. */
const packages: Plugin = {
  name: 'packages',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
      if (kind === 'entry-point' || importer.includes('/node_modules/')) return null;
      const [scope = ''] = path.split('/');
      const bundled = BUNDLED.has(scope) || scope === '@graphql-tools';
      // The names of its exports would be lost of a CommonJS package that is loaded later.
      return bundled && kind !== 'dynamic-import' ? null : { path, external: true };
    });
  },
};

/** A module finds files by its own address: that is its source's, wherever its JavaScript lies. */
const addressOfSource = (places: ReadonlyMap<string, string>): Plugin => ({
  name: 'address of source',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.[jt]s$/ }, async ({ path }) => {
      const loader = path.endsWith('.ts') ? 'ts' : 'js';
      if (loader === 'js' && path.includes('/node_modules/')) return null;
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta')) return { loader, contents: text };
      const { code } = await transform(withPlaces(text, path, places), {
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
});

/** The address of a built file, as sources say it. */
const ADDRESS = /(?<=new URL\()'(\.[^']*\/dist\/[^']+)'(?=, import\.meta\.url\))/g;

/** A text in which each address of a built file that has a bundle is the bundle's. */
function withPlaces(text: string, path: string, places: ReadonlyMap<string, string>): string {
  return text.replace(ADDRESS, (as, address: string) => {
    const place = places.get(fileURLToPath(new URL(address, pathToFileURL(path))));
    return place === undefined ? as : JSON.stringify(pathToFileURL(place).href);
  });
}

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
