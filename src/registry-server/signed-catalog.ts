// A demo's catalog, signed: what its entries say of their signers, by keys that are there while the demo runs.
import type { ImageNode } from '../sources/contract.ts';
import { type Attached, NOTHING_ATTACHED } from './attached.ts';
import { type RegistryCatalog, withGeneration } from './catalog.ts';
import type { DemoSigners } from './demo-signers.ts';
import type { RegistryImage } from './image.ts';

/** Signs an image of a catalog by the digest that its registry has it under; NOTHING_ATTACHED where nobody signs it. */
export type Signing = (image: RegistryImage, digest: string) => Attached;

/** Nobody signs anything. */
export const UNSIGNED: Signing = () => NOTHING_ATTACHED;

const REVISION = 'org.opencontainers.image.revision';
const SOURCE = 'org.opencontainers.image.source';

/**
 * A function that signs images by these signers, as their entries say by `demo` (nothing where they say
 * nothing), for a registry of which engines pull by `pull`: `registry.esrf.fr:5000`. Source and revision are
 * those of the entry, or of OCI's labels.
 */
export function signingBy(signers: DemoSigners, pull: string): Signing {
  return ({ node: checked, demo }, digest) => {
    if (demo === null) return NOTHING_ATTACHED;
    const node = checked as unknown as ImageNode;
    const labelOf = (name: string): string | null =>
      node.labels?.find((label) => label.name === name)?.value ?? null;
    const pulledAs = `${pull}/${node.repository}`;
    const source = node.source ?? labelOf(SOURCE);
    return signers.sign({ digest, pulledAs, source, revision: labelOf(REVISION) }, demo);
  };
}

/**
 * The catalog with what is signed beside what its entries have; an image without a digest is not signed. Its
 * generation is that of the new content.
 */
export function signedCatalog(catalog: RegistryCatalog, signing: Signing): RegistryCatalog {
  const images = catalog.images.map((image) => {
    const { digest } = image.node as unknown as ImageNode;
    const { signatures, attestations } = digest === null ? NOTHING_ATTACHED : signing(image, digest);
    const { attached } = image;
    return {
      ...image,
      attached: {
        signatures: [...attached.signatures, ...signatures],
        attestations: [...attached.attestations, ...attestations],
      },
    };
  });
  return withGeneration({ ...catalog, images });
}
