// Whose image OCI's labels describe: `FROM` inherits them, so that Ubuntu's `ref.name: ubuntu` and `version: 22.04` stand
// on whatever is built on it.
import { fold } from '../../model/fold.ts';

/** What the image is known to hold, with which the names in its labels are compared. */
export interface Software {
  /** Names of its frameworks. */
  readonly frameworks: readonly string[];
  /** Its own name, which stands for a framework's where there is none. */
  readonly repository: string;
  /** The vocabulary's name of a framework; null where it has none. */
  readonly canonical: (name: string) => string | null;
}

/** What OCI's labels call that which they describe. */
export interface Naming {
  readonly refName: string | null;
  readonly title: string | null;
  /** The image that this one says to be built on. */
  readonly baseName: string | null;
}

/** `all`: the descriptive labels are a base image's. `version`: the version may be, the others were set anew. */
export type Inherited = 'all' | 'version' | 'none';

/** What images are built on: names in small letters, without blanks, and without digits at the end of a word. */
const BASES = new Set([
  ...['alma', 'almalinux', 'alpine', 'alpinelinux', 'amazonlinux', 'arch', 'archlinux', 'busybox', 'centos'],
  ...['cuda', 'nvidiacuda', 'debian', 'debianlinux', 'distroless', 'fedora', 'fedoralinux', 'leap', 'nixos'],
  ...['opensuse', 'opensuseleap', 'opensusetumbleweed', 'oraclelinux', 'redhat', 'redhatlinux', 'rhel'],
  ...['redhatuniversal', 'rocky', 'rockylinux', 'scientificlinux', 'sl', 'sles', 'suselinux', 'tumbleweed'],
  ...['ubi', 'ubuntu', 'ubuntulinux', 'universal', 'voidlinux', 'wolfi', 'bci', 'slebci', 'clearlinux'],
  ...['conda', 'micromamba', 'miniconda', 'miniforge', 'mambaforge', 'python', 'rbase', 'rver', 'julia'],
]);
/** Words beside the name of a base that leave it what it is. */
const PLAIN = new Set([
  ...['base', 'image', 'container', 'docker', 'official', 'gnu', 'os', 'lts', 'minimal', 'micro', 'init'],
  ...['slim', 'stream', 'enterprise', 'server', 'v', 'release'],
]);

/**
 * How much of OCI's labels is a base image's; `none` where they have no name. A name is a base's where it is
 * one of those that images are commonly built on, that of `base.name`, or of another framework than the
 * image's own.
 */
export function inherited(naming: Naming, software: Software): Inherited {
  const base = naming.baseName === null ? null : repositoryOf(naming.baseName);
  const isBase = (name: string): boolean =>
    !isOwn(name, software) && (namesBase(name) || fold(name) === base || isOther(name, software));
  if (naming.title !== null && isBase(naming.title)) return 'all';
  if (naming.refName === null || !isBase(repositoryOf(naming.refName))) return 'none';
  return naming.title === null ? 'all' : 'version';
}

/** Whether two names are of one framework by the vocabulary, in any case; unknown names are compared as they are. */
export function isSameFramework(one: string, other: string, { canonical }: Software): boolean {
  return fold(canonical(one) ?? one) === fold(canonical(other) ?? other);
}

/** Without a framework an image may be a base itself: `library/ubuntu` is Ubuntu. */
function isOwn(name: string, software: Software): boolean {
  const { frameworks, repository } = software;
  const names = frameworks.length > 0 ? frameworks : [repositoryOf(repository)];
  return spellings(name).some((text) => names.some((own) => isSameFramework(text, own, software)));
}

/** A name of no framework is nothing: a tag, or a title in words. */
const isOther = (name: string, { frameworks, canonical }: Software): boolean =>
  frameworks.length > 0 && spellings(name).some((text) => canonical(text) !== null);

/** As it is, and without a version behind it. */
const spellings = (name: string): readonly string[] => [name, name.replace(/[\s:@]+v?\d\S*$/i, '')];

function namesBase(name: string): boolean {
  const words = fold(name)
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => word.replace(/\d+$/, ''))
    .filter((word) => word !== '' && !PLAIN.has(word));
  return BASES.has(words.join(''));
}

/** The last segment, without tag and digest: `docker.io/library/ubuntu:22.04` → `ubuntu`. */
function repositoryOf(reference: string): string {
  const [path = ''] = fold(reference).split('@');
  return path.slice(path.lastIndexOf('/') + 1).replace(/:.*$/, '');
}
