// Makes a few large files of the built command and of the threads and the process that it starts: to find and read their
// fifteen hundred modules took a quarter of the time until a gateway was ready. Modules that are loaded later stay so.
// `dist/federation.js` stays as it was compiled: who imports it shares `graphql` with it, of which a process has one.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { bundledPackages, REQUIRE } from './bundled-packages.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const DIST = `${ROOT}dist`;
/** The folder below `dist` of what several of the files share, and of what they load later. */
const SHARED = 'shared';
/** What starts: each is replaced by its bundle. */
const STARTED = [
  'authoring/build/builder',
  'cli/main',
  'policy/distribution/verify-worker',
  'policy/wasm/worker',
  'sources/parse-worker',
  'store/worker',
  'trust/verify-worker',
];
/** Stands in a module for the way from its bundle to `dist`. */
const WAY_TO_DIST = 'way-to-dist:';

/** A module finds files by its own address, wherever its bundle lies. */
const addresses: Plugin = {
  name: 'addresses',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.js$/ }, async ({ path }) => {
      if (!path.startsWith(`${DIST}${sep}`)) return null;
      const text = await readFile(path, 'utf8');
      const module = JSON.stringify(`${WAY_TO_DIST}${relative(DIST, path)}`);
      return { contents: text.replaceAll('import.meta.url', `new URL(${module}, import.meta.url).href`) };
    });
  },
};

rmSync(`${DIST}/${SHARED}`, { recursive: true, force: true });
mkdirSync(`${DIST}/${SHARED}`);
const { outputFiles, metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: STARTED.map((name) => `dist/${name}.js`),
  outdir: 'dist',
  outbase: 'dist',
  chunkNames: `${SHARED}/[name]-[hash]`,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  banner: { js: REQUIRE },
  plugins: [bundledPackages, addresses],
  metafile: true,
  write: false,
  allowOverwrite: true,
  logLevel: 'warning',
});
for (const { path, text } of outputFiles) {
  const way = relative(dirname(path), DIST);
  writeFileSync(path, text.replaceAll(WAY_TO_DIST, `${way || '.'}/`));
}
writeFileSync(`${DIST}/third-party-notices.txt`, thirdPartyNotices(Object.keys(metafile.inputs), ROOT));
