// Whether libraries of the node, which an engine brings into the container for the GPU, find a GNU C library that is new enough.
import type { ComputeResource, NodeType } from '../../model/compute.ts';
import type { Needs } from '../needs.ts';
import { type Outcome, unknown, yes } from '../verdict.ts';
import { compareDotted, isDotted } from './dotted.ts';
import { certainEngines } from './engine.ts';

/**
 * What follows from `--nv` and `--rocm` of Apptainer, which bind the node's libraries of OpenGL, too: those ask for the GNU C library
 * that the node has, and a program that loads them does not start with an older one ("GLIBC_2.34 not found",
 * https://github.com/apptainer/apptainer/issues/945). Programs that only compute load none of them, so that an older one is unknown,
 * not no. undefined: another engine is there, too, that brings the GPU otherwise, or Apptainer is not. Charliecloud brings none, and an
 * engine that may lack its users' subordinate ids is no other: what nobody said would make a yes.
 */
export function judgeGlibc(
  needs: Pick<Needs, 'glibc' | 'engines'>,
  { glibc }: Pick<NodeType, 'glibc'>,
  resource: Pick<ComputeResource, 'engines' | 'subuids' | 'scheduler'>,
): Outcome | undefined {
  const engines = certainEngines(needs, resource).filter((engine) => engine !== 'charliecloud');
  if (engines.length !== 1 || engines[0] !== 'apptainer') return undefined;
  const image = known(needs.glibc);
  const node = known(glibc);
  const binds = 'Apptainer binds the libraries of OpenGL that the nodes have';
  if (image === null || node === null)
    return unknown(
      'GLIBC_NOT_SAID',
      `${binds}; nobody said by its version which GNU C library ${image !== null ? 'they have' : node !== null ? 'the image has' : 'they and the image have'}.`,
      image === null
        ? 'State `requires.glibc` of the image, as its `ldd --version` says.'
        : 'State `glibc` of the nodes in federation.yaml.',
    );
  if (compareDotted(image, node) >= 0)
    return yes('GLIBC_NEW_ENOUGH', `${binds}, with glibc ${node}; the image has ${image}.`);
  return unknown(
    'GLIBC_OLDER',
    `${binds}, with glibc ${node}; the image has ${image}, with which a program that uses OpenGL may not start.`,
    'Publish the image on a newer base, or use nodes with an older system.',
  );
}

/** A version of the GNU C library, and what a distribution puts behind it: `2.34`, `2.34-100.el9`. */
const VERSION = /^(?<own>\d+(?:\.\d+)+)(?:-[\w.+~]+)?$/;

/** null: nobody said it, or not as a version. */
function known(version: string | null): string | null {
  const own = VERSION.exec(version?.trim() ?? '')?.groups?.own;
  return own !== undefined && isDotted(own) ? own : null;
}
