// Which entries of an SBOM are components: software that has a name and versions of its own, by which somebody chooses an
// image or compares two.

/**
 * What is no component, of the purposes of SPDX 2.3 and 3.0.1 and the types of CycloneDX, in small letters without signs.
 * Single files are contents of packages and have no versions (an image has a hundred thousand of them). A container is
 * what the SBOM is about. Devices are hardware; data, keys and documents are no software. An operating system is one
 * (`debian 12`), and so is a model: its versions are chosen as those of libraries are.
 */
const OTHER_KINDS: ReadonlySet<string> = new Set([
  'bom',
  'configuration',
  'container',
  'cryptographicasset',
  'data',
  'device',
  'diskimage',
  'documentation',
  'evidence',
  'file',
  'filesystemimage',
  'manifest',
  'requirement',
  'specification',
]);

/** The longest kind of any format has 24 characters. */
const LONGEST = 32;

/**
 * Whether an entry of this purpose (SPDX) or type (CycloneDX) is a component. One without a purpose is: SPDX's tools
 * leave it out. So is one of a purpose that is not known here.
 */
export function isComponentKind(kind: unknown): boolean {
  if (typeof kind !== 'string' || kind.length > LONGEST) return true;
  return !OTHER_KINDS.has(kind.toLowerCase().replace(/[^a-z]/g, ''));
}
