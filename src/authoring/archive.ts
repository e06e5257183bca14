// Writes a policy bundle: a gzipped tar archive that is the same, byte for byte, wherever and whenever it is built.
import { gzipSync } from 'fflate';
import { packTar } from 'modern-tar';

/** Zero in the gzip header reads as "no time"; a Date, because fflate takes the number 0 for "now". */
const NO_TIME = new Date(0);

/**
 * The files by name, sorted, owned by nobody and of no time. fflate and not node:zlib compresses them: zlib's output
 * differs between processors and versions of Node.
 */
export async function packBundle(files: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> {
  const entries = Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, body]) => ({
      header: {
        name,
        size: body.byteLength,
        type: 'file' as const,
        mode: 0o644,
        uid: 0,
        gid: 0,
        uname: '',
        gname: '',
        mtime: NO_TIME,
      },
      body,
    }));
  return gzipSync(await packTar(entries), { level: 9, mtime: NO_TIME });
}
