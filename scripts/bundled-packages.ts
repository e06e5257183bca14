// Which packages a bundle has in it, for the built command and for the suite: those of many small files that nearly every
// process loads. To find and read them takes half of its start.
import type { Plugin } from 'esbuild';

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
  'pg',
  'prom-client',
  'undici',
  'yaml',
  'zod',
]);

/** pg looks for it, and it is not there. */
const ABSENT = ['pg-native'];

/** What bundled packages in CommonJS require of Node itself. */
export const REQUIRE = `import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);`;

/** Leaves the other packages to Node: some have a binary or find files beside their own, or start threads of them. */
export const bundledPackages: Plugin = {
  name: 'bundled packages',
  setup: ({ initialOptions, onResolve }) => {
    initialOptions.external = [...(initialOptions.external ?? []), ...ABSENT];
    onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
      if (kind === 'entry-point' || importer.includes('/node_modules/')) return null;
      const [scope = ''] = path.split('/');
      const bundled = BUNDLED.has(scope) || scope === '@graphql-tools';
      // The names of its exports would be lost of a CommonJS package that is loaded later.
      return bundled && kind !== 'dynamic-import' ? null : { path, external: true };
    });
  },
};
