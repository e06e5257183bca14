// Two real registries with a referrers API, in memory on a port of loopback, and artifacts that refer to an image.
// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
import { request } from 'undici';
import { builtProgram, needsProgram } from '../servers/programs.ts';
import { startServer } from '../servers/start.ts';
import { push } from './docker-registry.ts';
import { descriptorOf, documentOf, OCI, type TestDocument, type TestImage } from './images.ts';

/** `correct`: as specified. `wrong`: each descriptor's `artifactType` is the media type of the artifact's configuration. */
export type ReferrersServerKind = 'correct' | 'wrong';

export interface ReferrersServer {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  close(): Promise<void>;
}

/** Options of a suite that needs the server. */
export const needsReferrersServer = (kind: ReferrersServerKind) => needsProgram(`${kind}-referrers`);

export async function startReferrersServer(kind: ReferrersServerKind): Promise<ReferrersServer> {
  const program = builtProgram(`${kind}-referrers`) ?? `${kind}-referrers`;
  const server = await startServer(program, [], /^(127\.0\.0\.1:\d+)$/m);
  return { origin: `http://${server.address}`, close: server.kill };
}

export const EMPTY = 'application/vnd.oci.empty.v1+json';
export const SIGSTORE_BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
export const SPDX = 'application/spdx+json';

export interface ReferrerOptions {
  /** As cosign 3 signs unless said. */
  readonly artifactType?: string;
  /** Of its one layer; `artifactType` unless said. */
  readonly layerType?: string;
  /** Empty unless said, by which an artifact of before OCI 1.1 says its type. */
  readonly configType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An artifact whose `subject` is the image. */
export function testReferrer(
  subject: TestDocument,
  {
    artifactType = SIGSTORE_BUNDLE,
    layerType = artifactType,
    configType = EMPTY,
    annotations,
  }: ReferrerOptions = {},
): TestImage {
  const config = documentOf({}, configType);
  const layer = documentOf({ about: subject.digest }, layerType);
  const manifest = documentOf(
    {
      schemaVersion: 2,
      mediaType: OCI.manifest,
      artifactType,
      config: descriptorOf(config),
      layers: [descriptorOf(layer)],
      subject: descriptorOf(subject),
      ...(annotations !== undefined && { annotations }),
    },
    OCI.manifest,
  );
  return { ...manifest, blobs: [config, layer], manifests: [] };
}

/** The tag by which clients find what refers to a digest where a registry has no referrers API. */
export const fallbackTag = (digest: string): string => digest.replace(':', '-');

/** The index that clients keep under {@link fallbackTag}. */
export function fallbackIndex(
  referrers: readonly (TestImage & { readonly artifactType?: string })[],
): TestImage {
  const index = documentOf(
    {
      schemaVersion: 2,
      mediaType: OCI.index,
      manifests: referrers.map((referrer) => ({
        ...descriptorOf(referrer),
        artifactType: referrer.artifactType ?? SIGSTORE_BUNDLE,
      })),
    },
    OCI.index,
  );
  return {
    ...index,
    blobs: referrers.flatMap(({ blobs }) => blobs),
    manifests: referrers.flatMap((referrer) => [...referrer.manifests, referrer]),
  };
}

/** Pushes an artifact, by its digest alone unless tags are given. */
export const pushReferrer = (
  origin: string,
  repository: string,
  referrer: TestImage,
  tags: readonly string[] = [],
): Promise<void> => push(origin, repository, [referrer.digest, ...tags], referrer);

/** What the API answers for the digest: each artifact's digest and the type that it says. */
export async function listedReferrers(
  origin: string,
  repository: string,
  digest: string,
): Promise<readonly (readonly [digest: string, artifactType: string])[]> {
  const { body } = await request(`${origin}/v2/${repository}/referrers/${digest}`);
  const { manifests } = (await body.json()) as {
    // The correct one answers null where nothing refers to it, as servers in Go do.
    readonly manifests: readonly { readonly digest: string; readonly artifactType: string }[] | null;
  };
  return (manifests ?? []).map((listed) => [listed.digest, listed.artifactType]);
}
