// An image of a registry → a node in the shape that ingest reads: the words of registry.graphql's Image, and beside them
// what a lab's own registry does not say.
import { BOUNDS } from '../../model/bounds.ts';
import type { Attachments, EnvironmentVariable } from '../../model/image.ts';
import type { Image, PlatformImage } from './image.ts';
import { labelSets } from './label-sets.ts';
import type { IsRead, LabelEntry } from './labels.ts';

/** What says which image it is. */
export interface Named {
  readonly repository: string;
  readonly digest: string;
  /** Sorted. */
  readonly tags: readonly string[];
  readonly attachments: Attachments;
  /** Whether a list of the registry says that it is signed, or one of its platforms: by its own word, or by a tag. */
  readonly isSaidSigned: boolean;
}

/** Tags of one node: an image with more of them has several nodes, which ingest makes one image again. */
export const NODE_TAGS = BOUNDS.entryTags;

/**
 * The nodes of an image, which are equal in all but tags: so many of those at most as {@link NODE_TAGS}
 * (1,024), and one node where it has none. The `size` is that of its largest platform in bytes, null where
 * one is not known, and `created` the latest.
 * @throws FederationError SOURCE_MALFORMED as {@link labelSets} does
 */
export function nodesOf(
  { repository, digest, tags, attachments, isSaidSigned }: Named,
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
    attested: image.isAttested || isSaidSigned,
    attachments,
    ...(sets.length > 1 ? { labelSets: sets.map(entriesOf) } : { labels: entriesOf(sets[0] ?? []) }),
    droppedLabels: dropped,
  };
  const nodes: unknown[] = [];
  for (let start = 0; start < Math.max(tags.length, 1); start += NODE_TAGS) {
    nodes.push({ repository, digest, tags: tags.slice(start, start + NODE_TAGS), ...said });
  }
  return nodes;
}

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
