// What matching with computers asks about, of the environment that an image's configuration sets. Every other variable may
// be somebody's password, and is neither stored nor shown.

import type { EnvironmentVariable } from '../../model/image.ts';

/** A version: `12.4.1`, `2.22.3-1`, `12.4.1.009`. */
const VERSION = /^[0-9A-Za-z][0-9A-Za-z.+~:_-]{0,63}$/;

/** NVIDIA's container runtime: `cuda>=12.4 brand=tesla,driver>=470,driver<471`. */
const REQUIREMENT = /^[0-9A-Za-z.,<>=!_ -]{1,4096}$/;

/** Words between commas: `compute,utility`. */
const WORDS = /^[0-9A-Za-z,_-]{1,256}$/;

/** The names that are kept, and what their values look like; a value that looks otherwise is dropped. */
const ALLOWED: Readonly<Record<string, RegExp>> = {
  CUDA_VERSION: VERSION,
  NV_CUDA_CUDART_VERSION: VERSION,
  CUDNN_VERSION: VERSION,
  NV_CUDNN_VERSION: VERSION,
  NCCL_VERSION: VERSION,
  NVIDIA_REQUIRE_CUDA: REQUIREMENT,
  NVIDIA_DRIVER_CAPABILITIES: WORDS,
  ROCM_VERSION: VERSION,
  MPI_VERSION: VERSION,
  OPENMPI_VERSION: VERSION,
  OMPI_VERSION: VERSION,
  MPICH_VERSION: VERSION,
  MVAPICH2_VERSION: VERSION,
};

/** The names of variables that are kept. */
export const ENVIRONMENT_NAMES: readonly string[] = Object.keys(ALLOWED);

/**
 * The allowed variables of `config.Env` (OCI image configuration), in the order of {@link ENVIRONMENT_NAMES};
 * the last value of a name, as engines set it, if it looks as it should, with at most 4,096 characters. Never
 * throws: what is no list of `NAME=value` has none.
 */
export function readEnvironment(env: unknown): readonly EnvironmentVariable[] {
  const found = new Map<string, string>();
  for (const entry of Array.isArray(env) ? env : []) {
    const at = typeof entry === 'string' ? entry.indexOf('=') : -1;
    if (at > 0) found.set(entry.slice(0, at), entry.slice(at + 1));
  }
  return ENVIRONMENT_NAMES.flatMap((name) => {
    const value = found.get(name);
    return value !== undefined && ALLOWED[name]?.test(value) === true ? [{ name, value }] : [];
  });
}
