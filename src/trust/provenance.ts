// SLSA provenance v0.2 and v1: builder, source repository, revision and materials, as far as builders agree on where
// they are. https://slsa.dev/spec/v1.0/provenance, https://slsa.dev/spec/v0.2/provenance
import { BOUNDS } from '../model/bounds.ts';
import { isObject } from '../model/json-object.ts';
import type { BuildProvenance, Material } from './attachment.ts';
import { exactText } from './exact-text.ts';
import { LIMITS } from './limits.ts';

const V02 = 'https://slsa.dev/provenance/v0.2';
const V1 = 'https://slsa.dev/provenance/v1';

/** A place that a provenance names, with the digests that it has there. */
interface Place {
  readonly uri: string | null;
  readonly digest: Readonly<Record<string, unknown>>;
}

/** Algorithms by which a commit is named, and those by which a material is, the better first. */
const COMMITS = ['gitCommit', 'sha1'];
const DIGESTS = ['sha256', 'sha512', ...COMMITS];
const DIGEST_VALUE = /^[A-Za-z0-9+/=_-]{1,128}$/;
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
/** Scheme, authority and path, up to what names a revision: `@refs/tags/v1`, `#refs/heads/main`, `?ref=`. */
const REPOSITORY = /^(?:git\+)?([a-z][a-z0-9+.-]*:\/\/[^/?#]+(?:\/[^@?#]*)?)(?:[@?#].*)?$/;

/**
 * What the predicate says of the build; undefined where the type is no provenance of SLSA v0.2 or v1, null
 * where the predicate does not have its type's shape. What is said in a form that is not known, or longer
 * than 2,048 UTF-16 units, is null; materials are the first 256, of 32,768 UTF-16 units together. Never
 * throws.
 */
export function readProvenance(
  predicateType: string,
  predicate: unknown,
): BuildProvenance | null | undefined {
  if (predicateType === V02) return isObject(predicate) ? fromV02(predicate) : null;
  if (predicateType === V1) return isObject(predicate) ? fromV1(predicate) : null;
  return undefined;
}

function fromV02({ builder, invocation, metadata, materials }: Json): BuildProvenance | null {
  if (!isObject(builder) || typeof builder.id !== 'string') return null;
  const buildkit = member(metadata, 'https://mobyproject.org/buildkit@v1#metadata');
  const stated = [placeOf(member(invocation, 'configSource')), checkoutIn(buildkit)];
  return provenanceOf(builder.id, stated, placesIn(materials));
}

function fromV1({ buildDefinition: definition, runDetails: run }: Json): BuildProvenance | null {
  const builder = member(run, 'builder');
  if (!isObject(definition) || !isObject(builder) || typeof builder.id !== 'string') return null;
  const parameters = definition.externalParameters;
  const stated = ['source', 'configSource', 'buildConfigSource', 'workflow'].map((name) =>
    placeOf(member(parameters, name)),
  );
  const checkout = checkoutIn(member(member(run, 'metadata'), 'buildkit_metadata'));
  return provenanceOf(builder.id, [...stated, checkout], placesIn(definition.resolvedDependencies));
}

type Json = Readonly<Record<string, unknown>>;

/** `stated`: where the source is said to be; `materials`: else it is the first of these that is a commit. */
function provenanceOf(
  builder: string,
  stated: readonly Place[],
  materials: readonly Place[],
): BuildProvenance {
  const places = [...stated, ...materials.filter(({ digest }) => commitIn(digest) !== null)];
  const source = places.map(({ uri }) => repositoryIn(uri)).find((uri) => uri !== null) ?? null;
  const commits = places
    .filter(({ uri }) => source !== null && repositoryIn(uri) === source)
    .map(({ digest }) => commitIn(digest));
  return {
    builder: exactText(builder, BOUNDS.url),
    source,
    revision: commits.find((commit) => commit !== null) ?? null,
    materials: materialsOf(materials),
  };
}

function materialsOf(places: readonly Place[]): readonly Material[] {
  const materials: Material[] = [];
  let left = LIMITS.materialsText;
  for (const { uri, digest } of places) {
    if (uri === null) continue;
    const algorithm = DIGESTS.find((name) => digestIn(digest, name) !== null);
    const value = algorithm === undefined ? null : digestIn(digest, algorithm);
    left -= uri.length + (value?.length ?? 0);
    if (left < 0) break;
    materials.push({ uri, digest: value === null ? null : `${algorithm}:${value}` });
  }
  return materials;
}

/** `<scheme>://<authority>/<path>` without what names a revision, and without `git+`; null where it is none. */
const repositoryIn = (uri: string | null): string | null => REPOSITORY.exec(uri ?? '')?.[1] ?? null;

function commitIn(digest: Json): string | null {
  const values = COMMITS.map((name) => digestIn(digest, name));
  return values.find((value) => value !== null && COMMIT.test(value)) ?? null;
}

function digestIn(digest: Json, algorithm: string): string | null {
  const value = member(digest, algorithm);
  return typeof value === 'string' && DIGEST_VALUE.test(value) ? value : null;
}

/** What BuildKit found in the folder that it was given. */
function checkoutIn(metadata: unknown): Place {
  const vcs = member(metadata, 'vcs');
  return { uri: exactText(member(vcs, 'source'), BOUNDS.url), digest: { sha1: member(vcs, 'revision') } };
}

const placesIn = (list: unknown): readonly Place[] =>
  Array.isArray(list) ? list.slice(0, LIMITS.materials).map(placeOf) : [];

/** A place as a URI, or as an object with `uri` (GitHub: `repository`) and `digest`. */
function placeOf(value: unknown): Place {
  const uri = isObject(value) ? (member(value, 'uri') ?? member(value, 'repository')) : value;
  const digest = member(value, 'digest');
  return { uri: exactText(uri, BOUNDS.url), digest: isObject(digest) ? digest : {} };
}

/** An object's own member; undefined where it has none. */
const member = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
