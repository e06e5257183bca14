// What differs between two images, for who may pull both.
import type { Contents } from '../catalog/contents/contents.ts';
import { type StatedBase, statedBase } from '../components/base-image.ts';
import { type ComponentComparison, compareComponents } from '../components/compare-components.ts';
import type { Component } from '../components/component.ts';
import { enumName } from '../model/enum-words.ts';
import type { ImageRecord, PlatformManifest } from '../model/image.ts';
import type { Pace } from '../model/pace.ts';
import { allComponents, showsContents } from './image-components.ts';
import type { VisibleItem } from './view.ts';

/** One of {@link FACTS} of both images, as text; null: nobody says. */
export interface ComparedFact {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** The manifests of both images, one a platform: what engines pull. */
export interface ComparedManifests {
  readonly common: readonly PlatformManifest[];
  readonly removed: readonly PlatformManifest[];
  readonly added: readonly PlatformManifest[];
}

export interface ImageComparison {
  /** null: there is none that the caller may discover. */
  readonly a: VisibleItem | null;
  readonly b: VisibleItem | null;
  /** null: one of both is. */
  readonly isSame: boolean | null;
  /** null, as all that follows: the caller may not pull both. */
  readonly facts: readonly ComparedFact[] | null;
  readonly frameworks: ComponentComparison | null;
  /** null also: no SBOM of one of them is known. */
  readonly components: (ComponentComparison & { readonly truncated: boolean }) | null;
  readonly manifests: ComparedManifests | null;
}

/** What is compared besides what has a list of its own, in this order. */
const FACTS: Readonly<Record<string, (record: ImageRecord) => string | null>> = {
  license: ({ license }) => license.expression ?? license.raw,
  trust: ({ trust }) => enumName(trust.state),
  signers: ({ trust }) => (trust.signers.length === 0 ? null : trust.signers.join(', ')),
  size: ({ size }) => (size === null ? null : String(size)),
  created: ({ created }) => created,
  base: (record) => baseOf(record)?.name ?? null,
  baseDigest: (record) => baseOf(record)?.digest ?? null,
  source: ({ trust, source }) => trust.provenance.source ?? source,
  revision: ({ trust, labels }) => trust.provenance.revision ?? own(labels, REVISION),
  builder: ({ trust }) => trust.provenance.builder,
};

/** OCI image specification, annotations. */
const REVISION = 'org.opencontainers.image.revision';

const own = (labels: Readonly<Record<string, string>>, name: string): string | null =>
  Object.hasOwn(labels, name) ? (labels[name] ?? null) : null;

/** On which image it is built, as its labels say; null: they do not. */
export const baseOf = ({ labels }: Pick<ImageRecord, 'labels'>): StatedBase | null => statedBase(labels);

/**
 * The comparison of `b` with `a`, with at most `shown` of each list of frameworks and components; null where there is neither
 * image, and with nothing compared (each part null) where there is one alone. `components` and `manifests` are null where the
 * caller may not pull both, and `components` where no SBOM of one is known. Rests where `pace` is due, and rejects as that does.
 */
export async function compareImages(
  a: VisibleItem | null,
  b: VisibleItem | null,
  contents: Contents,
  shown: number,
  pace: Pace,
): Promise<ImageComparison | null> {
  if (a === null && b === null) return null;
  const isSame = a === null || b === null ? null : isOneImage(a.image, b.image);
  if (a === null || b === null || !showsContents(a) || !showsContents(b)) {
    return { a, b, isSame, facts: null, frameworks: null, components: null, manifests: null };
  }
  const options = { shown, pace };
  return {
    a,
    b,
    isSame,
    facts: Object.entries(FACTS).map(([field, of]) => ({ field, before: of(a.image), after: of(b.image) })),
    frameworks: await compareComponents(frameworksOf(a.image), frameworksOf(b.image), options),
    components: await compareContents(a, b, contents, options),
    manifests: compareManifests(a.image.manifests, b.image.manifests),
  };
}

const isOneImage = (a: ImageRecord, b: ImageRecord): boolean =>
  a.id === b.id || (a.digest !== null && a.digest === b.digest);

const frameworksOf = ({ frameworks }: ImageRecord): readonly Component[] =>
  frameworks.map(({ name, version }) => ({ name, version, purl: null, license: null }));

async function compareContents(
  a: VisibleItem,
  b: VisibleItem,
  contents: Contents,
  options: { readonly shown: number; readonly pace: Pace },
): Promise<ImageComparison['components']> {
  const before = await allComponents(a, contents, options.pace);
  const after = before === null ? null : await allComponents(b, contents, options.pace);
  if (before === null || after === null) return null;
  const compared = await compareComponents(before.components, after.components, options);
  return { ...compared, truncated: before.truncated || after.truncated };
}

function compareManifests(
  before: readonly PlatformManifest[],
  after: readonly PlatformManifest[],
): ComparedManifests {
  const without = (some: readonly PlatformManifest[], others: readonly PlatformManifest[]) => {
    const digests = new Set(others.map(({ digest }) => digest));
    return some.filter(({ digest }) => !digests.has(digest));
  };
  const removed = without(before, after);
  return { common: without(before, removed), removed, added: without(after, before) };
}
