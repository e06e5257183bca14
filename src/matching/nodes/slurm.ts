// The nodes of a partition as Slurm says it: `scontrol show node --json` (Slurm 23.02 and later), or `sinfo --json` (22.05).
// https://slurm.schedmd.com/rest_api.html, `node`
import { z } from 'zod';
import type { NodeGpu, NodeType } from '../../model/compute.ts';
import { architectureOf } from './architectures.ts';
import { kindsOf } from './kinds.ts';

/** A list, or a text with commas, as versions of Slurm differ. */
const words = z
  .union([z.array(z.string()), z.string()])
  .default([])
  .transform((value) => (typeof value === 'string' ? value.split(',') : value))
  .transform((value) => value.map((word) => word.trim()).filter((word) => word !== ''));

const nodeSchema = z.object({
  name: z.string().max(256),
  architecture: z.string().max(64).nullish(),
  cpus: z.int().min(0).nullish(),
  /** Mebibytes. */
  real_memory: z.int().min(0).nullish(),
  features: words,
  gres: z.string().max(65_536).nullish(),
  partitions: words,
});

export const slurmSchema = z.object({ nodes: z.array(nodeSchema).max(100_000) });

/** `gpu`, its type, its number, and which sockets it is at: `gpu:a100:4(S:0-1)`, `gpu:2`. */
const GPU = /^gpu(?::(?<type>[^:()]+))??(?::(?<count>\d{1,4}))?(?:\([^()]*\))?$/;

/**
 * The kinds of nodes in a partition; null: in any. What the answer does not have is not known: a feature of a node counts as its
 * microarchitecture where `isMicroarchitecture` says that archspec has it. Throws ZodError for another document.
 */
export function slurmNodes(
  document: unknown,
  partition: string | null,
  isMicroarchitecture: (name: string) => boolean,
): readonly NodeType[] {
  const { nodes } = slurmSchema.parse(document);
  return kindsOf(
    nodes
      .filter(({ partitions }) => partition === null || partitions.includes(partition))
      .map(({ architecture, cpus, real_memory: memory, features, gres }) => {
        const named = features.filter(isMicroarchitecture);
        return {
          architecture: architectureOf({ architecture: architecture ?? null })?.oci ?? architecture ?? null,
          microarchitecture: named.length === 1 ? (named[0] ?? null) : null,
          features: [],
          glibc: null,
          cores: cpus || null,
          memory: memory ? memory * 1_048_576 : null,
          gpus: gres == null ? null : gpusOf(gres),
        };
      }),
  );
}

/** Commas that are not between parentheses divide resources. */
const gpusOf = (gres: string): readonly NodeGpu[] =>
  gres.split(/,(?![^(]*\))/).flatMap((one) => {
    const { type, count = '1' } = GPU.exec(one.trim())?.groups ?? { count: '' };
    if (count === '' || Number(count) === 0) return [];
    return [
      {
        ...{ vendor: null, model: type ?? null, count: Number(count) },
        ...{ memory: null, driver: null, cuda: null },
      },
    ];
  });
