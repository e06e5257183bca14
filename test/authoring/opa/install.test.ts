import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { installOpa } from '../../../src/authoring/opa/install.ts';
import { OPA_PROGRAM, OPA_VERSION, opaCache } from '../../../src/authoring/opa/opa.ts';
import { RELEASES } from '../../../src/authoring/opa/release.ts';
import { FederationError } from '../../../src/model/errors.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { scratch } from '../opa.ts';

const right = `#!/bin/sh\necho "Version: ${OPA_VERSION}"\n`;
const wrong = '#!/bin/sh\necho "Version: 0.70.0"\n';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

async function server(context: TestContext, status: number, body: string): Promise<string> {
  const { origin, close } = await startHttpServer((_request, response) => {
    response.writeHead(status).end(body);
  });
  context.after(close);
  return `${origin}/opa`;
}

/** Without Go, and with one release for this platform. */
function withRelease(context: TestContext, url: string, sum: string) {
  const environment = { PATH: '', XDG_CACHE_HOME: scratch(context) };
  const releases = { [`${process.platform}-${process.arch}`]: { url, sha256: sum } };
  return { environment, releases, cache: opaCache(environment) };
}

function assertNothingLeft(cache: string): void {
  assert.deepEqual(existsSync(dirname(cache)) ? readdirSync(dirname(cache)) : [], []);
}

test('a release with the pinned checksum comes into the cache, and is found the next time', async (context) => {
  const setting = withRelease(context, await server(context, 200, right), sha256(right));
  const { path } = await installOpa(setting);
  assert.equal(path, join(setting.cache, OPA_PROGRAM));
  assert.equal(readFileSync(path, 'utf8'), right);
  const again = await installOpa({ ...setting, releases: {} });
  assert.equal(again.path, path);
});

test('a release with another checksum is refused and never started', async (context) => {
  const setting = withRelease(context, await server(context, 200, right), sha256('something else'));
  await assert.rejects(
    installOpa(setting),
    (error) =>
      error instanceof FederationError &&
      error.code === 'OPA_MISSING' &&
      error.message.includes(`its sha256 is ${sha256(right)}`),
  );
  assertNothingLeft(setting.cache);
});

test('a release of another version is refused', async (context) => {
  const setting = withRelease(context, await server(context, 200, wrong), sha256(wrong));
  await assert.rejects(installOpa(setting), /the fetched program is OPA 0\.70\.0/);
  assertNothingLeft(setting.cache);
});

test('a release that cannot be fetched is reported with its address', async (context) => {
  const setting = withRelease(context, await server(context, 404, ''), sha256(right));
  await assert.rejects(installOpa(setting), /\/opa cannot be fetched: HTTP status 404/);
  assertNothingLeft(setting.cache);
});

test('without Go and without a known checksum it says so, and invents none', async (context) => {
  const environment = { PATH: '', XDG_CACHE_HOME: scratch(context) };
  await assert.rejects(
    installOpa({ environment, releases: {} }),
    (error) =>
      error instanceof FederationError &&
      /knows no checksum/.test(error.message) &&
      /install Go/.test(error.hint ?? ''),
  );
});

test('where the release cannot be had, Go builds it from the pinned module', async (context) => {
  const bin = scratch(context);
  const go = join(bin, 'go');
  const builds = `cat > "$GOBIN/${OPA_PROGRAM}" <<'END'\n${right}END\n/bin/chmod 755 "$GOBIN/${OPA_PROGRAM}"`;
  writeFileSync(go, `#!/bin/sh\n[ "$1" = version ] && exit 0\necho "$@" > "${bin}/asked"\n${builds}\n`);
  chmodSync(go, 0o755);
  const environment = { PATH: `${bin}:/bin:/usr/bin`, XDG_CACHE_HOME: scratch(context) };
  // An OPA on PATH would be taken as it is.
  mkdirSync(dirname(opaCache(environment)), { recursive: true });
  const lines: string[] = [];
  const { releases } = withRelease(context, await server(context, 404, ''), sha256(right));
  const { path } = await installOpa({ environment, releases, progress: (line) => lines.push(line) });
  assert.equal(path, join(opaCache(environment), OPA_PROGRAM));
  const asked = readFileSync(join(bin, 'asked'), 'utf8').trim();
  assert.equal(asked, `install -trimpath -buildvcs=false github.com/open-policy-agent/opa@v${OPA_VERSION}`);
  assert.match(lines[0] ?? '', /^fetching http:.*takes seconds to minutes$/);
  assert.match(
    lines[1] ?? '',
    /HTTP status 404: building OPA .* with Go instead, which takes two to ten minutes$/,
  );
});

test('a Go that cannot build it is reported with its output', async (context) => {
  const bin = scratch(context);
  writeFileSync(join(bin, 'go'), '#!/bin/sh\n[ "$1" = version ] && exit 0\necho "no proxy" >&2\nexit 1\n');
  chmodSync(join(bin, 'go'), 0o755);
  const environment = { PATH: bin, XDG_CACHE_HOME: scratch(context) };
  await assert.rejects(installOpa({ environment, releases: {} }), /go install .* failed: no proxy/);
  assertNothingLeft(opaCache(environment));
});

test('a release that can be had is taken where there is Go as well', async (context) => {
  const bin = scratch(context);
  writeFileSync(join(bin, 'go'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  const setting = withRelease(context, await server(context, 200, right), sha256(right));
  const environment = { ...setting.environment, PATH: bin };
  const { path } = await installOpa({ ...setting, environment });
  assert.equal(readFileSync(path, 'utf8'), right);
});

describe('stopping', () => {
  test('ends a download, and leaves nothing', async (context) => {
    const stop = new AbortController();
    const { origin, close } = await startHttpServer((_request, response) => {
      response.writeHead(200).write('a part');
      stop.abort();
    });
    context.after(close);
    const setting = withRelease(context, `${origin}/opa`, sha256(right));
    await assert.rejects(installOpa({ ...setting, signal: stop.signal }), { name: 'AbortError' });
    assertNothingLeft(setting.cache);
  });

  test('ends Go with what it started, and leaves nothing', { timeout: 30_000 }, async (context) => {
    const bin = scratch(context);
    const started = join(bin, 'started');
    // A compiler of its own, which would go on for long, and leaves work behind.
    const compiler = `(sleep 60 & echo $! > "${started}.part"; mv "${started}.part" "${started}"; wait)`;
    const script = `#!/bin/sh\n[ "$1" = version ] && exit 0\necho x > "$GOTMPDIR/work"\n${compiler}\n`;
    writeFileSync(join(bin, 'go'), script, { mode: 0o755 });
    const environment = { PATH: `${bin}:/bin:/usr/bin`, XDG_CACHE_HOME: scratch(context) };
    const stop = new AbortController();
    const installing = installOpa({ environment, releases: {}, signal: stop.signal });
    const ended = assert.rejects(installing, { name: 'AbortError' });
    while (!existsSync(started)) await sleep(10);
    stop.abort();
    await ended;
    assertNothingLeft(opaCache(environment));
    // The kernel ends a killed process in its own time: the test's limit alone says that it does not.
    while (isRunning(Number(readFileSync(started, 'utf8')))) await sleep(10);
  });
});

/** Whether it runs; one that has ended and nobody waited for does not. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('the pinned releases are of the pinned version, each with a checksum of its own', () => {
  const releases = Object.values(RELEASES);
  for (const { url, sha256: sum } of releases) {
    assert.ok(url.startsWith(`https://github.com/open-policy-agent/opa/releases/download/v${OPA_VERSION}/`));
    assert.match(sum, /^[0-9a-f]{64}$/);
  }
  assert.equal(new Set(releases.map(({ sha256: sum }) => sum)).size, releases.length);
});
