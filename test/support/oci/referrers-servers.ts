// Two real registries with a referrers API, in memory on a port of loopback; what they say refers to an image.
// https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
import { request } from 'undici';
import { builtProgram, needsProgram } from '../servers/programs.ts';
import { startServer } from '../servers/start.ts';
import { push } from './docker-registry.ts';
import type { TestImage } from './images.ts';

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

/** Pushes what refers to an image, by its digest and under the tags. */
export const pushReferrer = (
  origin: string,
  repository: string,
  referrer: TestImage,
  tags: readonly string[] = [],
): Promise<void> => push(origin, repository, [referrer.digest, ...tags], referrer);

/** What the API answers for a digest: each artifact's digest and the type that it says. */
export async function listedReferrers(
  origin: string,
  repository: string,
  digest: string,
): Promise<readonly (readonly [digest: string, artifactType: string])[]> {
  const { body } = await request(`${origin}/v2/${repository}/referrers/${digest}`);
  const { manifests } = (await body.json()) as {
    // The correct one answers null where nothing refers to it, as programs in Go do.
    readonly manifests: readonly { readonly digest: string; readonly artifactType: string }[] | null;
  };
  return (manifests ?? []).map((listed) => [listed.digest, listed.artifactType]);
}
