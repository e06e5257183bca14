import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { importsOf, type SourceFile, sourceFiles } from './support/imports.ts';

/** From left to right: a folder imports from those before it. Those of one step do not import each other. */
const ARROW: readonly (readonly string[])[] = [
  ['model'],
  ['config'],
  ['network'],
  ['sources', 'trust', 'components', 'vocabulary', 'store'],
  ['catalog'],
  ['identity'],
  ['policy'],
  ['discovery'],
  ['data-catalogs'],
  ['matching'],
  ['graphql'],
  ['http'],
  ['page', 'registry-server'],
  ['authoring'],
  ['federation.ts'],
  ['cli'],
];

/** Modules that can reach the network, the names of each that cannot, and the files that may take the others. */
const NETWORK_MODULES: readonly {
  module: RegExp;
  harmless: readonly string[];
  files: Readonly<Record<string, string>>;
}[] = [
  {
    module: /^undici$/,
    harmless: ['errors'],
    files: {
      'network/origin-pool.ts': 'every request to a lab or an issuer',
      'cli/gateway/post.ts': 'the command line’s question to a gateway',
    },
  },
  {
    module: /^node:https?$/,
    harmless: [],
    files: { 'http/listener.ts': 'the gateway, its metrics, a catalog file as a registry' },
  },
  {
    module: /^node:net$/,
    harmless: ['isIP', 'isIPv4', 'isIPv6', 'BlockList'],
    files: { 'network/probe-connection.ts': 'what a connection to a host shows; sends nothing' },
  },
  {
    module: /^pg$/,
    harmless: [],
    files: {
      'store/engine/postgres.ts': 'the store in PostgreSQL',
    },
  },
  {
    module: /^node:tls$/,
    harmless: ['createSecureContext', 'rootCertificates'],
    files: { 'network/probe-connection.ts': 'what a connection to a host shows; sends nothing' },
  },
  {
    module: /^node:dns(?:\/promises)?$/,
    harmless: [],
    files: {
      'network/connection.ts': 'the addresses of a host, judged before they are connected to',
      'network/probe-connection.ts': 'what a connection to a host shows; sends nothing',
    },
  },
  { module: /^node:(?:http2|dgram)$/, harmless: [], files: {} },
];

/** The files that may call the global `fetch`, which bounds no body and which nothing here bounds. */
const FETCHERS: Readonly<Record<string, string>> = {
  'authoring/opa/release.ts': 'OPA’s release, checked against its pinned hash; never while the gateway runs',
};

/** The files that may use `createRequire`. */
const REQUIRING: Readonly<Record<string, string>> = {
  'cli/version.ts': 'the version, from package.json',
  'policy/wasm/sandbox.ts': 'a package in CommonJS',
  'trust/sigstore.ts': 'packages in CommonJS that are loaded late',
  'vocabulary/spdx.ts': 'packages that are JSON',
};

/** The files that may read the time without the one clock. */
const READING_TIME: Readonly<Record<string, string>> = {
  'model/clock.ts': 'the clock',
  'policy/wasm/progress.ts': 'the one clock that all threads of the process share',
  'cli/serve/command.ts': 'how long ago the process began',
};

const LONGEST = 300;

const files = sourceFiles();

function folderOf(path: string): string {
  return path.split('/', 1)[0] ?? path;
}

function step(path: string): number {
  return ARROW.findIndex((folders) => folders.includes(folderOf(path)));
}

describe('the architecture', () => {
  test('has a place for every file', () => {
    assert.ok(files.length > 50);
    assert.deepEqual(
      files.map(({ path }) => path).filter((path) => step(path) === -1),
      [],
    );
  });

  test('every import points to the left', () => {
    const back = files.flatMap(({ path, imports }) =>
      imports
        .filter(({ file }) => file !== null && folderOf(file) !== folderOf(path) && step(file) >= step(path))
        .map(({ file }) => `${path} → ${file}`),
    );
    assert.deepEqual(back, []);
  });

  test('every relative import names a source file', () => {
    const known = new Set(files.map(({ path }) => path));
    const strangers = files.flatMap(({ path, imports }) =>
      imports.filter(({ file }) => file !== null && !known.has(file)).map(({ file }) => `${path} → ${file}`),
    );
    assert.deepEqual(strangers, []);
  });

  test('only those with a reason require, which hides what is taken', () => {
    const requiring = files
      .filter(({ imports }) => imports.some(({ values }) => values.includes('createRequire')))
      .map(({ path }) => path);
    assert.deepEqual(requiring, Object.keys(REQUIRING).sort());
  });

  test('no files import each other in a circle', () => {
    assert.deepEqual(circle(files), null);
  });

  test('the network is behind its few doors', () => {
    const holes = files.flatMap(({ path, imports }) =>
      imports.flatMap(({ specifier, values }) =>
        NETWORK_MODULES.filter(
          ({ module, harmless, files: doors }) =>
            module.test(specifier) && !(path in doors) && values.some((name) => !harmless.includes(name)),
        ).map(() => `${path} takes ${values.join(', ')} of ${specifier}`),
      ),
    );
    assert.deepEqual(holes, []);
  });

  test('servers listen, and ask nobody', () => {
    const asking = files
      .filter(({ path }) => folderOf(path) === 'http')
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ specifier }) => /^node:https?$/.test(specifier))
          .flatMap(({ values }) =>
            values.filter((name) => name !== 'createServer').map((name) => `${path}: ${name}`),
          ),
      );
    assert.deepEqual(asking, []);
  });

  test('the global fetch is called by those alone who have a reason', () => {
    const calls = files
      .filter(({ path, text }) => callsFetch(text) && !(path in FETCHERS))
      .map(({ path }) => path);
    assert.deepEqual(calls, []);
  });

  test('the time is read from the clock alone, which tests can turn', () => {
    const reading = files
      .filter(({ text }) => /\bDate\.now\b|\bperformance\.now\b|\bhrtime\b|\bnew Date\(\)/.test(text))
      .map(({ path }) => path);
    assert.deepEqual(reading, Object.keys(READING_TIME).sort());
  });

  test('no folder but the store knows SQL', () => {
    const elsewhere = files
      .filter(({ path, imports }) =>
        imports.some(
          ({ specifier }) => /^(?:pg|libsql|kysely)$/.test(specifier) && !path.startsWith('store/'),
        ),
      )
      .map(({ path }) => path);
    assert.deepEqual(elsewhere, []);
  });

  test('every door that is allowed is one', () => {
    const byPath = new Map(files.map((file) => [file.path, file]));
    for (const { module, files: doors } of NETWORK_MODULES) {
      for (const path of Object.keys(doors)) {
        assert.ok(
          byPath.get(path)?.imports.some(({ specifier }) => module.test(specifier)),
          `${path} is no door any more`,
        );
      }
    }
    for (const path of Object.keys(FETCHERS)) assert.ok(callsFetch(byPath.get(path)?.text ?? ''), path);
  });
});

describe('every file', () => {
  test('says its purpose in its first lines', () => {
    const silent = files
      .filter(({ text }) => !/^(?:#!.*\n)?\/\/ \S.{15,}/.test(text))
      .map(({ path }) => path);
    assert.deepEqual(silent, []);
  });

  test(`has no more than ${LONGEST} lines, if it is written by hand`, () => {
    const long = files
      .filter(({ path }) => !path.includes('/generated/'))
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > LONGEST);
    assert.deepEqual(long, []);
  });

  test('has a name that says what it holds', () => {
    const vague = files.filter(({ path }) =>
      /(?:^|\/)(?:utils?|helpers?|types|misc|common)(?:\.ts|\/)/.test(path),
    );
    assert.deepEqual(
      vague.map(({ path }) => path),
      [],
    );
  });
});

describe('the reading of imports', () => {
  test('sees every form, and which names are values', () => {
    const text = [
      "import one, { type A, b as c } from './one.ts';",
      "import type { D } from '../model/two.ts';",
      "import { type E } from './three.ts';",
      "import * as all from 'undici';",
      'import {\n  f,\n  type G,\n} from "x";'.replaceAll('"', "'"),
      "import './effects.ts';",
      "export { h } from './four.ts';",
      "export * from './five.ts';",
      "const later = await import('./six.ts');",
      "export const from = 'nothing';",
    ].join('\n');
    assert.deepEqual(
      importsOf('http/zero.ts', text).map(({ specifier, file, values }) => [file ?? specifier, ...values]),
      [
        ['http/one.ts', 'default', 'b'],
        ['model/two.ts'],
        ['http/three.ts'],
        ['undici', '*'],
        ['x', 'f'],
        ['http/four.ts', 'h'],
        ['http/five.ts', '*'],
        ['http/effects.ts', '*'],
        ['http/six.ts', '*'],
      ],
    );
  });

  test('refuses what it does not understand', () => {
    assert.throws(() => importsOf('a.ts', 'import "double";'), /not understood/);
    assert.throws(() => importsOf('a.ts', 'const x = await import(name);'), /at run time/);
  });
});

function callsFetch(text: string): boolean {
  const code = text.replaceAll(/^\s*(?:\/\/|\*|\/\*).*$/gm, '');
  return /(?<![.\w'-])fetch\(|globalThis\s*\.\s*fetch\b|\bnew (?:WebSocket|EventSource)\b/.test(code);
}

/** The first circle of imports that is found, as the files on it; types count: they tie files to each other as well. */
function circle(all: readonly SourceFile[]): readonly string[] | null {
  const imports = new Map(
    all.map(({ path, imports: found }) => [path, found.flatMap(({ file }) => (file === null ? [] : [file]))]),
  );
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): readonly string[] | null => {
    const start = trail.indexOf(path);
    if (start !== -1) return [...trail.slice(start), path];
    if (done.has(path)) return null;
    for (const next of imports.get(path) ?? []) {
      const found = visit(next, [...trail, path]);
      if (found !== null) return found;
    }
    done.add(path);
    return null;
  };
  for (const { path } of all) {
    const found = visit(path, []);
    if (found !== null) return found;
  }
  return null;
}
