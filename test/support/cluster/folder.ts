// A root folder of Debian with Slurm, Grid Engine, HTCondor and container engines, in the user's cache: one for each state of what
// it is made of.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, thisUser } from '../../../src/config/user-folders.ts';
import { needs } from '../real.ts';
import { builtProgram } from '../servers/programs.ts';

/** Debian's release: 13. */
export const SUITE = 'trixie';
/** Where a package is taken from that the release does not have; whatever it needs is of the release. */
export const NEWER = 'sid';

/** Apptainer is the one package of {@link NEWER}. */
export const PACKAGES = [
  ...['slurmctld', 'slurmd', 'slurm-client', 'munge'],
  ...['gridengine-master', 'gridengine-exec', 'gridengine-client', 'htcondor'],
  ...['apptainer', 'podman', 'crun', 'uidmap', 'docker.io', 'docker-cli'],
  ...['charliecloud-builders', 'charliecloud-runtime'],
  ...[
    'ca-certificates',
    'skopeo',
    'busybox-static',
    'iproute2',
    'procps',
    'python3-lark',
    'python3-requests',
  ],
] as const;

/** Where it is, or is to be. Throws where this user has no folder for it. */
export function clusterFolder(): string {
  const hash = createHash('sha256').update(JSON.stringify([SUITE, NEWER, PACKAGES]));
  const cache = cacheFolder(thisUser());
  if (cache === null) throw new Error('set HOME or XDG_CACHE_HOME to a folder that can be written');
  return join(cache, `test-cluster-${hash.digest('hex').slice(0, 16)}`);
}

/** The folder, where it is whole and may be entered, which root alone may; else null. */
function usableFolder(): string | null {
  if (process.getuid?.() !== 0 || builtProgram('registry') === null) return null;
  const folder = clusterFolder();
  return existsSync(folder) ? folder : null;
}

/** Options of a suite that needs the cluster. */
export const needsCluster = needs(
  'a cluster (as root, npm run test:registries and npm run test:cluster make it)',
  usableFolder(),
);
