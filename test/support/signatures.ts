// The signatures, attestations and SBOMs that real tools made (test/fixtures/signatures), as bytes that a test pushes to any
// registry.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { digestOf } from '../../src/model/digest.ts';
import type { Attachment } from '../../src/trust/attachment.ts';
import { push } from './oci/docker-registry.ts';
import type { TestDocument } from './oci/images.ts';
import { ROOT } from './root.ts';

/** Where they are. */
export const SIGNATURES = join(ROOT, 'test/fixtures/signatures');

/** What a registry holds that a tool pushed. */
export interface SignatureFixture {
  /** `cosign3-bundle`; its file is `<name>.json`. */
  readonly name: string;
  /** What it is of, for people. */
  readonly about: string;
  /** Tools with their versions. */
  readonly madeBy: string;
  /** The digest of the first of {@link images}, which the fixture is about. */
  readonly image: string;
  /** All that have a tag of their own, or are a platform of one that has. */
  readonly images: readonly FixtureImage[];
  /** In the order in which they are put: what an index needs comes before it. */
  readonly manifests: readonly FixtureManifest[];
  readonly blobs: readonly TestDocument[];
}

/** What a fixture's image has, and how it is to be judged. */
export interface FixtureImage {
  readonly digest: string;
  /** null: it is a platform of an index. */
  readonly tag: string | null;
  /** What refers to it by a tag or by its subject, sorted by digest. */
  readonly attachments: readonly { readonly digest: string; readonly kind: AttachmentKind }[];
  /** Whether its index has attestations. */
  readonly attested: boolean;
  /** Its state for a facility that pins `lab.pub`, `lab-*.pub`, `notation-ca.pem` and the identity of the keyless root. */
  readonly state: 'verified' | 'claimed' | 'unsigned';
  /** What verifies, by these and by `other.pub` and `notation-other-ca.pem` as well. */
  readonly proofs: readonly FixtureProof[];
}

export type AttachmentKind = 'signature' | 'attestation' | 'sbom';

export interface FixtureProof {
  /** The file of the key, of the certificate or of the trust root, below {@link SIGNATURES}. */
  readonly by: string;
  readonly statement: 'signature' | 'provenance' | 'other';
  /** Whom the certificate of a keyless signature names. */
  readonly identity?: { readonly issuer: string; readonly subject: string };
}

export interface FixtureManifest extends TestDocument {
  /** Names that it is put under besides its digest. */
  readonly tags: readonly string[];
  /** The tag under which the tool puts it where the registry has no referrers API, and only there; null: it is put anyway. */
  readonly fallbackTag: string | null;
}

/** A document in a fixture's file: text where its bytes are UTF-8, else base64. */
interface Stored {
  readonly digest: string;
  readonly mediaType: string;
  readonly text?: string;
  readonly base64?: string;
}

type StoredFixture = Omit<SignatureFixture, 'image' | 'manifests' | 'blobs'> & {
  readonly manifests: readonly (Stored & Partial<Pick<FixtureManifest, 'tags' | 'fallbackTag'>>)[];
  readonly blobs: readonly Stored[];
};

/** All fixtures by name, of a folder that has some. Throws where a document has not its digest. */
export function signatureFixtures(folder = SIGNATURES): readonly SignatureFixture[] {
  return readdirSync(join(folder, 'layouts'))
    .sort()
    .map((file) => readFixture(JSON.parse(readFileSync(join(folder, 'layouts', file), 'utf8'))));
}

/** One of them. Throws where there is none of that name. */
export const signatureFixture = (name: string): SignatureFixture =>
  readFixture(JSON.parse(readFileSync(join(SIGNATURES, 'layouts', `${name}.json`), 'utf8')));

/** A file that signatures are verified by: a public key, a certificate or a trust root. */
export const signatureRoot = (file: string): string => readFileSync(join(SIGNATURES, file), 'utf8');

function readFixture({ manifests, blobs, ...fixture }: StoredFixture): SignatureFixture {
  return {
    ...fixture,
    image: fixture.images[0]?.digest ?? '',
    manifests: manifests.map(({ tags = [], fallbackTag = null, ...stored }) => ({
      ...readDocument(stored),
      tags,
      fallbackTag,
    })),
    blobs: blobs.map(readDocument),
  };
}

function readDocument({ digest, mediaType, text, base64 }: Stored): TestDocument {
  const bytes = text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text);
  if (digestOf(bytes) !== digest) throw new Error(`${digest} is not the digest of its ${bytes.length} bytes`);
  return { bytes, digest, mediaType };
}

/** Puts a fixture in a repository as its tool did, by `http://host:port`: with the fallback's tag where there is no API. */
export async function pushFixture(
  origin: string,
  repository: string,
  fixture: SignatureFixture,
): Promise<void> {
  const [first] = fixture.manifests;
  if (first === undefined) return;
  await push(origin, repository, [], { ...first, blobs: fixture.blobs, manifests: [] });
  const hasApi = await hasReferrersApi(origin, repository, fixture.image);
  for (const manifest of fixture.manifests) {
    const { fallbackTag, tags, digest } = manifest;
    if (fallbackTag !== null && hasApi) continue;
    const named = fallbackTag === null ? tags : [fallbackTag];
    const names = named.length > 0 ? named : [digest];
    await push(origin, repository, names, { ...manifest, blobs: [], manifests: [] });
  }
}

/** Whether the registry answers which manifests refer to another, as clients find out. */
export async function hasReferrersApi(origin: string, repository: string, digest: string): Promise<boolean> {
  const { statusCode, body } = await request(`${origin}/v2/${repository}/referrers/${digest}`);
  await body.dump();
  return statusCode === 200;
}

/** What refers to an image, as verification takes it. */
export function attachmentsOf(fixture: SignatureFixture, image = fixture.image): readonly Attachment[] {
  const listed = fixture.images.find(({ digest }) => digest === image)?.attachments ?? [];
  return listed.map(({ digest }) => {
    const manifest = JSON.parse(textOf(fixture.manifests, digest)) as AttachmentManifest;
    return {
      digest,
      artifactType: manifest.artifactType ?? manifest.config.mediaType,
      layers: manifest.layers.map((layer) => ({
        mediaType: layer.mediaType,
        annotations: layer.annotations ?? {},
        bytes: found(fixture.blobs, layer.digest).bytes,
      })),
    };
  });
}

interface AttachmentManifest {
  readonly artifactType?: string;
  readonly config: { readonly mediaType: string };
  readonly layers: readonly {
    readonly mediaType: string;
    readonly digest: string;
    readonly annotations?: Readonly<Record<string, string>>;
  }[];
}

const textOf = (documents: readonly TestDocument[], digest: string): string =>
  found(documents, digest).bytes.toString();

function found(documents: readonly TestDocument[], digest: string): TestDocument {
  const document = documents.find((one) => one.digest === digest);
  if (document === undefined) throw new Error(`the fixture has no ${digest}`);
  return document;
}
