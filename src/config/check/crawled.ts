// Checks what the registries that are crawled by their own API have to name: their address, their API, and what to crawl.
import type { RegistryConfig } from '../facility.ts';
import type { Report } from '../problem.ts';
import {
  addressOf,
  DOCKER_HUB,
  defaultApi,
  hasApi,
  isCrawled,
  isServed,
  needsCrawl,
  SERVED_KINDS,
} from '../registry-kind.ts';
import { isSecureUrl } from '../url.ts';

/**
 * Reports `crawl` and `api` of a kind that has none, and of a registry that is crawled what it lacks (an
 * address, `api`, `crawl`, a realm), an API over plain http, a token or a demo that its kind does not have,
 * and entries of `crawl` without a namespace; `path` is that of the registry in federation.yaml.
 */
export function checkCrawled(registry: RegistryConfig, path: readonly PropertyKey[], report: Report): void {
  const { kind, crawl, api } = registry;
  if (crawl !== undefined && !isCrawled(kind)) {
    report([...path, 'crawl'], `a registry of kind ${kind} is read as a whole, without crawl`);
  }
  if (api !== undefined && !hasApi(kind)) {
    report([...path, 'api'], `a registry of kind ${kind} has no api beside its url`);
  }
  if (!isCrawled(kind)) return;
  if (registry.demo !== undefined) checkDemo(registry, path, report);
  else if (addressOf(registry) === null) {
    report(path, `${article(kind)} registry needs url, its root`);
  }
  if (needsCrawl(kind)) checkApi(registry, path, report);
  if (kind === 'dockerhub') checkDockerHub(registry, path, report);
  if (kind === 'gitlab') checkGitLab(registry, path, report);
  if (kind === 'quay') checkWithin(registry, ['Quay', 'namespace'], path, report);
  if (kind === 'ghcr') checkWithin(registry, ['GitHub', 'owner'], path, report);
}

function checkDemo({ kind, url, api }: RegistryConfig, path: readonly PropertyKey[], report: Report): void {
  if (!isServed(kind)) {
    report(
      [...path, 'demo'],
      `a demo catalog is not served as kind ${kind}`,
      `Write kind: graphql, ${SERVED_KINDS.slice(0, -1).join(', ')} or ${SERVED_KINDS.at(-1)}.`,
    );
  }
  if (url !== undefined || api !== undefined) {
    report(path, `${url === undefined ? 'api' : 'url'} and demo exclude each other`);
  }
}

const article = (kind: string): string => (/^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`);

/** What all kinds have in common whose API takes a credential of its own and lists within namespaces or groups. */
function checkApi(
  { kind, url, api, crawl, credential, plainHttp }: RegistryConfig,
  path: readonly PropertyKey[],
  report: Report,
): void {
  if (credential?.token !== undefined) {
    report(
      [...path, 'credential', 'token'],
      `${article(kind)} registry takes no bearer token for good`,
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
  if (kind !== 'gitlab' && hasApi(kind) && api === undefined && defaultApi(kind, url) === null) {
    report(path, `${article(kind)} registry at another url needs api, which is sent its credential`);
  }
  if (crawl !== undefined) return;
  const within = kind === 'gitlab' ? 'group' : kind === 'ghcr' ? 'owner' : 'namespace';
  report(
    path,
    `${article(kind)} registry needs crawl: nobody crawls all of it`,
    `Write crawl: [<${within}>/**].`,
  );
}

function checkDockerHub(registry: RegistryConfig, path: readonly PropertyKey[], report: Report): void {
  const { url, demo, crawl = [], realms } = registry;
  if (url === undefined && demo === undefined && !realms.includes(DOCKER_HUB.realm)) {
    report(
      path,
      'Docker Hub has a token server at a host of its own',
      `Write realms: [${DOCKER_HUB.realm}].`,
    );
  }
  for (const [index, entry] of crawl.entries()) {
    if (isWithin(entry)) continue;
    const hint = entry.includes('*')
      ? 'Write <namespace>/**.'
      : `Write library/${entry}, if it is an official image.`;
    report([...path, 'crawl', index], 'a repository of Docker Hub begins with its namespace', hint);
  }
}

function checkGitLab(registry: RegistryConfig, path: readonly PropertyKey[], report: Report): void {
  const { url = '', api, realms } = registry;
  if (api === undefined) report(path, 'a gitlab registry needs api, the GitLab whose registry it is');
  else if (URL.canParse(api) && URL.canParse(url)) {
    const { host, hostname } = new URL(api);
    if (hostname !== new URL(url).hostname && !realms.includes(host)) {
      report(path, 'GitLab gives the tokens of its registry itself', `Write realms: [${host}].`);
    }
  }
  checkWithin(registry, ['GitLab', 'group'], path, report);
}

function checkWithin(
  { crawl = [] }: RegistryConfig,
  [whose, within]: readonly [string, string],
  path: readonly PropertyKey[],
  report: Report,
): void {
  for (const [index, entry] of crawl.entries()) {
    if (isWithin(entry)) continue;
    report(
      [...path, 'crawl', index],
      `a repository of ${whose} begins with its ${within}`,
      `Write <${within}>/**.`,
    );
  }
}

/** Whether the entry begins with a whole name and a slash. */
const isWithin = (entry: string): boolean => /^[^*/]+\//.test(entry);
