// OPA's official releases: the file for each platform, and the SHA-256 that it must have.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { FederationError } from '../../model/errors.ts';
import { readBody } from '../../network/body.ts';
import { OPA_VERSION } from './opa.ts';

export interface OpaRelease {
  readonly url: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
}

/** By `<process.platform>-<process.arch>`. Only platforms whose checksum several sources confirm are listed. */
export const RELEASES: Readonly<Record<string, OpaRelease>> = {
  'linux-x64': {
    url: `https://github.com/open-policy-agent/opa/releases/download/v${OPA_VERSION}/opa_linux_amd64_static`,
    sha256: '668506eb17a2eaa1fce6cc0d1f42ef85125d4ac5bda5fc74d1152d0c77145031',
  },
  'darwin-arm64': {
    url: `https://github.com/open-policy-agent/opa/releases/download/v${OPA_VERSION}/opa_darwin_arm64_static`,
    sha256: 'a00a6469a0968c47c01137ed0dacaa88148be5d0eaa8524310cd371f3a98a169',
  },
};

/** OPA is about 60 MB. */
const MAX_BYTES = 256 * 1024 * 1024;
const TIMEOUT = 10 * 60_000;

/**
 * The release's bytes, at most 256 MiB, verified by their SHA-256. Rejects with OPA_MISSING if they cannot be
 * fetched within 10 minutes or differ, and if the signal ends the download.
 */
export async function downloadRelease(release: OpaRelease, signal?: AbortSignal): Promise<Uint8Array> {
  const bytes = await download(release.url, signal);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found === release.sha256) return bytes;
  throw new FederationError('OPA_MISSING', `${release.url} is not the pinned file: its sha256 is ${found}`, {
    hint: 'nothing was installed; the file may have been changed on the way',
  });
}

async function download(url: string, stop?: AbortSignal): Promise<Uint8Array> {
  try {
    const signals = [AbortSignal.timeout(TIMEOUT), ...(stop === undefined ? [] : [stop])];
    const response = await fetch(url, { signal: AbortSignal.any(signals) });
    if (!response.ok || response.body === null) throw new Error(`HTTP status ${response.status}`);
    // fetch has undone any content coding.
    return await readBody(Readable.fromWeb(response.body as ReadableStream), 'identity', MAX_BYTES);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FederationError('OPA_MISSING', `${url} cannot be fetched: ${why}`, { cause });
  }
}
