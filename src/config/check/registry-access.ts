// Checks what a registry is asked with: only kinds that read a registry's own API can use it.
import type { RegistryConfig } from '../facility.ts';
import type { Report } from '../problem.ts';
import { isCrawled } from '../registry-kind.ts';

/**
 * Reports keys of {@link registryAccessShape} that the registry's kind does not use, and a `token` of a kind
 * that is crawled, which takes `credential`; `path` is that of the registry in federation.yaml.
 */
export function checkRegistryAccess(
  registry: RegistryConfig,
  path: readonly PropertyKey[],
  report: Report,
): void {
  const { kind, credential, realms, ca, storage, requests, webhook, token } = registry;
  if (isCrawled(kind)) {
    if (token !== undefined) {
      report([...path, 'token'], `a registry of kind ${kind} has no token`, 'Write credential: {token: …}.');
    }
    return;
  }
  const given = {
    credential: credential !== undefined,
    realms: realms.length > 0,
    ca: ca !== undefined,
    storage: storage.length > 0,
    requests: requests !== undefined,
    webhook: webhook !== undefined,
  };
  for (const [key, isGiven] of Object.entries(given)) {
    if (!isGiven) continue;
    const hint =
      key === 'credential' && kind === 'graphql' ? 'Write token: {env: NAME} or {file: PATH}.' : undefined;
    report([...path, key], `a registry of kind ${kind} is read without ${key}`, hint);
  }
}
