// Whether an image's programs run on the processors of a node.
import type { NodeType } from '../../model/compute.ts';
import { fold } from '../../model/fold.ts';
import type { Microarchitecture, Microarchitectures } from '../../vocabulary/microarchitectures.ts';
import type { Needs } from '../needs.ts';
import { best, listed, no, type Outcome, shown, unknown, worst, yes } from '../verdict.ts';
import { familyOf, type ImageArchitecture, ofName, ofPlatform } from './image-architecture.ts';

const TELL_IMAGE = 'State the platforms of the image, or its architectures in `requires.architectures`.';
const TELL_NODE = 'State `architecture` of the nodes in federation.yaml.';
const TELL_MICRO = 'State `microarchitecture` of the nodes in federation.yaml, by a name of archspec.';

/** Programs of the first run on the second where its kernel is built so, and containerd takes them there for want of others. */
const THIRTY_TWO_BITS: ReadonlyMap<string, string> = new Map([
  ['x86', 'x86_64'],
  ['arm', 'aarch64'],
]);

/** Systems of Go, which OCI takes over: no scheduler that jobs are written for gives them such nodes. */
const OTHER_SYSTEMS: ReadonlySet<string> = new Set([
  ...['windows', 'darwin', 'freebsd', 'netbsd', 'openbsd', 'dragonfly', 'solaris', 'illumos', 'aix', 'plan9'],
  ...['android', 'ios', 'js', 'wasip1'],
]);

/** What is said of a node's processors. */
type Processor = Pick<NodeType, 'architecture' | 'microarchitecture' | 'features'>;

/** What a node is known to be. Names are null where nobody said them, or where archspec has none such. */
interface NodeProcessor {
  readonly node: Processor;
  readonly family: string | null;
  readonly microarchitecture: Microarchitecture | null;
  readonly features: ReadonlySet<string>;
}

/**
 * The dimension `architecture`. One of the image's platforms must do, and one of `requires.architectures`; where nobody said either
 * of both, the other one decides. A platform of OCI's image index is "the minimum runtime requirements of the image", with
 * `os`, `architecture` and `variant` by Go's names (https://github.com/opencontainers/image-spec/blob/main/image-index.md).
 * Microarchitectures are compared as archspec 0.2.7 does (archspec/cpu/microarchitecture.py of https://github.com/archspec/archspec):
 * a processor runs what was compiled for itself and for what it is made from. For what it is not made from, a feature that it
 * lacks means no; with all features the answer is unknown, for the list of features is not all that differs: the name alone never
 * means no. archspec's lists leave out some of what processors have (AMD's: rdrand), which is what a node's `features` are for.
 */
export function judgeArchitecture(
  needs: Pick<Needs, 'architectures' | 'platforms'>,
  node: Processor,
  known: Microarchitectures,
): Outcome {
  const processor = processorOf(node, known);
  if (processor === null)
    return unknown(
      'NODE_ARCHITECTURES_DISAGREE',
      `The nodes are said to be ${shown(node.architecture ?? '')}, and ${shown(node.microarchitecture ?? '')}, which is another architecture.`,
      'Correct the nodes in federation.yaml.',
    );
  const stated = [
    // First what the lab says, which is more exact than a platform, so that it is the reason where both do.
    needs.architectures.map((name) => ofName(name, known)),
    needs.platforms.flatMap((platform) => ofPlatform(platform, known) ?? []),
  ].filter((any) => any.length > 0);
  const outcome = worst(stated.flatMap((any) => best(any.map((one) => judge(one, processor, known))) ?? []));
  return (
    outcome ?? unknown('ARCHITECTURE_NOT_SAID', 'Nobody said for which processors the image is.', TELL_IMAGE)
  );
}

function processorOf(node: Processor, known: Microarchitectures): NodeProcessor | null {
  const named = node.microarchitecture === null ? null : known.microarchitecture(node.microarchitecture);
  const family = node.architecture === null ? null : familyOf(node.architecture, known);
  if (named !== null && family !== null && family !== named.family) return null;
  return {
    node,
    family: named?.family ?? family,
    // A family's own name says no more than the architecture does.
    microarchitecture: named === null || named.ancestors.size === 0 ? null : named,
    features: new Set([...(named?.features ?? []), ...node.features.map(fold)]),
  };
}

function judge(wanted: ImageArchitecture, processor: NodeProcessor, known: Microarchitectures): Outcome {
  const { said } = wanted;
  const { node, family } = processor;
  if (wanted.os !== null && OTHER_SYSTEMS.has(wanted.os))
    return no(
      'PLATFORM_NOT_LINUX',
      `The image is for ${shown(said)}; the nodes run Linux.`,
      'Publish the image for Linux.',
    );
  if (wanted.family === null || (wanted.os !== null && wanted.os !== 'linux'))
    return unknown('ARCHITECTURE_UNKNOWN', `What "${shown(said)}" is, is not known.`, TELL_IMAGE);
  if (family === null)
    return unknown(
      'ARCHITECTURE_OF_NODE_NOT_SAID',
      `The image is for ${shown(said)}; nobody said what the nodes are.`,
      TELL_NODE,
    );
  if (family !== wanted.family) {
    if (THIRTY_TWO_BITS.get(wanted.family) === family)
      return unknown(
        'ARCHITECTURE_32_BIT',
        `The image is for ${shown(said)}; whether the ${family} nodes run such programs of 32 bits is not known.`,
        `Publish the image for ${family}.`,
      );
    return no(
      'ARCHITECTURE_OTHER',
      `The image is for ${shown(said)}; the nodes are ${shown(nodeText(node))}.`,
      `Publish the image for ${family}.`,
    );
  }
  if (wanted.isPartlyUnknown)
    return unknown(
      'ARCHITECTURE_VARIANT_UNKNOWN',
      `The image is for ${shown(said)}, a variant that is not known; the nodes are ${shown(nodeText(node))}.`,
      TELL_IMAGE,
    );
  if (wanted.microarchitecture === null)
    return yes(
      'ARCHITECTURE_SAME',
      `The image is for ${shown(said)}, and the nodes are ${shown(nodeText(node))}.`,
    );
  return judgeMicroarchitecture(wanted.microarchitecture, said, processor, known);
}

function judgeMicroarchitecture(
  wanted: Microarchitecture,
  said: string,
  { node, family, microarchitecture, features }: NodeProcessor,
  known: Microarchitectures,
): Outcome {
  if (microarchitecture === null)
    return unknown(
      'MICROARCHITECTURE_OF_NODE_NOT_SAID',
      node.microarchitecture === null
        ? `The image is for ${shown(said)}; nobody said which ${family} processors the nodes have.`
        : `The image is for ${shown(said)}; archspec has no more of ${shown(node.microarchitecture)} than that it is ${family}.`,
      TELL_MICRO,
    );
  if (microarchitecture.name === wanted.name || microarchitecture.ancestors.has(wanted.name))
    return yes(
      'MICROARCHITECTURE_RUNS',
      `The nodes are ${microarchitecture.name}, which runs what is made for ${wanted.name}.`,
    );
  const missing = [...wanted.features].filter(
    (feature) => !known.hasFeature(feature, features, microarchitecture.family),
  );
  if (missing.length > 0)
    return no(
      'MICROARCHITECTURE_LACKS_FEATURE',
      `The image is for ${wanted.name}; the nodes are ${microarchitecture.name}, without ${listed(missing)}.`,
      `Use nodes that are ${wanted.name} or made from it, or an image for ${microarchitecture.name}; if the processors have these features, state them in \`features\` of the nodes.`,
    );
  return unknown(
    'MICROARCHITECTURE_OTHER_NAME',
    `The image is for ${wanted.name}; the nodes are ${microarchitecture.name}, not made from it, with all features that are known of it.`,
    'Try the image there, or publish it for what both are made from.',
  );
}

const nodeText = ({ architecture, microarchitecture }: Processor): string =>
  microarchitecture ?? architecture ?? '';
