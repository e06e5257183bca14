import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

describe('the package', () => {
  let packed: readonly string[] = [];

  before(() => {
    // --ignore-scripts: what is packed is what was built, and building is `pretest`'s.
    const json = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: fileURLToPath(root),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const report: unknown = JSON.parse(json);
    // npm 10 gives a list, npm 11 and later an object by name.
    const [only] = Array.isArray(report) ? report : Object.values(report as object);
    packed = only.files.map(({ path }: { path: string }) => path);
  });

  test('has everything that the gateway and the command line read', () => {
    const needed = [
      'package.json',
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'dist/cli/main.js',
      'dist/federation.js',
      'dist/federation.d.ts',
      'dist/third-party-notices.txt',
      'src/cli/completion.bash',
      'src/graphql/schema.graphql',
      'src/sources/registry.graphql',
      'federation.yaml',
      'federation.oci.yaml',
      'federation.schema.json',
      'docs/configuration.md',
      'docs/labels.schema.json',
      'policies/bundle/federation.tar.gz',
      'policies/bundle/preference.tar.gz',
      'policies/capabilities.json',
      ...['microarchitectures.json', 'LICENSE-APACHE', 'LICENSE-MIT', 'COPYRIGHT', 'NOTICE'].map(
        (name) => `vocabularies/archspec/${name}`,
      ),
      ...['desy', 'psi', 'isis', 'dls', 'esrf', 'kit', 'alba', 'elettra', 'hzb'].map(
        (id) => `catalogs/${id}.yaml`,
      ),
    ];
    assert.deepEqual(
      needed.filter((path) => !packed.includes(path)),
      [],
    );
    assert.ok(packed.some((path) => path.startsWith('vocabularies/')));
  });

  test('has every file that is found from a module by its own address', () => {
    const missing = packed
      .filter((path) => path.startsWith('dist/') && path.endsWith('.js'))
      .flatMap((path) => {
        const url = new URL(path, root);
        const text = readFileSync(url, 'utf8');
        return [...text.matchAll(/new URL\(['"](\.[^'"]+)['"], import\.meta\.url\)/g)].map(([, to = '']) =>
          decodeURI(new URL(to, url).href.slice(root.href.length)),
        );
      })
      .filter((path) => !packed.some((each) => each === path || each.startsWith(path.replace(/\/?$/, '/'))));
    assert.deepEqual(missing, []);
  });

  test('names each package that its command has in it, and depends on each that it leaves to Node', () => {
    const notices = readFileSync(new URL('dist/third-party-notices.txt', root), 'utf8');
    const left = new Set<string>();
    for (const path of packed.filter((path) => /^dist\/(?:shared\/|cli\/main\.js)/.test(path))) {
      const text = readFileSync(new URL(path, root), 'utf8');
      for (const [, name = ''] of text.matchAll(/^ *(?:\/\/ |")node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)) {
        assert.match(notices, new RegExp(`^${name} \\d`, 'm'));
      }
      const specifiers = text.matchAll(/^(?:import|\} from) (?:[^'"]* from )?"([^."][^"]*)";$/gm);
      for (const [, specifier = ''] of specifiers) {
        if (!specifier.startsWith('node:')) left.add(/^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier);
      }
    }
    assert.ok(left.has('pino') && !left.has('graphql'), [...left].join(' '));
    assert.deepEqual(
      [...left].filter((name) => !(name in manifest.dependencies) && !isBuiltin(name)),
      [],
    );
  });

  test('has one graphql in its command, of which a process may load no second', () => {
    const copies = packed
      .filter((path) => path.startsWith('dist/shared/'))
      .filter((path) => /from another module or realm/.test(readFileSync(new URL(path, root), 'utf8')));
    assert.equal(copies.length, 1);
  });

  test('has no tests, no sources of what is built, and nothing private', () => {
    const strangers = packed.filter(
      (path) =>
        /(?:^|\/)(?:test|bench|coverage|node_modules|\.[^/]+)(?:\/|$)/.test(path) ||
        /\.test\.|\.tsbuildinfo$|\.tgz$|\.pem$|\.key$|\.jwk$|secret(?!s?\.(?:js|d\.ts)$)/i.test(path) ||
        (path.startsWith('src/') && !/\.(?:graphql|css|bash)$/.test(path)),
    );
    assert.deepEqual(strangers, []);
  });

  test('every target of bin and exports exists, and is in it', () => {
    const targets = [...Object.values(manifest.bin), ...leaves(manifest.exports)] as string[];
    assert.ok(targets.length > 3);
    for (const target of targets) {
      const path = target.replace(/^\.\//, '');
      assert.ok(existsSync(new URL(path, root)), `${path} was not built`);
      assert.ok(packed.includes(path), `${path} is not packed`);
    }
  });

  test('its command is one that a shell can start', () => {
    for (const target of Object.values(manifest.bin) as string[]) {
      assert.match(readFileSync(new URL(target, root), 'utf8'), /^#!\/usr\/bin\/env node\n/);
    }
  });

  test('is private, so that nobody publishes it by accident', () => {
    assert.equal(manifest.private, true);
  });

  test('depends on exact versions', () => {
    const versions = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.overrides };
    for (const [name, version] of Object.entries(versions)) {
      // Two versions of one package stand beside each other by an alias.
      assert.match(String(version), /^(?:npm:@?[\w/-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/, name);
    }
  });
});

function leaves(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [value];
}
