// Unpacks the archive of a lab's bundle before anything in it is trusted: within bounds, and only files of a policy.
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type TarHeader, unpackTar } from 'modern-tar';
import { fold } from '../../model/fold.ts';
import { limitText } from '../../model/size.ts';
import { malformed, quoted } from './refusal.ts';

/** The bounds of a lab's bundle. */
export const SOURCE_BOUNDS = Object.freeze({
  /** Bytes of the archive as received. */
  packed: 16_777_216,
  /** Bytes of the archive once it is decompressed. */
  unpacked: 33_554_432,
  /** Entries: files and folders. */
  entries: 1_024,
  /** UTF-8 bytes of a path from the bundle's root. */
  path: 255,
});

/** Name of the manifest in an archive (OPA's bundle format). */
export const MANIFEST = '.manifest';

/** Name of the signatures in an archive (OPA's bundle format). */
export const SIGNATURES = '.signatures.json';

/** Name of the data in an archive (OPA's bundle format). */
export const DATA = 'data.json';

/** A name in a path: not hidden or special on any system, and safe to show. */
const NAME = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_+@ .-]*$/u;

/**
 * The files by path from the bundle's root, with `/` between names and none before, in the archive's order. Rejects
 * with POLICY_INVALID if the archive (a gzipped tar, as OPA's bundles are) exceeds {@link SOURCE_BOUNDS} (16 MiB
 * packed, 32 MiB unpacked, 1,024 entries, 255 bytes a path), is damaged, or contains anything but Rego, the manifest,
 * the signatures, and data at the root or below the facility's root: no link, no WASM, no path that leads out, and no
 * two paths that some file system treats as one. `root` is `panfed/facility/<id>`; `at` is where the archive came from.
 */
export async function unpackSource(
  archive: Uint8Array,
  root: string,
  at: string,
): Promise<ReadonlyMap<string, Uint8Array>> {
  if (archive.byteLength > SOURCE_BOUNDS.packed) {
    throw malformed(at, `the bundle is larger than ${limitText(SOURCE_BOUNDS.packed)}`, SMALLER);
  }
  const entries = await untar(await decompress(archive, at), at);
  if (entries.length > SOURCE_BOUNDS.entries) {
    throw malformed(at, `the bundle has more than ${SOURCE_BOUNDS.entries} files`, SMALLER);
  }
  const files = new Map<string, Uint8Array>();
  const taken = new Map<string, string>();
  for (const { header, data } of entries) {
    if (header.type === 'directory') {
      if (!/^(\.?\/)?$/.test(header.name)) pathOf(header.name.replace(/\/$/, ''), at);
      continue;
    }
    if (header.type !== 'file' || data === undefined) {
      throw malformed(
        at,
        `${quoted(header.name)} is a ${header.type}, not a file`,
        'Pack the files themselves.',
      );
    }
    const path = pathOf(header.name, at);
    checkKind(path, root, at);
    const same = taken.get(fold(path));
    if (same !== undefined) {
      const other = same === path ? 'twice' : `and ${quoted(same)}, which are the same file on some systems`;
      throw malformed(at, `the bundle holds ${quoted(path)} ${other}`, 'Leave one of them out.');
    }
    taken.set(fold(path), path);
    files.set(path, data);
  }
  checkFolders(taken, at);
  return files;
}

const SMALLER = 'Leave out what the policy does not need.';

async function decompress(archive: Uint8Array, at: string): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(archive, { maxOutputLength: SOURCE_BOUNDS.unpacked });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw malformed(at, `the bundle holds more than ${limitText(SOURCE_BOUNDS.unpacked)}`, SMALLER);
    }
    throw malformed(at, 'the bundle is not gzip, or it is damaged', PACKED, cause);
  }
}

async function untar(tar: Uint8Array, at: string) {
  try {
    return (await unpackTar(tar, { strict: true })) as { header: TarHeader; data?: Uint8Array }[];
  } catch (cause) {
    throw malformed(at, 'the bundle is not a tar archive, or it is damaged', PACKED, cause);
  }
}

const PACKED =
  'Make it with `opa build`, or pack the folder with tar and gzip; then check that it arrived whole.';

/** The path without the leading slash that OPA writes, or tar's `./`. */
function pathOf(name: string, at: string): string {
  const path = name.replace(/^\.?\//, '');
  if (Buffer.byteLength(path) > SOURCE_BOUNDS.path) {
    throw malformed(
      at,
      `the path ${quoted(path)} has more than ${SOURCE_BOUNDS.path} bytes`,
      'Choose shorter names.',
    );
  }
  if (path !== MANIFEST && path !== SIGNATURES && !path.split('/').every((part) => NAME.test(part))) {
    throw malformed(
      at,
      `the bundle holds the path ${quoted(path)}`,
      'Use only letters, digits and _+@.- in names, no hidden files, and only paths below the bundle’s root.',
    );
  }
  return path;
}

/** Refuses files without a use here: a later tool may give a meaning to each of them. */
function checkKind(path: string, root: string, at: string): void {
  if (path === MANIFEST || path === SIGNATURES || path.endsWith('.rego')) return;
  if (path === DATA || (path.startsWith(`${root}/`) && path.endsWith(`/${DATA}`))) return;
  const hint = path.endsWith('.wasm')
    ? 'Ship the Rego itself: it is compiled where it is used; WASM from elsewhere is not run.'
    : `A bundle contains .rego files, ${MANIFEST}, ${SIGNATURES}, and one ${DATA} at its root or below ${root}.`;
  throw malformed(at, `the bundle holds ${quoted(path)}, which is not part of a policy’s source`, hint);
}

/** Refuses a file that is also a folder: an archive can contain that, a file system cannot. */
function checkFolders(taken: ReadonlyMap<string, string>, at: string): void {
  for (const [key, path] of taken) {
    const parts = key.split('/');
    for (let length = 1; length < parts.length; length++) {
      const folder = taken.get(parts.slice(0, length).join('/'));
      if (folder === undefined) continue;
      throw malformed(
        at,
        `the bundle holds ${quoted(folder)} as a file and ${quoted(path)} below it`,
        PACKED,
      );
    }
  }
}
