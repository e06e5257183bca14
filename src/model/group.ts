// Groups and roles as AARC-G069 (which supersedes G002) writes them:
// urn:<NID>:<delegated-namespace>[:<subnamespace>*]:group:<group>[:<subgroup>*][:role=<role>][#<authority>].
// They are compared by segment, in one canonical form: string prefixes are not namespaces.
import { BOUNDS } from './bounds.ts';

/** A group, or a role in it. Every part is in canonical form and still percent-encoded. */
export interface Group {
  /** RFC 8141 namespace identifier, as in `geant`. */
  readonly nid: string;
  /** The delegated namespace and its subnamespaces, as in `['esrf.eu']`. */
  readonly namespace: readonly string[];
  /** The group and its subgroups, from the outside in. */
  readonly path: readonly string[];
  /** The role in the innermost group. */
  readonly role: string | null;
  /** The authority that asserts the membership. Deprecated by G069, and not part of the canonical form. */
  readonly authority: string | null;
}

interface Urn {
  readonly nid: string;
  readonly segments: readonly string[];
  readonly fragment: string | null;
}

const MARKER = 'group';
const ROLE = 'role=';

const PCHAR = "(?:[A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-Fa-f]{2})";
const NID = /^[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]$/;
const SEGMENT = new RegExp(`^${PCHAR}+$`);
const FRAGMENT = new RegExp(`^(?:${PCHAR}|[:?])+$`);

/**
 * The group that the text names, in canonical form, or null if it is not an AARC-G069 group URN of at most
 * `BOUNDS.group` (512) characters. Never throws.
 */
export function parseGroup(text: string): Group | null {
  const urn = splitUrn(text);
  if (urn === null) return null;
  const marker = urn.segments.findIndex((segment) => segment.toLowerCase() === MARKER);
  // A namespace called `GROUP` would turn into the marker when it is lower-cased.
  if (marker < 1 || urn.segments[marker] !== MARKER) return null;
  const path = urn.segments.slice(marker + 1).map(upperCaseEscapes);
  const last = path.at(-1);
  const role = last?.startsWith(ROLE) ? last.slice(ROLE.length) : null;
  if (role !== null) path.pop();
  if (role === '' || path.length === 0 || path.some((segment) => segment.startsWith(ROLE))) return null;
  return {
    nid: urn.nid,
    namespace: urn.segments.slice(0, marker).map(canonicalNamespaceSegment),
    path,
    role,
    authority: urn.fragment,
  };
}

/**
 * The one spelling of a group (RFC 8141 equivalence, and G069's of namespaces): scheme, NID and namespace in lower
 * case, the digits of percent-encoding in upper case and nothing decoded, the role kept, the authority dropped. null if
 * the text is not a group (see {@link parseGroup}).
 */
export function canonicalGroup(text: string): string | null {
  const group = parseGroup(text);
  return group === null ? null : formatGroup(group, group.path.length, group.role);
}

/**
 * The canonical spelling (RFC 8141) of `urn:<NID>:<delegated-namespace>[:<subnamespace>*]`, the namespace of
 * AARC-G069's groups, or null if the text is not one, or has more than `BOUNDS.group` (512) characters. Never throws.
 */
export function canonicalNamespace(text: string): string | null {
  const urn = splitUrn(text);
  if (urn === null || urn.fragment !== null) return null;
  const segments = urn.segments.map(canonicalNamespaceSegment);
  return segments.includes(MARKER) ? null : ['urn', urn.nid, ...segments].join(':');
}

/**
 * A group (AARC-G069) and all that membership in it implies: itself, itself without its role, and each parent. A role
 * holds in the innermost group alone. Canonical, sorted and each once; empty if the text is not a group.
 */
export function withParents(text: string): string[] {
  const group = parseGroup(text);
  if (group === null) return [];
  const implied = group.path.map((_, index) => formatGroup(group, index + 1, null));
  if (group.role !== null) implied.push(formatGroup(group, group.path.length, group.role));
  return implied.sort();
}

/**
 * Whether the group is in the namespace or one of its subnamespaces (AARC-G069), segment by segment and in canonical
 * form; false if either is malformed.
 */
export function inNamespace(group: string, namespace: string): boolean {
  const inner = parseGroup(group);
  const outer = canonicalNamespace(namespace);
  if (inner === null || outer === null) return false;
  const [, nid, ...segments] = outer.split(':');
  return inner.nid === nid && segments.every((segment, index) => inner.namespace[index] === segment);
}

/** RFC 8141 with an f-component, which G002 called the authority; r- and q-components have no meaning in a group. */
function splitUrn(text: string): Urn | null {
  if (text.length > BOUNDS.group) return null;
  const hash = text.indexOf('#');
  const fragment = hash === -1 ? null : text.slice(hash + 1);
  const [scheme, nid, ...segments] = (hash === -1 ? text : text.slice(0, hash)).split(':');
  if (scheme?.toLowerCase() !== 'urn' || nid === undefined || !NID.test(nid)) return null;
  if (segments.length === 0 || !segments.every((segment) => SEGMENT.test(segment))) return null;
  if (fragment !== null && !FRAGMENT.test(fragment)) return null;
  return { nid: nid.toLowerCase(), segments, fragment };
}

function formatGroup(group: Group, depth: number, role: string | null): string {
  const parts = ['urn', group.nid, ...group.namespace, MARKER, ...group.path.slice(0, depth)];
  return role === null ? parts.join(':') : `${parts.join(':')}:${ROLE}${role}`;
}

const canonicalNamespaceSegment = (segment: string): string => upperCaseEscapes(segment.toLowerCase());

function upperCaseEscapes(segment: string): string {
  return segment.replace(/%[0-9a-f]{2}/gi, (digits) => digits.toUpperCase());
}
