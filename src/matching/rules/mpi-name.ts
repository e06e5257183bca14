// The implementation of MPI that a text names, and its version.
import type { MpiFamily } from '../../model/compute.ts';
import { fold } from '../../model/fold.ts';
import type { MpiProduct } from '../needs.ts';

/** The family of each: those of the MPICH ABI Compatibility Initiative take each other's places. */
export const MPI_FAMILY_OF: Readonly<Record<MpiProduct, MpiFamily>> = {
  'Open MPI': 'openmpi',
  MPICH: 'mpich',
  MVAPICH: 'mpich',
  'Intel MPI': 'mpich',
  'Cray MPICH': 'mpich',
};

/**
 * What a lab wrote. `none`: that the image needs no MPI; `unreadable`: of no known family, with `isAny` where it says no more than
 * that it needs some.
 */
export type WrittenMpi =
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly isAny: boolean }
  | { readonly kind: 'product'; readonly product: MpiProduct; readonly version: string | null };

/** Names as they are written, of which the rest is the version. MPICH2 is older than the ABI, and no MPICH. */
const NAMES: readonly (readonly [MpiProduct, RegExp])[] = [
  ['Open MPI', /^(?:open[ _-]?mpi|ompi)(?![a-z])/],
  ['Cray MPICH', /^cray[ _-]?mpich(?![a-z])/],
  ['MPICH', /^mpich(?!2(?:$|[^\d.]))(?![a-z])/],
  ['MVAPICH', /^mvapich2?(?![a-z])/],
  ['Intel MPI', /^(?:intel[ _-]?(?:\(r\) ?)?mpi|impi)(?![a-z])/],
];

/** `openmpi 4.1.5`, `openmpi-4.1.5`, `openmpi/4.1.5`, `openmpi@4.1.5`, `Open MPI v4`. */
const VERSION = /^[ @/:=_-]*v?(\d[\w.+~-]{0,63})$/;

const ANY = new Set(['mpi', 'any', 'yes', 'true', 'required']);
const NONE = new Set(['none', 'no', 'false']);

/** Reads `requires.mpi`, in any case; a version that is not understood, or a range, is null. Never throws. */
export function readMpi(text: string): WrittenMpi {
  const folded = fold(text);
  if (NONE.has(folded)) return { kind: 'none' };
  for (const [product, name] of NAMES) {
    const [found] = name.exec(folded) ?? [];
    if (found === undefined) continue;
    const [, version = null] = VERSION.exec(folded.slice(found.length)) ?? [];
    return { kind: 'product', product, version };
  }
  return { kind: 'unreadable', isAny: ANY.has(folded) };
}
