// Whether a GPU's driver runs what was made with a CUDA.
import type { NodeGpu } from '../../model/compute.ts';
import { no, type Outcome, shown, unknown, yes } from '../verdict.ts';
import { compareDotted, isDotted } from './dotted.ts';

/** The oldest driver for Linux that runs a CUDA, or every CUDA of its major version. */
interface Minimum {
  readonly cuda: string;
  readonly driver: string;
}

/** Before CUDA 11 each version needs a driver of its own. */
const SINGLE: readonly Minimum[] = [
  { cuda: '10.0', driver: '410.48' },
  { cuda: '10.1', driver: '418.39' },
  { cuda: '10.2', driver: '440.33' },
];

/** From CUDA 11 on, with minor-version compatibility. */
const FAMILIES: ReadonlyMap<number, Minimum> = new Map([
  [11, { cuda: '11.x', driver: '450.80.02' }],
  [12, { cuda: '12.x', driver: '525.60.13' }],
  [13, { cuda: '13.x', driver: '580.65.06' }],
]);
const FIRST_FAMILY = 11;

/** Major and minor version; what follows is an update, or NVIDIA's build: `12.4.1.009`. */
const CUDA = /^v?(\d{1,4})(?:\.(\d{1,4}))?(?=$|[.+~_-])/;

const TELL_NODE = 'State `driver` and `cuda` of the GPUs in federation.yaml.';

/**
 * What was made with CUDA `needed` (`12.4`, `12.4.1`) runs where the driver knows that CUDA or a newer one, and within a major
 * version from 11 on with every driver from the one of its first release on ("minor version compatibility"). Newer drivers run
 * what is older. The source is NVIDIA's CUDA Compatibility, Minor Version Compatibility, tables 1 and 2
 * (https://docs.nvidia.com/deploy/cuda-compatibility/minor-version-compatibility.html): CUDA 11.x from 450 on (450.80.02), 12.x
 * from 525 on, 13.x from 580 on, 10.x each its own; the first full versions of 525 and 580 are those of the CUDA Toolkit Release
 * Notes (https://docs.nvidia.com/cuda/cuda-toolkit-release-notes/). Packages for forward compatibility in the image are not
 * counted: not every GPU has them.
 */
export function judgeCuda(needed: string, gpu: NodeGpu): Outcome {
  const wanted = readCuda(needed);
  if (wanted === null)
    return unknown(
      'CUDA_UNREADABLE',
      `Which CUDA "${shown(needed)}" is, is not known.`,
      'State a version as 12.4.',
    );
  const has = gpu.cuda === null ? null : readCuda(gpu.cuda);
  const driver = gpu.driver !== null && isDotted(gpu.driver) ? gpu.driver : null;
  const minimum = minimumOf(wanted);
  const knows = has === null ? null : compareDotted(has.text, wanted.text) >= 0;
  const isNewEnough = driver === null || minimum === null ? null : compareDotted(driver, minimum.driver) >= 0;
  const isSameMajor = has?.major === wanted.major;
  const needs = `The image needs CUDA ${wanted.text}`;
  // Before CUDA 10 the minimum is more than is needed, so that an older driver says nothing.
  const isTooOld = isNewEnough === false && !isOlder(wanted, SINGLE[0]);

  if (knows === true && !isTooOld)
    return yes('CUDA_NEW_ENOUGH', `${needs}, and the driver runs CUDA ${has?.text}.`);
  const bridges = isSameMajor && wanted.major >= FIRST_FAMILY;
  if ((knows === true && isTooOld) || (knows === false && isNewEnough === true && !bridges))
    return unknown(
      'CUDA_FACTS_DISAGREE',
      `${needs}; the nodes are said to have driver ${driver}, and CUDA ${has?.text}, which is not that driver's.`,
      TELL_NODE,
    );
  if (isNewEnough === true && minimum !== null)
    return yes(
      knows === false ? 'CUDA_MINOR_VERSION' : 'CUDA_DRIVER_NEW_ENOUGH',
      `${needs}, which runs with driver ${minimum.driver} or later (CUDA ${minimum.cuda}); the nodes have ${driver}.`,
    );
  if (isTooOld && minimum !== null)
    return no(
      'CUDA_DRIVER_TOO_OLD',
      `${needs}, for which driver ${minimum.driver} or later is needed; the nodes have ${driver}.`,
      `Use nodes with driver ${minimum.driver} or later, or an image with an older CUDA.`,
    );
  if (knows === false && !bridges)
    return no(
      'CUDA_TOO_OLD',
      `${needs}; the driver runs CUDA ${has?.text} at the most.`,
      `Use nodes whose driver runs CUDA ${wanted.text}, or an image with an older CUDA.`,
    );
  if (knows === false)
    return unknown(
      'CUDA_MINOR_VERSION_UNKNOWN',
      minimum === null
        ? `${needs}, and the driver knows CUDA ${has?.text}; which driver all of CUDA ${wanted.major} needs is not known.`
        : `${needs}, and the driver knows CUDA ${has?.text}; it runs with driver ${minimum.driver} or later, and nobody said which driver that is.`,
      TELL_NODE,
    );
  return unknown(
    'CUDA_OF_NODE_NOT_SAID',
    `${needs}; nobody said which CUDA the nodes' driver runs.`,
    TELL_NODE,
  );
}

interface Cuda {
  readonly major: number;
  /** `12.4`. */
  readonly text: string;
}

function readCuda(text: string): Cuda | null {
  const [, major, minor = '0'] = CUDA.exec(text.trim()) ?? [];
  return major === undefined ? null : { major: Number(major), text: `${Number(major)}.${Number(minor)}` };
}

function minimumOf(wanted: Cuda): Minimum | null {
  if (wanted.major >= FIRST_FAMILY) return FAMILIES.get(wanted.major) ?? null;
  return SINGLE.find((one) => !isOlder({ text: one.cuda }, { cuda: wanted.text })) ?? null;
}

const isOlder = (a: Pick<Cuda, 'text'>, b: Pick<Minimum, 'cuda'> | undefined): boolean =>
  b !== undefined && compareDotted(a.text, b.cuda) < 0;
