// Bounds of what is read of an SBOM, and kept of one component.
import { BOUNDS } from '../model/bounds.ts';

/** Lengths in UTF-16 code units, unless something else is said. */
export const COMPONENT_BOUNDS = Object.freeze({
  name: BOUNDS.name,
  version: BOUNDS.version,
  license: BOUNDS.license,
  purl: BOUNDS.url,
  /** Bytes of one SBOM as JSON. */
  documentBytes: 33_554_432,
  /** Components of one SBOM: more than a system with everything installed has. */
  components: 20_000,
});
