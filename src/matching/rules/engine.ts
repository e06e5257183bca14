// Whether a container engine that runs an image is where the job runs.
import {
  type ComputeResource,
  JOB_ENGINES,
  type JobEngine,
  type ResourceEngine,
} from '../../model/compute.ts';
import { fold } from '../../model/fold.ts';
import type { Needs } from '../needs.ts';
import { listed, no, type Outcome, shown, unknown, yes } from '../verdict.ts';

/** What the dimension is, and what a job can be written for. */
export interface EngineOutcome {
  readonly outcome: Outcome;
  /** Engines of the resource that may run the image, in the order of {@link JOB_ENGINES}; empty for Kubernetes, which has its own. */
  readonly engines: readonly JobEngine[];
}

/** Other names of engines. Apptainer is what Singularity became, and runs its images. */
const SAME: ReadonlyMap<string, JobEngine> = new Map([
  ['singularity', 'apptainer'],
  ['singularityce', 'apptainer'],
  ['singularity-ce', 'apptainer'],
]);
/** Names of engines, beside those for which jobs are written; others may mean anything. */
const OTHERS = ['containerd', 'cri-o', 'enroot', 'kubernetes', 'podman-hpc', 'udocker'];
const KNOWN: ReadonlySet<string> = new Set<string>([...JOB_ENGINES, ...OTHERS]);
/** What runs the same images as the runtime of a node of Kubernetes. */
const OF_KUBERNETES: ReadonlySet<string> = new Set(['docker', 'podman', 'containerd', 'cri-o', 'kubernetes']);
/** Engines that, without root, need subordinate ids of their user. */
const NEEDS_SUBUIDS: ReadonlySet<string> = new Set(['podman', 'docker']);

const TELL_IMAGE = 'State in `requires.engines` of the image which engines run it.';

/** By the name of the image, or of the resource; one of another spelling is the one that it means. */
const engineOf = (name: string): string => SAME.get(fold(name)) ?? fold(name);

/**
 * The dimension `engine`, and the engines that remain for the job: those of the resource that are on its compute nodes and that the
 * image names, or all of them where it names none, which is unknown then. Rootless podman and docker need subordinate ids
 * ("Rootless Podman requires the user running it to have a range of UIDs",
 * https://github.com/containers/podman/blob/main/docs/tutorials/rootless_tutorial.md; Docker's documentation, "Rootless mode"):
 * without them they do not remain. A node of Kubernetes has a runtime in any case, which runs the images of OCI's engines. A
 * resource that names no engine has said nothing of them: the key has that default.
 */
export function judgeEngine(
  { engines: wanted }: Pick<Needs, 'engines'>,
  resource: Pick<ComputeResource, 'engines' | 'subuids' | 'scheduler' | 'name'>,
): EngineOutcome {
  const { there, names, isWanted, fitting, possible, certain } = enginesOf(wanted, resource);
  const isCluster = resource.scheduler === 'kubernetes';
  const usable = there.filter(({ name }) => !lacksSubuids(engineOf(name), resource.subuids));
  const engines = JOB_ENGINES.filter(
    (engine) => possible.includes(engine) && there.some(({ name }) => fold(name) === engine),
  );
  const said =
    names.size === 0 ? 'Nobody said which engines run the image' : `The image runs with ${listed(wanted)}`;
  const has = `${shown(resource.name)} has ${there.length === 0 ? 'none' : listed(there.map(textOf))} on its compute nodes`;
  return { engines, outcome: outcomeOf() };

  function outcomeOf(): Outcome {
    if (names.size > 0 && isCluster && [...names].some((name) => OF_KUBERNETES.has(name)))
      return yes('ENGINE_OF_KUBERNETES', `${said}, and the nodes of Kubernetes run such images.`);
    if (names.size > 0 && certain.length > 0) return yes('ENGINE_THERE', `${said}, and ${has}.`);
    if (resource.engines.length === 0 && !isCluster)
      return unknown(
        'ENGINES_OF_RESOURCE_NOT_SAID',
        `${said}; nobody said which engines ${shown(resource.name)} has.`,
        'State `engines` of the resource in federation.yaml.',
      );
    if (possible.length > 0 && certain.length === 0)
      return unknown(
        'SUBUIDS_NOT_SAID',
        `${said}, and ${has}; nobody said whether users have the subordinate ids that ${listed(possible)} needs without root.`,
        'State `subuids` of the resource in federation.yaml.',
      );
    if (possible.length > 0 || (names.size === 0 && isCluster))
      return unknown(
        'ENGINES_NOT_SAID',
        `${said}; ${isCluster ? 'Kubernetes runs images of OCI' : has}.`,
        TELL_IMAGE,
      );
    if (fitting.length > 0)
      return no(
        'SUBUIDS_MISSING',
        `${said}, and ${has}; users have no subordinate ids, which ${listed(fitting)} needs without root.`,
        'Give users subordinate ids (/etc/subuid), or use another engine.',
      );
    const strange = [...names].filter((name) => !KNOWN.has(name));
    if (strange.length > 0 && (usable.length > 0 || isCluster))
      return unknown(
        'ENGINE_UNKNOWN',
        `${said}, of which "${listed(strange)}" is not known; ${has}.`,
        TELL_IMAGE,
      );
    const atLogin = resource.engines.filter(
      ({ name, where }) => where === 'login' && isWanted(engineOf(name)),
    );
    if (atLogin.length > 0)
      return no(
        'ENGINE_AT_LOGIN_ALONE',
        `${said}; ${shown(resource.name)} has ${listed(atLogin.map(textOf))} on its login nodes alone.`,
        'Use a resource with such an engine on its compute nodes.',
      );
    return no(
      'ENGINE_OTHER',
      `${said}; ${has}.`,
      'Use a resource with such an engine, or publish the image for others.',
    );
  }
}

/**
 * Engines of {@link JOB_ENGINES}, in its order, that can run the image, by whichever name the resource has for them: none that needs
 * what the resource does not say of users. Empty for Kubernetes, whose runtime is its own.
 */
export function certainEngines(
  { engines }: Pick<Needs, 'engines'>,
  resource: Pick<ComputeResource, 'engines' | 'subuids' | 'scheduler'>,
): readonly JobEngine[] {
  if (resource.scheduler === 'kubernetes') return [];
  const { certain } = enginesOf(engines, resource);
  return JOB_ENGINES.filter((engine) => certain.includes(engine));
}

/** The engines of compute nodes, those of them that the image names (all, where it names none), and which of these users can use. */
function enginesOf(
  wanted: readonly string[],
  { engines, subuids }: Pick<ComputeResource, 'engines' | 'subuids'>,
) {
  const there = engines.filter(({ where }) => where !== 'login');
  const names = new Set(wanted.map(engineOf));
  const isWanted = (engine: string): boolean => names.size === 0 || names.has(engine);
  const fitting = [...new Set(there.map(({ name }) => engineOf(name)))].filter(isWanted);
  const possible = fitting.filter((engine) => !lacksSubuids(engine, subuids));
  const certain = possible.filter((engine) => !NEEDS_SUBUIDS.has(engine) || subuids === true);
  return { there, names, isWanted, fitting, possible, certain };
}

const lacksSubuids = (engine: string, subuids: boolean | null): boolean =>
  NEEDS_SUBUIDS.has(engine) && subuids === false;

const textOf = ({ name, version }: ResourceEngine): string =>
  version === null ? name : `${name} ${version}`;
