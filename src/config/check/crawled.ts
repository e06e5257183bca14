// Checks what the registries that are crawled by their own API have to name: their address, their API, and what to crawl.
import type { RegistryConfig } from '../facility.ts';
import type { Report } from '../problem.ts';
import { DOCKER_HUB, defaultUrl, isCrawled } from '../registry-kind.ts';
import { isSecureUrl } from '../url.ts';

/** Reports keys that the registry's kind does not use, and those that it needs. */
export function checkCrawled(registry: RegistryConfig, path: readonly PropertyKey[], report: Report): void {
  const { kind, crawl, api } = registry;
  if (crawl !== undefined && !isCrawled(kind)) {
    report([...path, 'crawl'], `a registry of kind ${kind} is read as a whole, without crawl`);
  }
  if (api !== undefined && kind !== 'dockerhub') {
    report([...path, 'api'], `a registry of kind ${kind} has no api beside its url`);
  }
  if (!isCrawled(kind)) return;
  if (registry.url === undefined && defaultUrl(kind) === null) {
    report(path, `${article(kind)} registry needs url, its root`);
  }
  if (registry.demo !== undefined) {
    report([...path, 'demo'], 'a demo catalog is served by graphql', 'Write kind: graphql.');
  }
  if (kind === 'dockerhub') checkDockerHub(registry, path, report);
}

const article = (kind: string): string => (/^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`);

function checkDockerHub(registry: RegistryConfig, path: readonly PropertyKey[], report: Report): void {
  const { url, api, crawl, realms, credential, plainHttp } = registry;
  if (url === undefined && !realms.includes(DOCKER_HUB.realm)) {
    report(
      path,
      'Docker Hub has a token server at a host of its own',
      `Write realms: [${DOCKER_HUB.realm}].`,
    );
  }
  if (credential?.token !== undefined) {
    report(
      [...path, 'credential', 'token'],
      'Docker Hub takes no bearer token for good',
      'Write username and password, which may be an access token, or dockerConfig.',
    );
  }
  if (api !== undefined && !isSecureUrl(api) && plainHttp === undefined) {
    report(
      [...path, 'api'],
      'plain http to another host: anyone on the network path can read the credential and change the answers',
      'Use https, or say why not in plainHttp: "…".',
    );
  }
  if (crawl === undefined) {
    report(
      path,
      'a dockerhub registry needs crawl: nobody crawls all of it',
      'Write crawl: [<namespace>/**].',
    );
  }
  for (const [index, entry] of (crawl ?? []).entries()) {
    const [namespace = '', ...name] = entry.split('/');
    if (name.length > 0 && !namespace.includes('*')) continue;
    const hint = entry.includes('*')
      ? 'Write <namespace>/**.'
      : `Write library/${entry}, if it is an official image.`;
    report([...path, 'crawl', index], 'a repository of Docker Hub begins with its namespace', hint);
  }
}
