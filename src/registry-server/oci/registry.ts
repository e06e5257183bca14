// The registry of a catalog, of one of the kinds that a demo serves: its own API, and behind that OCI's.
import type { ServedKind } from '../../config/registry-kind.ts';
import type { RegistryCatalog } from '../catalog.ts';
import { type Signing, UNSIGNED } from '../signed-catalog.ts';
import { errorAnswer, type RegistryAnswer, type RegistryApi, type RegistryQuestion } from './answer.ts';
import { registryContent } from './content.ts';
import { distributionApi } from './distribution.ts';
import { dockerHubApi } from './dockerhub.ts';
import { harborApi } from './harbor.ts';

/** Answers what is asked. Never throws. */
export type CatalogRegistry = (question: RegistryQuestion) => RegistryAnswer;

/**
 * The registry of a catalog, of this kind, with what `signing` signs (by default nothing): what none of its APIs has is 404
 * with NOT_FOUND. Throws CATALOG_INVALID as {@link registryContent} does.
 */
export function catalogRegistry(
  catalog: Pick<RegistryCatalog, 'images'>,
  kind: ServedKind,
  signing: Signing = UNSIGNED,
): CatalogRegistry {
  const content = registryContent(catalog, signing);
  const own: Readonly<Record<ServedKind, readonly RegistryApi[]>> = {
    oci: [distributionApi(content, { catalog: true, referrers: true })],
    harbor: [harborApi(content), distributionApi(content, { catalog: false, referrers: true })],
    dockerhub: [dockerHubApi(content), distributionApi(content, { catalog: false, referrers: true })],
    // GitHub's registry has no referrers API.
    ghcr: [distributionApi(content, { catalog: false, referrers: false })],
  };
  return (question) => {
    for (const api of own[kind]) {
      const answer = api(question);
      if (answer !== null) return answer;
    }
    return errorAnswer(404, 'NOT_FOUND', 'there is nothing here');
  };
}
