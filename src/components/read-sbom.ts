// Reads an SBOM, of whichever format: bytes of a document, or the predicate of an attestation. Synchronous and without
// state, so that it can run in a thread beside the event loop: a document of 32 MiB takes seconds.
import { parseJsonOnce } from '../model/json.ts';
import { isObject } from '../model/json-object.ts';
import { limitText } from '../model/size.ts';
import type { Component, ComponentStatement, ReadLicense } from './component.ts';
import { COMPONENT_BOUNDS } from './component-bounds.ts';
import { cyclonedxComponents } from './cyclonedx.ts';
import { gather } from './gather.ts';
import { spdx2Components } from './spdx-2.ts';
import { spdx3Components } from './spdx-3.ts';

export const SBOM_FORMATS = [
  'SPDX 2.3',
  'SPDX 3.0.1',
  'CycloneDX 1.5',
  'CycloneDX 1.6',
  'CycloneDX 1.7',
] as const;
export type SbomFormat = (typeof SBOM_FORMATS)[number];

/** Plain data: it can be sent between threads, and kept. */
export interface Sbom {
  readonly format: SbomFormat;
  /** Each once, at most 20,000, in the order of the document. */
  readonly components: readonly Component[];
  /** Whether components are left out, beyond 20,000 or for a name that is too long. */
  readonly truncated: boolean;
}

/** Why it is not read, in panfed's words: a predicate whose subject is the document, such as `is not JSON`. */
export interface UnreadSbom {
  readonly reason: string;
}

export interface SbomReadingOptions {
  /** As the layer or the answer says it; a hint: of what can be JSON, the document itself says its format. Default: ''. */
  readonly mediaType?: string;
  /** Default: none is recognized, so that licenses stay as they are written. */
  readonly readLicense?: ReadLicense;
}

/** What media types of SBOMs that are no JSON have in them. */
const NOT_JSON: readonly (readonly [RegExp, string])[] = [
  [/^text\/spdx\b/, 'SPDX as tags and values'],
  [/^application\/(?:spdx|rdf)\+xml\b/, 'SPDX as RDF'],
  [/^application\/vnd\.cyclonedx\+xml\b/, 'CycloneDX as XML'],
  [/^application\/x\.vnd\.cyclonedx\+protobuf\b/, 'CycloneDX as protobuf'],
];
const SPDX_3_CONTEXT = /^https:\/\/spdx\.org\/rdf\/(3\.[\d.]{1,8})\/spdx-context\.jsonld$/;

/**
 * The components of an SBOM as JSON in UTF-8, of a format of {@link SBOM_FORMATS}. More than 32 MiB are refused before
 * they are parsed; JSON nested deeper than 64 levels, or with a key twice, is refused. Never throws, unless `readLicense`
 * does.
 */
export function readSbom(bytes: Uint8Array, options: SbomReadingOptions = {}): Sbom | UnreadSbom {
  const mediaType = (options.mediaType ?? '').trim().toLowerCase();
  const other = NOT_JSON.find(([pattern]) => pattern.test(mediaType));
  if (other !== undefined) return { reason: `is ${other[1]}, and JSON is read` };
  const { documentBytes } = COMPONENT_BOUNDS;
  if (bytes.length > documentBytes) return { reason: `is larger than ${limitText(documentBytes)}` };
  const parsed = parse(bytes);
  return 'reason' in parsed ? parsed : readDocument(parsed.value, options);
}

/**
 * The components of the predicate of an in-toto statement, parsed and within the bounds of its own document; see
 * `isSbomPredicate` for its type. cosign before 2 has the document as `Data` in it, as text or as an object. Never
 * throws, unless `readLicense` does.
 */
export function readSbomPredicate(predicate: unknown, options: SbomReadingOptions = {}): Sbom | UnreadSbom {
  if (!isObject(predicate) || !Object.hasOwn(predicate, 'Data')) return readDocument(predicate, options);
  const { Data: data } = predicate;
  if (typeof data !== 'string') return readDocument(data, options);
  // A character has one byte or more.
  const { documentBytes } = COMPONENT_BOUNDS;
  if (data.length > documentBytes) return { reason: `is larger than ${limitText(documentBytes)}` };
  if (/^\s*SPDXVersion:/.test(data)) return { reason: 'is SPDX as tags and values, and JSON is read' };
  return readSbom(Buffer.from(data), options);
}

function parse(bytes: Uint8Array): { readonly value: unknown } | UnreadSbom {
  try {
    return { value: parseJsonOnce(bytes) };
  } catch (error) {
    if (error instanceof SyntaxError) return { reason: error.message };
    // V8's own bound of one text.
    return { reason: 'cannot be read as text' };
  }
}

function readDocument(document: unknown, { readLicense }: SbomReadingOptions): Sbom | UnreadSbom {
  const found = isObject(document) ? recognized(document) : null;
  if (found === null) return { reason: `is no SBOM that is read: ${SBOM_FORMATS.join(', ')} as JSON` };
  if (!isRead(found.format)) return { reason: `is ${found.format}, and read are ${SBOM_FORMATS.join(', ')}` };
  return { format: found.format, ...gather(found.statements, readLicense ?? (() => null)) };
}

const isRead = (format: string): format is SbomFormat => SBOM_FORMATS.some((one) => one === format);

/** The format, of any version, and what it states. */
function recognized(
  document: Readonly<Record<string, unknown>>,
): { readonly format: string; readonly statements: Iterable<ComponentStatement> } | null {
  if (typeof document.spdxVersion === 'string') {
    const version = versionText(document.spdxVersion.replace(/^SPDX-/, ''));
    return { format: `SPDX ${version}`, statements: spdx2Components(document) };
  }
  if (document.bomFormat === 'CycloneDX') {
    const version = versionText(document.specVersion);
    return { format: `CycloneDX ${version}`, statements: cyclonedxComponents(document) };
  }
  const contexts: unknown = document['@context'];
  for (const context of Array.isArray(contexts) ? (contexts as readonly unknown[]) : [contexts]) {
    const [, version] = (typeof context === 'string' && SPDX_3_CONTEXT.exec(context)) || [];
    if (version === undefined) continue;
    if (!Array.isArray(document['@graph']))
      return { format: `SPDX ${version} without @graph`, statements: [] };
    return { format: `SPDX ${version}`, statements: spdx3Components(document) };
  }
  return null;
}

/** Text of the document in a reason: a version, and nothing else. */
function versionText(version: unknown): string {
  return typeof version === 'string' && /^\d[\d.]{0,7}$/.test(version) ? version : 'of an unknown version';
}
