// A component of an image: a package, library, application or framework that an SBOM lists.
import { cleanLine } from '../model/clean-text.ts';
import { COMPONENT_BOUNDS } from './component-bounds.ts';
import { canonicalPurl, purlParts } from './purl.ts';

/** Bounded, inert text: see {@link COMPONENT_BOUNDS}. null: not said, or longer than its bound. */
export interface Component {
  /** At most 256 UTF-16 units. */
  readonly name: string;
  /** At most 128; as the SBOM writes it, else its purl's. */
  readonly version: string | null;
  /** Canonical, at most 2,048. */
  readonly purl: string | null;
  /** An SPDX expression where it was recognized, else the text as written; at most 1,024. */
  readonly license: string | null;
}

/** What a format says of one component, unproven. */
export interface ComponentStatement {
  readonly name: unknown;
  readonly version: unknown;
  /** The first that is a purl counts. */
  readonly purls: readonly unknown[];
  readonly license: string | null;
}

/** The SPDX expression (SPDX 2, annex D) of a license text; null: it is not recognized. Does not throw. */
export type ReadLicense = (text: string) => string | null;

/**
 * The component that is stated; null where neither it nor its purl has a name that can be shown. Text longer than its
 * bound is never cut, since a cut name or version would be another one. Never throws.
 */
export function toComponent(statement: ComponentStatement, readLicense: ReadLicense): Component | null {
  const purl = firstOf(statement.purls);
  const parts = purl === null ? null : purlParts(purl);
  const name = boundedLine(statement.name, COMPONENT_BOUNDS.name);
  const shown = name ?? boundedLine(parts?.name, COMPONENT_BOUNDS.name);
  if (shown === null) return null;
  const version = boundedLine(statement.version, COMPONENT_BOUNDS.version);
  const raw = boundedLine(statement.license, COMPONENT_BOUNDS.license);
  return {
    name: shown,
    version: version ?? boundedLine(parts?.version, COMPONENT_BOUNDS.version),
    purl,
    license: raw === null ? null : (boundedLine(readLicense(raw), COMPONENT_BOUNDS.license) ?? raw),
  };
}

function firstOf(purls: readonly unknown[]): string | null {
  for (const text of purls) {
    const purl = canonicalPurl(text);
    if (purl !== null) return purl;
  }
  return null;
}

/**
 * The text as one inert line; null where it is no text, has more than `bound` UTF-16 units, or is SPDX's NOASSERTION,
 * which says nothing.
 */
export function boundedLine(value: unknown, bound: number): string | null {
  if (typeof value !== 'string' || value.length > bound) return null;
  const line = cleanLine(value);
  return line === null || line.length > bound || line === 'NOASSERTION' ? null : line;
}
