// One processor architecture by the names of OCI, Linux and HTCondor.
import type { NodeType } from '../../model/compute.ts';

export interface Architecture {
  /** As OCI and Kubernetes write it: `amd64`. */
  readonly oci: string;
  /** What `uname -m` prints: `x86_64`. */
  readonly machine: string;
  /** The attribute `Arch` of HTCondor: `X86_64`. */
  readonly htcondor: string;
}

const ARCHITECTURES: readonly Architecture[] = [
  { oci: 'amd64', machine: 'x86_64', htcondor: 'X86_64' },
  { oci: 'arm64', machine: 'aarch64', htcondor: 'aarch64' },
  { oci: '386', machine: 'i686', htcondor: 'INTEL' },
  ...['ppc64le', 's390x', 'riscv64'].map((name) => ({ oci: name, machine: name, htcondor: name })),
];

/** That of the node, by any of the names; null: nobody said, or it is none of them. */
export const architectureOf = ({ architecture }: Pick<NodeType, 'architecture'>): Architecture | null =>
  ARCHITECTURES.find(({ oci, machine }) => [oci, machine].includes(architecture?.toLowerCase() ?? '')) ??
  null;

/** Whether nodes of several architectures are in one resource, or may be, so that a job has to say which. */
export const isMixed = (nodes: readonly Pick<NodeType, 'architecture'>[]): boolean =>
  new Set(nodes.map((node) => architectureOf(node)?.oci ?? null)).size > 1;
