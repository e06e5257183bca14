// What a registry of a catalog holds: by repository its tags, and its documents by digest.
import { FederationError } from '../../model/errors.ts';
import type { ImageNode } from '../../sources/contract.ts';
import type { RegistryCatalog, RegistryImage } from '../catalog.ts';
import type { Signing } from '../signed-catalog.ts';
import type { OciDocument } from './documents.ts';
import { type ImageDocuments, imageDocuments } from './image.ts';
import { type ReferrerDocuments, referrerDocuments } from './referrer.ts';

/** An image with its tags, as the APIs of registries list them. */
export interface HeldImage extends ImageDocuments {
  readonly tags: readonly string[];
  readonly referrers: readonly ReferrerDocuments[];
}

export interface HeldRepository {
  readonly name: string;
  /** In the catalog's order. */
  readonly images: readonly HeldImage[];
  readonly tags: ReadonlyMap<string, OciDocument>;
  /** Manifests and indexes, by digest. */
  readonly manifests: ReadonlyMap<string, OciDocument>;
  /** Configurations and signatures, by digest: images have no layers here. */
  readonly blobs: ReadonlyMap<string, OciDocument>;
  /** What refers to an image, by its digest. */
  readonly referrers: ReadonlyMap<string, readonly ReferrerDocuments[]>;
}

/** By name, sorted. */
export type RegistryContent = ReadonlyMap<string, HeldRepository>;

/** What no registry of images says of one: who may have it. */
const UNSAYABLE = ['conditions', 'sharing', 'listed', 'suppliedBy', 'groups'] as const;

/**
 * What the registry of a catalog holds, by repository, sorted by name, with what `signing` signs as referrers.
 *
 * @throws FederationError CATALOG_INVALID for an image without a tag, or with one that it lists twice or another of its
 * repository has, and for a catalog that says who may have an image, or has documents that sign one
 */
export function registryContent(
  { images }: Pick<RegistryCatalog, 'images'>,
  signing: Signing,
): RegistryContent {
  const held = new Map<string, HeldImage[]>();
  for (const image of images) {
    const node = image.node as unknown as ImageNode;
    refuseUnsayable(image, node);
    const of = held.get(node.repository) ?? [];
    held.set(node.repository, of);
    const documents = imageDocuments(node);
    const { signatures, attestations } = signing(image, documents.root.digest);
    const referrers = [...signatures, ...attestations].map((one) => referrerDocuments(one, documents.root));
    of.push({ ...documents, tags: node.tags, referrers });
  }
  const repositories = [...held].map(([name, of]) => repositoryOf(name, of));
  return new Map(repositories.sort(byName).map((repository) => [repository.name, repository]));
}

function refuseUnsayable({ id, attached }: RegistryImage, node: ImageNode): void {
  if (attached.signatures.length + attached.attestations.length > 0) {
    throw new FederationError(
      'CATALOG_INVALID',
      'the documents are of another digest than that of its manifest',
      {
        at: id,
        hint: 'Say who signs it, by `demo`.',
      },
    );
  }
  const field = UNSAYABLE.find((name) => node[name] !== null);
  if (field !== undefined) {
    throw new FederationError('CATALOG_INVALID', `no registry of images can say ${field}`, {
      at: id,
      hint: 'Say it in federation.yaml, under the registry’s `repositories`.',
    });
  }
  if (node.tags.length === 0) {
    throw new FederationError('CATALOG_INVALID', 'a registry lists no image without a tag', { at: id });
  }
}

function repositoryOf(name: string, images: readonly HeldImage[]): HeldRepository {
  const tags = new Map<string, OciDocument>();
  const manifests = new Map<string, OciDocument>();
  const blobs = new Map<string, OciDocument>();
  const referrers = new Map<string, readonly ReferrerDocuments[]>();
  for (const { root, platforms, tags: own, referrers: ofImage } of images) {
    manifests.set(root.digest, root);
    referrers.set(root.digest, ofImage);
    for (const { manifest, config, document } of ofImage) {
      manifests.set(manifest.digest, manifest);
      blobs.set(config.digest, config).set(document.digest, document);
    }
    for (const { manifest, config } of platforms) {
      manifests.set(manifest.digest, manifest);
      blobs.set(config.digest, config);
    }
    for (const tag of own) {
      if (tags.has(tag)) {
        throw new FederationError('CATALOG_INVALID', 'two images have this tag', { at: `${name}:${tag}` });
      }
      tags.set(tag, root);
    }
  }
  return { name, images, tags, manifests, blobs, referrers };
}

const byName = (one: HeldRepository, other: HeldRepository): number => (one.name < other.name ? -1 : 1);
