// Images as people make and push them: umoci makes them in an OCI layout, skopeo pushes them to a registry over TLS.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { needs, onPath } from '../real.ts';
import type { Distribution } from './distribution.ts';
import { descriptorOf, documentOf, OCI } from './images.ts';

const run = promisify(execFile);

/** Options of a suite that needs them. */
export const needsRealTools = () =>
  needs('skopeo and umoci (Debian: skopeo, umoci)', onPath('skopeo') && onPath('umoci'));

export interface MadeImage {
  /** A tag of the layout, in which it is the only one with that name. */
  readonly tag: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** amd64 unless said. */
  readonly architecture?: string;
  readonly env?: readonly string[];
}

/** Makes an image of one layer in the layout `<folder>/layout`, which it makes as well if it is missing. */
export async function make(
  folder: string,
  { tag, labels = {}, architecture = 'amd64', env = [] }: MadeImage,
): Promise<void> {
  const layout = join(folder, 'layout');
  if (!existsSync(layout)) await run('umoci', ['init', '--layout', layout]);
  const image = ['--image', `${layout}:${tag}`];
  const content = join(folder, `content-${tag}`);
  mkdirSync(content);
  writeFileSync(join(content, 'run'), `#!/bin/sh\necho ${tag}\n`);
  await run('umoci', ['new', ...image]);
  await run('umoci', ['insert', '--rootless', ...image, content, '/opt']);
  await run('umoci', [
    ...['config', ...image, '--os', 'linux', '--architecture', architecture],
    ...['--created', '2024-05-01T12:00:00Z'],
    ...Object.entries(labels).flatMap(([name, value]) => ['--config.label', `${name}=${value}`]),
    ...env.flatMap((one) => ['--config.env', one]),
  ]);
}

/** The `index.json` of an OCI image layout. */
interface Layout {
  readonly manifests: readonly Descriptor[];
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
}

const NAME = 'org.opencontainers.image.ref.name';

/** Joins images of the layout in one index, as buildx does with those of several platforms. */
export function joinMade(folder: string, tag: string, images: Readonly<Record<string, string>>): void {
  const layout = join(folder, 'layout');
  const listed = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')) as Layout;
  const manifests = Object.entries(images).map(([architecture, name]) => {
    const found = listed.manifests.find(({ annotations }) => annotations[NAME] === name);
    if (found === undefined) throw new Error(`the layout has no ${name}`);
    const { mediaType, digest, size } = found;
    return { mediaType, digest, size, platform: { os: 'linux', architecture } };
  });
  const index = documentOf({ schemaVersion: 2, mediaType: OCI.index, manifests }, OCI.index);
  writeFileSync(join(layout, 'blobs', ...index.digest.split(':')), index.bytes);
  const entry = { ...descriptorOf(index), annotations: { [NAME]: tag } };
  writeFileSync(
    join(layout, 'index.json'),
    JSON.stringify({ ...listed, manifests: [...listed.manifests, entry] }),
  );
}

export interface Pushed {
  readonly user: { readonly username: string; readonly password: string };
  /** v2s2 is Docker's; as it is unless said. */
  readonly format?: 'v2s2';
}

/** Pushes an image of the layout as `<repository>:<tag>`, an index with all that it has; its digest. */
export async function pushMade(
  folder: string,
  tag: string,
  { host, certificates }: Distribution,
  repository: string,
  { user, format }: Pushed,
): Promise<string> {
  const digestFile = join(folder, 'digest');
  await run('skopeo', [
    ...['copy', '--quiet', '--insecure-policy', '--all', '--digestfile', digestFile],
    ...['--dest-cert-dir', certificates, '--dest-creds', `${user.username}:${user.password}`],
    ...(format === undefined ? ['--preserve-digests'] : ['--format', format]),
    ...[`oci:${join(folder, 'layout')}:${tag}`, `docker://${host}/${repository}:${tag}`],
  ]);
  return readFileSync(digestFile, 'utf8').trim();
}
