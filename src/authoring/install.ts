// `policy install-opa`: brings the one version of OPA into the project's cache, as the official release of the platform, else
// by Go where there is Go; nothing comes into place before its version was seen, and nothing is left where it is stopped.
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FederationError } from '../model/errors.ts';
import { go } from './go.ts';
import { type Environment, findOpa, OPA_PROGRAM, OPA_VERSION, type Opa, opaCache, versionOf } from './opa.ts';
import { downloadRelease, type OpaRelease, RELEASES } from './release.ts';

export interface InstallOptions {
  readonly environment?: Environment;
  /** By `<platform>-<architecture>`; the pinned ones unless a test says otherwise. */
  readonly releases?: Readonly<Record<string, OpaRelease>>;
  /** What is being done, and how long it takes. */
  readonly progress?: (line: string) => void;
  /** Stops it. */
  readonly signal?: AbortSignal | undefined;
}

const GO_TIMEOUT = 20 * 60_000;

/**
 * The OPA that is there already, on PATH or in the cache, else a new one in the cache. Rejects with OPA_MISSING, and with the
 * signal's reason where it was stopped.
 */
export async function installOpa(options: InstallOptions = {}): Promise<Opa> {
  const environment = options.environment ?? process.env;
  const present = await findOpa(environment).catch(() => null);
  if (present !== null) {
    options.progress?.(`OPA ${OPA_VERSION} is there already`);
    return present;
  }
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
    options.signal?.throwIfAborted();
    await mkdir(cache, { recursive: true });
    const path = join(cache, OPA_PROGRAM);
    await rename(fetched, path);
    return { path };
  } finally {
    // A program that was ended may still be writing.
    await rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** The release by its checksum; where it cannot be had, Go builds the same version. */
async function fetchOpa(folder: string, environment: Environment, options: InstallOptions): Promise<string> {
  const { signal, progress } = options;
  const path = join(folder, OPA_PROGRAM);
  const platform = `${process.platform}-${process.arch}`;
  const release = (options.releases ?? RELEASES)[platform];
  const failure =
    release === undefined ? unknownChecksum(platform) : await fetchRelease(release, path, options);
  if (failure === null) return path;
  signal?.throwIfAborted();
  if (!(await hasGo(environment, signal))) throw failure;
  progress?.(
    `${failure.message}: building OPA ${OPA_VERSION} with Go instead, which takes two to ten minutes`,
  );
  await goInstall(folder, environment, signal);
  return path;
}

/** null: it is there. */
async function fetchRelease(
  release: OpaRelease,
  path: string,
  { signal, progress }: InstallOptions,
): Promise<FederationError | null> {
  progress?.(`fetching ${release.url}: 60 MB, which takes seconds to minutes`);
  try {
    await writeFile(path, await downloadRelease(release, signal));
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof FederationError) return error;
    throw error;
  }
  await chmod(path, 0o755);
  return null;
}

function unknownChecksum(platform: string): FederationError {
  return new FederationError(
    'OPA_MISSING',
    `panfed knows no checksum of OPA ${OPA_VERSION} for ${platform}`,
    { hint: `install Go and try again, or put OPA ${OPA_VERSION} on PATH yourself` },
  );
}

async function hasGo(environment: Environment, signal?: AbortSignal): Promise<boolean> {
  return (await go(['version'], { environment, timeout: 10_000, signal })) === null;
}

/** Through the Go module proxy, whose checksum database proves the source. */
async function goInstall(folder: string, environment: Environment, signal?: AbortSignal): Promise<void> {
  const target = `github.com/open-policy-agent/opa@v${OPA_VERSION}`;
  // What Go leaves behind where it is stopped goes with the folder.
  const settings = { ...environment, GOBIN: folder, GOTMPDIR: folder, CGO_ENABLED: '0' };
  const args = ['install', '-trimpath', '-buildvcs=false', target];
  const failure = await go(args, { environment: settings, timeout: GO_TIMEOUT, signal });
  signal?.throwIfAborted();
  if (failure !== null) {
    throw new FederationError('OPA_MISSING', `go install ${target} failed: ${failure}`, {
      hint: 'the Go module proxy must be reachable (GOPROXY)',
    });
  }
}
