// An image of busybox for the cluster's registry, as an OCI image layout: an index of two platforms, of which the cluster's own is the
// one that runs.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packTar, type TarEntry } from 'modern-tar';

/** What `/etc/inside` of the image says, which no file of the cluster does. */
export const INSIDE = 'inside the container';

/**
 * What a program does first that is to be heard: on a busy machine docker 26.1 loses what a container prints that ends as soon as it
 * began, about one in twenty.
 */
export const AWHILE = 'busybox sleep 0.5';

export interface LayoutImage {
  /** That of the index. */
  readonly digest: string;
  /** By platform, that of its manifest. */
  readonly manifests: readonly { readonly platform: string; readonly digest: string }[];
}

interface Blob {
  readonly digest: string;
  readonly size: number;
}

/** Writes the layout into the folder, with the index under the name `tool`. `busybox`: a static one for `linux/amd64`. */
export async function writeLayout(folder: string, busybox: string): Promise<LayoutImage> {
  const blobs = join(folder, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  const put = (bytes: Uint8Array): Blob => {
    const hex = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(blobs, hex), bytes);
    return { digest: `sha256:${hex}`, size: bytes.length };
  };
  const putJson = (value: unknown): Blob => put(Buffer.from(JSON.stringify(value)));
  const manifests = [];
  for (const architecture of ['amd64', 'arm64']) {
    const tar = await packTar(filesOf(readFileSync(busybox), architecture));
    const layer = put(gzipSync(tar));
    const config = putJson({
      ...{ architecture, os: 'linux', history: [{ created_by: 'test' }] },
      config: { Env: ['PATH=/bin', 'FROM_IMAGE=yes'], Cmd: ['sh', '-c', `${AWHILE}; cat /etc/inside`] },
      rootfs: {
        type: 'layers',
        diff_ids: [`sha256:${createHash('sha256').update(tar).digest('hex')}`],
      },
    });
    const manifest = putJson({
      schemaVersion: 2,
      mediaType: `${OCI}.manifest.v1+json`,
      config: { mediaType: `${OCI}.config.v1+json`, ...config },
      layers: [{ mediaType: `${OCI}.layer.v1.tar+gzip`, ...layer }],
    });
    manifests.push({ architecture, ...manifest });
  }
  const index = putJson({
    schemaVersion: 2,
    mediaType: `${OCI}.index.v1+json`,
    manifests: manifests.map(({ architecture, ...blob }) => ({
      ...{ mediaType: `${OCI}.manifest.v1+json`, ...blob, platform: { os: 'linux', architecture } },
    })),
  });
  const name = { 'org.opencontainers.image.ref.name': 'tool' };
  const described = { mediaType: `${OCI}.index.v1+json`, ...index, annotations: name };
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [described] }));
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return {
    digest: index.digest,
    manifests: manifests.map(({ architecture, digest }) => ({ platform: `linux/${architecture}`, digest })),
  };
}

const OCI = 'application/vnd.oci.image';

/** Programs of busybox. */
const PROGRAMS = ['sh', 'cat', 'env', 'id', 'ls', 'printf', 'touch', 'uname'];

/** What every engine expects of an image, too: users, and files over which it mounts the host's. */
function filesOf(busybox: Uint8Array, architecture: string): readonly TarEntry[] {
  const file = (name: string, body: string | Uint8Array, mode = 0o644): TarEntry => ({
    header: { name, size: Buffer.byteLength(body), mode },
    body,
  });
  const folder = (name: string): TarEntry => ({ header: { name, size: 0, type: 'directory', mode: 0o755 } });
  const link = (name: string): TarEntry => ({
    header: { name: `bin/${name}`, size: 0, type: 'symlink', linkname: 'busybox', mode: 0o777 },
  });
  return [
    ...['bin/', 'dev/', 'etc/', 'home/', 'mnt/', 'proc/', 'root/', 'sys/', 'tmp/', 'var/'].map(folder),
    file('bin/busybox', busybox, 0o755),
    ...PROGRAMS.map(link),
    file('etc/inside', `${INSIDE} of ${architecture}\n`),
    file('etc/passwd', 'root:x:0:0::/root:/bin/sh\n'),
    file('etc/group', 'root:x:0:\n'),
    ...['etc/hosts', 'etc/resolv.conf'].map((name) => file(name, '')),
  ];
}
