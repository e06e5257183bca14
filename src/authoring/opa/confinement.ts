// Limits the resources of a child process by the kernel (POSIX `ulimit`): a shell sets the limits for itself and then
// executes the program, so that the program never runs without them.

export interface Confinement {
  /** Seconds of processor time of one process, after which the kernel ends it. */
  readonly cpu: number;
  /** Bytes of one file that it writes. */
  readonly file: number;
  /**
   * Bytes of address space, on Linux only: macOS does not enforce such a limit. A JavaScript engine reserves far more
   * than it uses. null: unlimited.
   */
  readonly memory: number | null;
}

export interface Command {
  readonly path: string;
  readonly args: readonly string[];
}

/** The exit status of a shell that could not set a limit, and so did not start the program. */
export const NOT_CONFINED = 125;

/**
 * A limit that is lower already need not be set, and cannot be without privileges. Core files would expose its memory.
 */
const SCRIPT = `
cap() { ulimit "-$1" "$2" 2>/dev/null || [ "$(ulimit "-$1")" -le "$2" ] 2>/dev/null || exit ${NOT_CONFINED}; }
cap c 0; cap t "$1"; cap f "$2"
if [ "$3" != - ]; then cap v "$3"; fi
shift 3
exec "$@"`;

/**
 * The command that runs `command` within the limits: seconds of processor time, bytes of a written file and of memory
 * (null: not bounded; nor is it on macOS). Windows has no such limits: there only the time and the output are bounded,
 * by the parent.
 */
export function confined({ path, args }: Command, { cpu, file, memory }: Confinement): Command {
  if (process.platform === 'win32') return { path, args };
  const limits = [
    String(Math.ceil(cpu)),
    // The unit of the file size is 512 bytes (POSIX), that of the address space 1 KiB.
    String(Math.ceil(file / 512)),
    memory === null || process.platform === 'darwin' ? '-' : String(Math.ceil(memory / 1_024)),
  ];
  return { path: '/bin/sh', args: ['-c', SCRIPT, 'sh', ...limits, path, ...args] };
}
