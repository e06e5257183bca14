// `policy install-opa`: brings the one version of OPA into the project's cache, by Go where there is Go, else as the
// official release of the platform; nothing comes into place before its version was seen.
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FederationError } from '../../model/errors.ts';
import { type Environment, findOpa, OPA_PROGRAM, OPA_VERSION, type Opa, opaCache, versionOf } from './opa.ts';
import { downloadRelease, type OpaRelease, RELEASES } from './release.ts';

export interface InstallOptions {
  readonly environment?: Environment;
  /** By `<platform>-<architecture>`; the pinned ones unless a test says otherwise. */
  readonly releases?: Readonly<Record<string, OpaRelease>>;
  readonly progress?: (line: string) => void;
}

const GO_TIMEOUT = 20 * 60_000;

/** The OPA that is there already, on PATH or in the cache, else a new one in the cache. Rejects with OPA_MISSING. */
export async function installOpa(options: InstallOptions = {}): Promise<Opa> {
  const environment = options.environment ?? process.env;
  const present = await findOpa(environment).catch(() => null);
  if (present !== null) return present;
  const cache = opaCache(environment);
  await mkdir(dirname(cache), { recursive: true });
  const scratch = await mkdtemp(`${cache}-`);
  try {
    const fetched = await fetchOpa(scratch, environment, options);
    const version = await versionOf(fetched);
    if (version !== OPA_VERSION) {
      throw new FederationError(
        'OPA_MISSING',
        `what was fetched is OPA ${version ?? 'that does not start'}`,
        {
          hint: `wanted is ${OPA_VERSION}; nothing was installed`,
        },
      );
    }
    await mkdir(cache, { recursive: true });
    const path = join(cache, OPA_PROGRAM);
    await rename(fetched, path);
    return { path };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function fetchOpa(folder: string, environment: Environment, options: InstallOptions): Promise<string> {
  const path = join(folder, OPA_PROGRAM);
  if (await hasGo(environment)) {
    options.progress?.(`building OPA ${OPA_VERSION} with Go: this takes about two minutes`);
    await goInstall(folder, environment);
    return path;
  }
  const platform = `${process.platform}-${process.arch}`;
  const release = (options.releases ?? RELEASES)[platform];
  if (release === undefined) {
    throw new FederationError(
      'OPA_MISSING',
      `there is no Go here, and panfed knows no checksum of OPA ${OPA_VERSION} for ${platform}`,
      { hint: `install Go and try again, or put OPA ${OPA_VERSION} on PATH yourself` },
    );
  }
  options.progress?.(`fetching ${release.url}`);
  await writeFile(path, await downloadRelease(release));
  await chmod(path, 0o755);
  return path;
}

async function hasGo(environment: Environment): Promise<boolean> {
  return (await go(['version'], environment, 10_000)) === null;
}

/** Through the Go module proxy, whose checksum database proves the source. */
async function goInstall(folder: string, environment: Environment): Promise<void> {
  const target = `github.com/open-policy-agent/opa@v${OPA_VERSION}`;
  const settings = { ...environment, GOBIN: folder, CGO_ENABLED: '0' };
  const failure = await go(['install', '-trimpath', '-buildvcs=false', target], settings, GO_TIMEOUT);
  if (failure !== null) {
    throw new FederationError('OPA_MISSING', `go install ${target} failed: ${failure}`, {
      hint: 'the Go module proxy must be reachable (GOPROXY)',
    });
  }
}

/** Null where it succeeded, else what it says. */
function go(args: readonly string[], environment: Environment, timeout: number): Promise<string | null> {
  return new Promise((resolve) => {
    const env = { ...environment };
    execFile('go', args, { env, timeout, maxBuffer: 16 * 1024 * 1024 }, (error, _stdout, stderr) => {
      resolve(error === null ? null : stderr.trim() || error.message);
    });
  });
}
