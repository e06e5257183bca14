// A cluster for a test file: in namespaces of its own a machine with its own network, a registry with one image, and Slurm, Grid Engine
// and HTCondor, to all of which a user gives jobs who is not root.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { builtProgram } from '../servers/programs.ts';
import { clusterFolder } from './folder.ts';
import { type LayoutImage, writeLayout } from './image.ts';

/** Milliseconds until all take jobs: 8 on a quiet machine. */
const LONGEST_START = 60_000;
/** Milliseconds of one command. */
const LONGEST_COMMAND = 60_000;

export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Cluster {
  /** `registry.test/em/tool`, whose image this is. */
  readonly image: LayoutImage;
  /** Runs a script of bash in the home of the user `scientist`, as them or as root, with the variables in its environment. */
  run(script: string, options?: { as?: 'scientist' | 'root'; env?: Record<string, string> }): Promise<Output>;
  close(): Promise<void>;
}

/** Starts it. Rejects where one of its parts does not start, with what they printed. */
export async function startCluster(): Promise<Cluster> {
  const root = clusterFolder();
  const host = mkdtempSync(join(tmpdir(), 'panfed-cluster-'));
  const image = await writeLayout(join(host, 'oci'), join(root, 'usr/bin/busybox'));
  copyFileSync(builtProgram('registry') ?? '', join(host, 'registry'));
  const boot = join(import.meta.dirname, 'boot.sh');
  copyFileSync(boot, join(host, 'boot.sh'));
  const namespaces = ['mount', 'pid', 'net', 'uts', 'ipc'].map((name) => `--${name}`);
  const machine = spawn(
    'unshare',
    [
      ...namespaces,
      '--fork',
      '--kill-child=KILL',
      ...['bash', join(import.meta.dirname, 'enter.sh'), root, host],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } },
  );
  // unshare itself ends at no other signal.
  const close = async (): Promise<void> => {
    if (machine.exitCode === null && machine.signalCode === null) {
      const ended = once(machine, 'exit');
      machine.kill('SIGKILL');
      await ended;
    }
    rmSync(host, { recursive: true, force: true });
  };
  const printed: string[] = [];
  machine.stderr.on('data', (bytes) => printed.push(String(bytes)));
  try {
    await readyOf(machine.stdout, printed, machine);
  } catch (error) {
    await close();
    throw error;
  }
  const [first] = readFileSync(`/proc/${machine.pid}/task/${machine.pid}/children`, 'utf8').trim().split(' ');
  const within = [...['--target', String(first)], ...namespaces, '--root', '--wd'];
  return {
    image,
    close,
    run: (script, { as = 'scientist', env = {} } = {}) =>
      new Promise((resolve) => {
        const home = as === 'root' ? '/root' : `/home/${as}`;
        const variables = Object.entries({ HOME: home, USER: as, ...ENVIRONMENT, ...env });
        execFile(
          'nsenter',
          [
            ...within,
            ...['runuser', '-u', as, '--', 'env', '--ignore-environment', `--chdir=${home}`],
            ...variables.map(([name, value]) => `${name}=${value}`),
            ...['bash', '-c', script],
          ],
          { timeout: LONGEST_COMMAND, killSignal: 'SIGKILL', maxBuffer: 16 * 1024 ** 2 },
          (error, stdout, stderr) => {
            const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 124;
            resolve({ code, stdout, stderr });
          },
        );
      }),
  };
}

const ENVIRONMENT = {
  ...{ PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' },
  ...{ SGE_ROOT: '/var/lib/gridengine', SGE_CELL: 'default' },
};

async function readyOf(
  stdout: NodeJS.ReadableStream,
  printed: string[],
  machine: ReturnType<typeof spawn>,
): Promise<void> {
  const timer = setTimeout(() => machine.kill('SIGKILL'), LONGEST_START);
  try {
    for await (const line of createInterface({ input: stdout })) {
      if (line === 'ready') return;
      printed.push(`${line}\n`);
    }
  } finally {
    clearTimeout(timer);
  }
  throw new Error(`the cluster did not start:\n${printed.join('')}`);
}
