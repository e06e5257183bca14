// An image of a registry → a node in the shape that ingest reads: the words of registry.graphql's Image, and beside them
// what a lab's own registry does not say.
import { BOUNDS } from '../../model/bounds.ts';
import type { EnvironmentVariable } from '../../model/image.ts';
import type { Image, PlatformImage } from './image.ts';
import { type BoundedLabels, bounded, type IsRead, type LabelEntry } from './labels.ts';

/** What says which image it is. */
export interface Named {
  readonly repository: string;
  readonly digest: string;
  /** Sorted. */
  readonly tags: readonly string[];
  /** Whether the registry says that it is signed. */
  readonly isSigned: boolean;
}

/** Tags of one node: an image with more of them has several nodes, which ingest makes one image again. */
export const NODE_TAGS = BOUNDS.entryTags;

/** The nodes of an image, which are equal in all but tags. Throws SOURCE_MALFORMED as {@link bounded} does. */
export function nodesOf(
  { repository, digest, tags, isSigned }: Named,
  image: Image,
  isRead: IsRead,
): unknown[] {
  const { sets, dropped } = labelSets(image, isRead);
  const { manifests } = image;
  const said = {
    created: latest(manifests),
    size: largest(manifests),
    platforms: platformsOf(manifests),
    manifests: manifests.map((manifest) => ({
      platform: manifest.platform,
      digest: manifest.digest,
      size: manifest.size,
    })),
    environment: environmentOf(manifests),
    attested: image.isAttested || isSigned,
    ...(sets.length > 1 ? { labelSets: sets.map(entriesOf) } : { labels: entriesOf(sets[0] ?? []) }),
    droppedLabels: dropped,
  };
  const nodes: unknown[] = [];
  for (let start = 0; start < Math.max(tags.length, 1); start += NODE_TAGS) {
    nodes.push({ repository, digest, tags: tags.slice(start, start + NODE_TAGS), ...said });
  }
  return nodes;
}

interface LabelSets {
  /** The first describes before the others; each differs from those before it. At least one. */
  readonly sets: readonly (readonly LabelEntry[])[];
  readonly dropped: readonly string[];
}

/**
 * What was said of the image on each of its levels: annotations of the index, then of each platform the manifest's, the
 * index's of that manifest, and the configuration's labels. Platforms behind the first only restrict and state licenses:
 * they say what nobody reads once more.
 */
function labelSets({ annotations, manifests }: Image, isRead: IsRead): LabelSets {
  const [first, ...others] = manifests;
  const whole = [...annotations, ...(first?.labels ?? [])];
  const rest = others.flatMap(({ labels }) => labels).map((level) => onlyRead(level, isRead));
  const levels = [...whole, ...rest];
  // Together they are one image's labels, and have the bounds of one.
  const merged = new Map<string, string>();
  for (const [name, value] of levels.flatMap(({ labels }) => labels)) {
    if (!merged.has(name)) merged.set(name, value);
  }
  const kept = bounded([...merged], isRead);
  const names = new Set(kept.labels.map(([name]) => name));
  const sets = new Map<string, readonly LabelEntry[]>();
  for (const { labels } of levels) {
    const set = labels.filter(([name]) => names.has(name));
    if (set.length > 0) sets.set(JSON.stringify(set), set);
  }
  const dropped = new Set([...kept.dropped, ...whole.flatMap((level) => level.dropped)]);
  return { sets: [...sets.values()], dropped: [...dropped].sort() };
}

const onlyRead = ({ labels, dropped }: BoundedLabels, isRead: IsRead): BoundedLabels => ({
  labels: labels.filter(([name]) => isRead(name)),
  dropped,
});

const entriesOf = (labels: readonly LabelEntry[]) => labels.map(([name, value]) => ({ name, value }));

/** Whoever pulls it gets one of them: the most that it may be. null: one of them is not known. */
function largest(manifests: readonly PlatformImage[]): number | null {
  let most = 0;
  for (const { size } of manifests) {
    if (size === null) return null;
    most = Math.max(most, size);
  }
  return most;
}

/** Since the configurations are RFC 3339, mostly in UTC, the last as text is near enough the last in time. */
function latest(manifests: readonly PlatformImage[]): string | null {
  const times = manifests.flatMap(({ created }) => created ?? []);
  return times.sort().at(-1) ?? null;
}

/** null: none is stated, so that a label may. */
function platformsOf(manifests: readonly PlatformImage[]): readonly string[] | null {
  const platforms = [...new Set(manifests.flatMap(({ platform }) => platform ?? []))].sort();
  return platforms.length === 0 ? null : platforms;
}

/** What any of the platforms sets: a name comes once for each of its values. */
function environmentOf(manifests: readonly PlatformImage[]): readonly EnvironmentVariable[] {
  const found = new Map<string, EnvironmentVariable>();
  for (const variable of manifests.flatMap(({ environment }) => environment)) {
    found.set(`${variable.name}=${variable.value}`, variable);
  }
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, variable]) => variable);
}
