// Writes a policy bundle: a gzipped tar archive that is the same, byte for byte, wherever and whenever it is built.
import { gzipSync } from 'fflate';
import { packTar } from 'modern-tar';

/** Zero in the gzip header means "no time"; a Date, because fflate reads the number 0 as "now". */
const NO_TIME = new Date(0);

/**
 * A gzipped tar archive (RFC 1952, POSIX ustar; OPA's bundle format) of the files, sorted by name, without owner and
 * time. fflate compresses them, because the output of node:zlib differs between processors and versions of Node.
 * @param level of compression, 9 by default: 0, for an archive that is read at once, takes no time
 */
export async function packBundle(
  files: Readonly<Record<string, Uint8Array>>,
  level: 0 | 9 = 9,
): Promise<Uint8Array> {
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
  return gzipSync(await packTar(entries), { level, mtime: NO_TIME });
}
