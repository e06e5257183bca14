// What a child process may take of the machine, held by the kernel: a shell sets the limits for itself and then becomes the
// program, so that there is no moment at which it runs without them.

export interface Confinement {
  /** Seconds of processor time of one process, after which the kernel ends it. */
  readonly cpu: number;
  /** Bytes of one file that it writes. */
  readonly file: number;
  /**
   * Bytes of address space. Linux alone: macOS has no such limit that holds, and a JavaScript engine reserves far more than
   * it uses. null: none.
   */
  readonly memory: number | null;
}

export interface Command {
  readonly path: string;
  readonly args: readonly string[];
}

/** The status of a shell that could not set a limit. The program was not started then. */
export const NOT_CONFINED = 125;

/** A limit that is lower already need not be set, and without privileges cannot be. Core files would hold what it knows. */
const SCRIPT = `
cap() { ulimit "-$1" "$2" 2>/dev/null || [ "$(ulimit "-$1")" -le "$2" ] 2>/dev/null || exit ${NOT_CONFINED}; }
cap c 0; cap t "$1"; cap f "$2"
if [ "$3" != - ]; then cap v "$3"; fi
shift 3
exec "$@"`;

/**
 * The command, run within the limits. Windows has neither: there a process is bounded by the time and the output that its
 * parent allows it.
 */
export function confined({ path, args }: Command, { cpu, file, memory }: Confinement): Command {
  if (process.platform === 'win32') return { path, args };
  const limits = [
    String(Math.ceil(cpu)),
    // POSIX counts blocks of 512 bytes here, and shells KiB there.
    String(Math.ceil(file / 512)),
    memory === null || process.platform === 'darwin' ? '-' : String(Math.ceil(memory / 1_024)),
  ];
  return { path: '/bin/sh', args: ['-c', SCRIPT, 'sh', ...limits, path, ...args] };
}
