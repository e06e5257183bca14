// The components of one SBOM, each once, within their number.

import { type Component, type ComponentStatement, type ReadLicense, toComponent } from './component.ts';
import { COMPONENT_BOUNDS } from './component-bounds.ts';

export interface Gathered {
  /** In the order of their first mention. */
  readonly components: readonly Component[];
  /** Whether some are left out: they are more than 20,000, or the name of one is longer than 256 UTF-16 units. */
  readonly truncated: boolean;
}

/**
 * The components that are stated, at most 20,000. Equal ones are one, and so is one without a license beside
 * an equal one with it: scanners list a package once for each place where they find it. With different
 * licenses they stay two, since both are said. A statement without a name is ignored. Throws only what
 * `readLicense` throws.
 */
export function gather(statements: Iterable<ComponentStatement>, readLicense: ReadLicense): Gathered {
  const components: Component[] = [];
  const seen = new Set<string>();
  /** By name, version and purl: where the one without a license is; -1: there are such with a license. */
  const places = new Map<string, number>();
  let truncated = false;
  const readOnce = remembering(readLicense);
  for (const statement of statements) {
    const component = toComponent(statement, readOnce);
    if (component === null) {
      truncated ||= typeof statement.name === 'string' && statement.name.length > COMPONENT_BOUNDS.name;
      continue;
    }
    const { name, version, purl, license } = component;
    // Inert text has no NUL in it.
    const key = [name, version ?? '', purl ?? ''].join('\0');
    const whole = `${key}\0${license ?? ''}`;
    if (seen.has(whole)) continue;
    const place = places.get(key);
    const isMerged = place !== undefined && (license === null || place >= 0);
    if (!isMerged && components.length >= COMPONENT_BOUNDS.components) return { components, truncated: true };
    seen.add(whole);
    if (place === undefined) places.set(key, license === null ? components.length : -1);
    if (!isMerged) components.push(component);
    else if (license !== null) {
      components[place] = component;
      places.set(key, -1);
    }
  }
  return { components, truncated };
}

function remembering(readLicense: ReadLicense): ReadLicense {
  const known = new Map<string, string | null>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const expression = readLicense(text);
    known.set(text, expression);
    return expression;
  };
}
