// The checks of a registry that speaks the OCI distribution specification, by the parts with which it is crawled.

import { repositoryRules } from '../../catalog/ingest/rules.ts';
import { globMatcher } from '../../config/glob.ts';
import { DEFAULT_REQUESTS } from '../../config/registry-access.ts';
import { FederationError } from '../../model/errors.ts';
import { isRepository } from '../../model/oci-names.ts';
import type { Reach } from '../../network/connection.ts';
import { createRegistryClient } from '../../network/registry/create-registry-client.ts';
import { createRegistryHosts } from '../../network/registry/registry-hosts.ts';
import { PAGE_SIZE } from '../../sources/oci/bounds.ts';
import { documentsInMemory } from '../../sources/oci/known-documents.ts';
import { listPage } from '../../sources/oci/list.ts';
import { mostListed } from '../../sources/oci/listing.ts';
import { type CrawledRegistry, crawledRegistry } from '../../sources/oci/registry.ts';
import { isGlob } from '../../sources/oci/repositories.ts';
import { NOBODY_TRUSTED } from '../../trust/settings.ts';
import { type Check, type CheckId, fail, skip } from './check.ts';
import { judgeDigests, judgeMediaTypes } from './documents.ts';
import { type ObservedClient, observed } from './exchanges.ts';
import { judgeRateLimit, judgeSpeed } from './pace.ts';
import {
  judgeApi,
  judgeAuthentication,
  judgeRealm,
  judgeRepositories,
  type RepositoryList,
  type RootAnswer,
} from './protocol.ts';
import { ingested, judgeLabels, judgeRecords, judgeUnderstood } from './records.ts';
import { judgeReferrers, judgeSignatures, type ReferrersAnswer, referrersOf } from './referrers.ts';
import { inTime, type Run } from './run.ts';
import { readSample, type Sample, sampledRepositories, sampledTags } from './sample.ts';
import { checkTags, firstTags, type TagList } from './tags.ts';
import type { Target } from './target.ts';

/** Pages of the list of repositories that are read. */
const CATALOG_PAGES = 3;

/** Statuses of `/v2/` that are judged. */
const ANSWERED = [301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 406, 410];

/**
 * Adds all checks behind that of the connection, of a registry that speaks the OCI distribution
 * specification: `api` and `realm` alone where /v2/ does not answer so; what needs a repository is skipped
 * where the gateway is not let in or there is none. `authorities` null: the usual ones. /v2/ is asked without
 * the credential first. Rejects with CONFIG_INVALID where the credential cannot be read, and with what is no
 * FederationError; what the registry does is in the checks.
 */
export async function checkOci(target: Target, authorities: Reach['authorities'], run: Run): Promise<void> {
  const { url, access, baseDirectory, secret } = target;
  const { clock, signal, httpClient } = run;
  const hosts = createRegistryHosts({ ...access, url, authorities });
  const unsigned = httpClient.isolated({ atOnce: 1, reach: hosts.reach });
  let root: RootAnswer | null = null;
  await run.step(['api', 'realm'], async () => {
    const at = new URL('/v2/', hosts.origin);
    root = await unsigned.bytes({ purpose: 'crawl', url: at, statuses: ANSWERED, maxBytes: 65_536, signal });
    return [judgeApi(root), judgeRealm(root, hosts)];
  });
  if (root === null || judgeApi(root).status === 'fail') return;

  const client = observed(
    await createRegistryClient({ url, access, httpClient, secret, baseDirectory, clock }),
    clock,
  );
  const registry = inTime(
    crawledRegistry({
      client,
      api: null,
      facility: target.configured?.facility.id ?? 'facility',
      registry: target.configured?.registry.key ?? 'registry',
      limits: target.limits,
      known: documentsInMemory(),
      signal,
    }),
  );
  await checkContent(target, client, registry, run);
}

/** Checks that need a repository. */
const BEHIND_TAGS: readonly CheckId[] = ['digests', 'media-types', 'referrers', 'records', 'labels'];

/** Adds the first tags of each to `lists`; gives the failure at which it ended, or null. */
async function readLists(
  registry: CrawledRegistry,
  names: readonly string[],
  lists: TagList[],
): Promise<FederationError | null> {
  try {
    for (const name of names) lists.push(await firstTags(registry, name));
    return null;
  } catch (error) {
    if (error instanceof FederationError) return error;
    throw error;
  }
}

/** What is behind the way in. */
async function checkContent(
  target: Target,
  client: ObservedClient,
  registry: CrawledRegistry,
  run: Run,
): Promise<void> {
  const hasCredential = target.access.credential !== undefined;
  const admission = await admissionOf(client, run.signal);
  const found = await repositoriesOf(target, registry);
  const lists: TagList[] = [];
  let failure: FederationError | null = null;
  let isOpen = true;
  await run.step(['authentication'], async () => {
    failure = await readLists(registry, sampledRepositories(found.names, run.sample), lists);
    const isReadable = lists.some(({ status }) => status === 200);
    const check = judgeAuthentication({ ...admission, isReadable, hasCredential });
    isOpen = check.status === 'pass';
    return [check];
  });
  const closed = 'the gateway is not let in';
  await run.step(['repositories'], () => [
    isOpen ? (found.check ?? judgeRepositories(found.list)) : skip('repositories', closed),
  ]);
  await run.step(['tags'], () => {
    if (isOpen && failure !== null) throw failure;
    return isOpen && lists.length > 0 ? checkTags(registry, lists) : [];
  });
  if (!isOpen || lists.length === 0) {
    const why = isOpen ? 'there is no repository to look at' : closed;
    return run.step(BEHIND_TAGS, () => BEHIND_TAGS.map((id) => skip(id, why)));
  }

  let sample: Sample = { images: [], ended: null };
  await run.step(['digests', 'media-types'], async () => {
    sample = await readSample(registry, sampledTags(lists, run.sample));
    return [judgeDigests(client.exchanges), judgeMediaTypes(client.exchanges)];
  });
  const described = describedBy(target, sample);
  await checkReferrers(sample, lists, described.claimed, registry, run);
  await run.step(
    ['records', 'labels', 'label-values', 'names', 'licenses', 'sharing'],
    () => described.checks,
  );
  await run.step(['rate-limit', 'speed'], () => [
    judgeRateLimit(client.exchanges, client.rateLimited()),
    judgeSpeed(client.exchanges, {
      repositories: found.names.length,
      listed: lists.length,
      tags: lists.reduce((sum, { tags }) => sum + tags.length, 0),
      atOnce: (target.access.requests ?? DEFAULT_REQUESTS).atOnce,
    }),
  ]);
}

async function admissionOf(client: ObservedClient, signal: AbortSignal) {
  try {
    const { status } = await client.ask({ path: '/v2/', scope: null, maxBytes: 65_536, signal });
    return { status, failure: null };
  } catch (error) {
    if (!(error instanceof FederationError)) throw error;
    return { status: null, failure: error };
  }
}

interface Found {
  readonly names: readonly string[];
  readonly list: RepositoryList;
  /** The check where the list could not be read; null: by {@link judgeRepositories}. */
  readonly check: Check | null;
}

async function repositoriesOf({ crawl, configured }: Target, registry: CrawledRegistry): Promise<Found> {
  const named = crawl.filter((entry) => !isGlob(entry));
  const globs = crawl.filter(isGlob).map(globMatcher);
  const nothing = { listed: 0, more: false, matched: named.length, isConfigured: configured !== null };
  if (globs.length === 0) return { names: named, list: { ...nothing, status: null }, check: null };
  const names = new Set<string>();
  try {
    const wanted = { scope: 'catalog', member: 'repositories', max: mostListed(registry) } as const;
    let path: string | null = `/v2/_catalog?n=${PAGE_SIZE}`;
    let of: URL | undefined;
    for (let page = 0; page < CATALOG_PAGES && path !== null; page += 1) {
      const answer = await listPage(registry, wanted, path, of);
      if ('status' in answer)
        return { names: named, list: { ...nothing, status: answer.status }, check: null };
      for (const name of answer.page.names.filter(isRepository)) names.add(name);
      path = answer.target;
      of = answer.url;
    }
    const matched = [...names].filter((name) => globs.some((matches) => matches(name)));
    const all = [...new Set([...named, ...matched])].sort();
    const list = { ...nothing, status: 200, listed: names.size, more: path !== null, matched: all.length };
    return { names: all, list, check: null };
  } catch (error) {
    if (!(error instanceof FederationError)) throw error;
    // A token server that gives no token for the list refuses the list.
    if (error.code === 'SOURCE_REFUSED')
      return { names: named, list: { ...nothing, status: 401 }, check: null };
    const check = fail('repositories', `${error.message} (${error.code})`, 'See the registry’s log.');
    return { names: named, list: { ...nothing, status: null }, check };
  }
}

async function checkReferrers(
  { images }: Sample,
  lists: readonly TagList[],
  claimed: number,
  registry: CrawledRegistry,
  run: Run,
): Promise<void> {
  let referrers: readonly ReferrersAnswer[] = [];
  const fallbackTags = lists.reduce((sum, list) => sum + list.referrerTags.length, 0);
  await run.step(['referrers', 'signatures'], async () => {
    referrers = await referrersOf(
      registry,
      images.filter(({ node }) => node !== null),
    );
    return [judgeReferrers(referrers, fallbackTags), judgeSignatures({ referrers, fallbackTags, claimed })];
  });
}

function describedBy({ configured, vocabulary }: Target, { images, ended }: Sample) {
  const place = {
    facility: configured?.facility.id ?? 'facility',
    registry: configured?.registry.key ?? 'registry',
    pull: configured?.registry.pull ?? 'registry',
  };
  const rules = repositoryRules(configured?.registry.repositories ?? []);
  const read = ingested(
    images.filter(({ node }) => node !== null),
    { place, rules, vocabulary, trustSettings: NOBODY_TRUSTED },
  );
  const unusable = images.flatMap(({ name, reason }) => (reason === null ? [] : [{ name, reason }]));
  const reading = { valid: read.valid, refused: [...read.refused, ...unusable] };
  const gone = images.filter(({ isGone }) => isGone).map(({ name }) => name);
  const others = images.length - read.valid.length - reading.refused.length - gone.length;
  const records = judgeRecords(reading, { others, gone });
  return {
    claimed: reading.valid.filter(({ record }) => record.trust.state === 'claimed').length,
    checks: [
      ended === null ? records : { ...records, seen: `${records.seen}; the rest was not read: ${ended}` },
      judgeLabels(reading.valid, true),
      ...judgeUnderstood(reading.valid, vocabulary, { knowsSharing: configured !== null }),
    ],
  };
}
