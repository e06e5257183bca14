// `policy install-opa`: installs the one version of OPA in the project's cache, from the official release of the
// platform, otherwise with Go if that is installed. Nothing is put in place before its version is checked, and nothing
// is left behind if it is stopped.
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FederationError } from '../../model/errors.ts';
import { go } from './go.ts';
import { type Environment, findOpa, OPA_PROGRAM, OPA_VERSION, type Opa, opaCache, versionOf } from './opa.ts';
import { downloadRelease, type OpaRelease, RELEASES } from './release.ts';

export interface InstallOptions {
  /** That of the process by default. */
  readonly environment?: Environment;
  /** By `<platform>-<architecture>`; the pinned ones by default. */
  readonly releases?: Readonly<Record<string, OpaRelease>>;
  /** Called with each step and how long it takes. */
  readonly progress?: (line: string) => void;
  /** Stops the installation. */
  readonly signal?: AbortSignal | undefined;
}

const GO_TIMEOUT = 20 * 60_000;

/**
 * The OPA that is installed already, on PATH or in the cache, otherwise a new one in the cache: the official
 * release by its checksum, else built by Go within 20 minutes. Rejects with OPA_MISSING if it cannot be
 * installed, with the signal's reason, and with the system's error where the cache cannot be written.
 * Variables and releases are this process's and the pinned ones ({@link RELEASES}) by default.
 */
export async function installOpa(options: InstallOptions = {}): Promise<Opa> {
  const environment = options.environment ?? process.env;
  const present = await findOpa(environment).catch(() => null);
  if (present !== null) {
    options.progress?.(`OPA ${OPA_VERSION} is already installed`);
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
        version === null ? 'the fetched OPA does not start' : `the fetched program is OPA ${version}`,
        {
          hint: `OPA ${OPA_VERSION} was expected; nothing was installed`,
        },
      );
    }
    options.signal?.throwIfAborted();
    await mkdir(cache, { recursive: true });
    const path = join(cache, OPA_PROGRAM);
    await rename(fetched, path);
    return { path };
  } finally {
    // A killed program may still be writing.
    await rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** Downloads the release, verified by its checksum; if that fails, builds the same version with Go. */
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

/** null: it was downloaded. */
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

/** Builds OPA with the source of the Go module proxy, which Go's checksum database verifies. */
async function goInstall(folder: string, environment: Environment, signal?: AbortSignal): Promise<void> {
  const target = `github.com/open-policy-agent/opa@v${OPA_VERSION}`;
  // Files that a stopped Go leaves behind are removed with the folder.
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
