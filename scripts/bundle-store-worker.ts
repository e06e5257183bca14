// Makes one file of the store's thread and all that it loads: reading hundreds of modules took longer than opening the store,
// while the gateway waits for it at its start.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const WORKER = fileURLToPath(new URL('../dist/store/worker.js', import.meta.url));

await build({
  entryPoints: [WORKER],
  outfile: WORKER,
  allowOverwrite: true,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // The first has a binary of its own, and the second is looked for and not there.
  external: ['libsql', 'pg-native'],
  // What is bundled of CommonJS asks for Node's own modules by it.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  logLevel: 'warning',
});
