// Whether a resource has the MPI that an image was built for.
import type { ComputeResource, ResourceMpi } from '../../model/compute.ts';
import type { Needs } from '../needs.ts';
import { areUnanimous, best, listed, no, type Outcome, shown, unknown, worst, yes } from '../verdict.ts';
import { MPI_FAMILY_OF, readMpi, type WrittenMpi } from './mpi-name.ts';
import { withinRange } from './mpi-version.ts';

const TELL_IMAGE =
  'State in `requires.mpi` of the image for which MPI it is built, or that it needs none (`none`).';
const TELL_NODE = 'State `mpi` of the resource in federation.yaml.';

/** What an image says of MPI. */
type MpiNeeds = Pick<Needs, 'mpi' | 'environmentMpi' | 'hasUnnamedMpi'>;

/** MPI by a product, as an image says it. */
type Named = Extract<WrittenMpi, { readonly kind: 'product' }>;

/**
 * The dimension `mpi`. A program that is started by the host's MPI must be of its family, Open MPI or that of MPICH's ABI, and of a
 * version that the resource works with; what a range is says src/model/version-range.ts. The sources are Apptainer's guide, "Hybrid
 * model" (https://github.com/apptainer/apptainer-userdocs/blob/main/mpi.rst), and what Sarus says of ABI compatibility
 * (https://github.com/eth-cscs/sarus, doc/user/abi_compatibility.rst): MPICH, Intel MPI, MVAPICH and Cray's replace each
 * other by the MPICH ABI Compatibility Initiative. These number their versions each in its own way, so that theirs are not
 * compared with a range of MPICH's. What the environment names beside `requires.mpi` must agree
 * with it, else the answer is unknown. Where the environment alone names an MPI, nobody said that the image needs one: what fits
 * does so anyway, and what does not is unknown, never no.
 */
export function judgeMpi(needs: MpiNeeds, { mpi }: Pick<ComputeResource, 'mpi'>): Outcome {
  const fromEnvironment = needs.environmentMpi.map((one): Named => ({ kind: 'product', ...one }));
  if (needs.mpi === null) return judgeEnvironment(needs, fromEnvironment, mpi);
  const written = readMpi(needs.mpi);
  if (written.kind === 'none') return yes('MPI_NOT_NEEDED', 'The image says that it needs no MPI.');
  const outcomes = completed(written, fromEnvironment).map((one) => judgeNamed(one, mpi));
  if (written.kind === 'unreadable' && !written.isAny) outcomes.push(unreadable(needs.mpi));
  const outcome = worst(outcomes) ?? unreadable(needs.mpi);
  if (areUnanimous(outcomes)) return outcome;
  const also = fromEnvironment.map(({ product, version }) => `${product} ${version}`);
  return unknown(
    'MPI_STATEMENTS_DISAGREE',
    `The image says "${shown(needs.mpi)}", and its environment ${listed(also)}. ${outcome.message}`,
    TELL_IMAGE,
  );
}

const unreadable = (text: string): Outcome =>
  unknown('MPI_UNKNOWN', `The image needs "${shown(text)}", of which no family of MPI is known.`, TELL_IMAGE);

/** What is written, with the versions of the environment where it has none, and whatever else the environment names. */
function completed(written: WrittenMpi, fromEnvironment: readonly Named[]): readonly Named[] {
  if (written.kind !== 'product') return fromEnvironment;
  const isCompleted =
    written.version === null && fromEnvironment.some(({ product }) => product === written.product);
  return isCompleted ? fromEnvironment : [written, ...fromEnvironment];
}

function judgeEnvironment(needs: MpiNeeds, named: readonly Named[], mpi: ComputeResource['mpi']): Outcome {
  const outcomes = named.map((one) => judgeNamed(one, mpi));
  const outcome = worst(outcomes);
  if (outcome === undefined)
    return needs.hasUnnamedMpi
      ? unknown(
          'MPI_FAMILY_NOT_SAID',
          'The environment of the image has MPI_VERSION, which says no family.',
          TELL_IMAGE,
        )
      : unknown('MPI_NOT_SAID', 'Nobody said whether the image needs MPI.', TELL_IMAGE);
  if (outcome.verdict === 'yes') return outcome;
  return unknown(
    'MPI_NEED_NOT_SAID',
    `Only its environment says that the image has an MPI. ${outcome.message}`,
    TELL_IMAGE,
  );
}

function judgeNamed(named: Named, mpi: ComputeResource['mpi']): Outcome {
  const family = MPI_FAMILY_OF[named.product];
  const built = `The image is built for ${named.product}${named.version === null ? '' : ` ${shown(named.version)}`}`;
  if (mpi === null)
    return unknown(
      'MPI_OF_RESOURCE_NOT_SAID',
      `${built}; nobody said which MPI the resource has.`,
      TELL_NODE,
    );
  const outcome = best(
    mpi.filter((one) => one.family === family).map((one) => judgeVersion(named, built, one)),
  );
  if (outcome !== undefined) return outcome;
  return no(
    mpi.length === 0 ? 'RESOURCE_WITHOUT_MPI' : 'MPI_FAMILY_OTHER',
    `${built}; the resource has ${mpi.length === 0 ? 'no MPI' : listed(mpi.map((one) => one.family))}.`,
    `Use a resource with ${family === 'mpich' ? 'an MPI of the MPICH ABI' : 'Open MPI'}, or an image for the resource's.`,
  );
}

function judgeVersion(
  { product, version }: Named,
  built: string,
  { family, versions }: ResourceMpi,
): Outcome {
  if (versions === null) return yes('MPI_FITS', `${built}, and the resource works with every ${family}.`);
  const works = `the resource works with ${family} ${shown(versions)}`;
  if (version === null)
    return unknown(
      'MPI_VERSION_NOT_SAID',
      `${built}, of which nobody said the version; ${works}.`,
      TELL_IMAGE,
    );
  if (product !== 'Open MPI' && product !== 'MPICH')
    return unknown(
      'MPI_VERSION_NOT_COMPARABLE',
      `${built}; ${works}, and the two number their versions in ways of their own.`,
      `State in \`requires.mpi\` of the image the version of MPICH that it is compatible with.`,
    );
  switch (withinRange(version, versions)) {
    case 'yes':
      return yes('MPI_FITS', `${built}, and ${works}.`);
    case 'no':
      return no(
        'MPI_VERSION_OUTSIDE',
        `${built}; ${works}.`,
        `Use an image that is built for ${family} ${shown(versions)}.`,
      );
    case 'unknown':
      return unknown(
        'MPI_VERSION_INEXACT',
        `${built}; ${works}, and whether that is within is not known.`,
        TELL_IMAGE,
      );
  }
}
