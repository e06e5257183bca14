// The checks of a registry that speaks registry.graphql, by the queries and the ingest of the gateway.

import { repositoryRules } from '../../catalog/ingest/rules.ts';
import { FederationError } from '../../model/errors.ts';
import { isObject } from '../../model/json-object.ts';
import { createEndpoint, type GraphqlAnswer } from '../../network/graphql-endpoint.ts';
import {
  CONTRACTS,
  type Contract,
  IMAGES_QUERIES,
  type ImagePage,
  REGISTRY_QUERY,
  readPage,
} from '../../sources/contract.ts';
import { registryEndpoint } from '../../sources/create-source.ts';
import { MalformedNode } from '../../sources/source.ts';
import { NOBODY_TRUSTED } from '../../trust/settings.ts';
import { attachedTo, judgeAttached } from './attached.ts';
import { type Check, fail, pass, quoted, skip, warn } from './check.ts';
import { ingested, judgeLabels, judgeRecords, judgeUnderstood, type Named, type Reading } from './records.ts';
import type { Run } from './run.ts';
import type { Target } from './target.ts';

const REGISTRY_BYTES = 65_536;
const PAGE_BYTES = 16_777_216;

/** Images that are asked for in one page. */
const PAGE = 20;

/** What a registry says that it is; null: it does not say. */
export interface Identity {
  readonly contract: unknown;
  readonly facility: unknown;
  readonly generation: unknown;
}

/**
 * What the answer says of the registry; a field that is not there is null. null: the answer has no registry.
 */
export function identityIn({ data }: Pick<GraphqlAnswer, 'data'>): Identity | null {
  const registry = data?.registry;
  if (!isObject(registry)) return null;
  const { contract = null, facility = null, generation = null } = registry;
  return { contract, facility, generation };
}

/**
 * The checks `contract` (a version other than 1 and 2 fails), `facility` and `generation` (1 to 4,096 UTF-16 units).
 * `identity` null: the answer has none, so that the first fails and the others are skipped. `expected`: the facility of
 * federation.yaml; null: it is not known, and any text is right.
 */
export function judgeIdentity(identity: Identity | null, expected: string | null): readonly Check[] {
  if (identity === null) {
    return [
      fail('contract', 'the answer has no registry', 'Answer the query `registry` of registry.graphql.'),
      skip('facility', 'not said'),
      skip('generation', 'not said'),
    ];
  }
  const { contract, facility, generation } = identity;
  // An object may say itself what its `toString` is, and have no text.
  const version =
    contract !== null && typeof contract === 'object' ? 'of an object' : quoted(String(contract));
  const said = typeof facility === 'string' ? quoted(facility) : 'nobody';
  return [
    contractIn(identity) !== null
      ? pass('contract', `version ${contract}`)
      : fail(
          'contract',
          `version ${version}, and the gateway speaks ${CONTRACTS.join(' and ')}`,
          'Answer `contract: 2`, and what registry.graphql has.',
        ),
    typeof facility === 'string' && (expected === null || facility === expected)
      ? pass('facility', `it says that it is ${said}’s`)
      : fail(
          'facility',
          `it says that it is ${said}’s${expected === null ? '' : `, and not ${expected}’s`}`,
          'Answer the id that federation.yaml has, or correct the address.',
        ),
    typeof generation === 'string' && generation !== '' && generation.length <= 4_096
      ? pass('generation', 'there is one')
      : fail(
          'generation',
          'there is none that can be used',
          'Answer a text of at most 4,096 characters that changes with any change of any image.',
        ),
  ];
}

/** The version that the registry speaks; null: the gateway does not. */
const contractIn = ({ contract }: Identity): Contract | null =>
  CONTRACTS.find((version) => version === contract) ?? null;

/**
 * The check `page`, of the first page of images, and the second, null where there is none or it was not read.
 * It fails where the cursor leads nowhere, back or to the same images, warns where the generation is another
 * on the second page, and is skipped where there is more and no second page.
 */
export function judgePages(first: ImagePage, second: ImagePage | null): Check {
  const count = first.nodes.length;
  if (!first.hasNextPage) return pass('page', `all ${count} images in one page`);
  const stuck = (seen: string): Check =>
    fail('page', seen, 'Let `endCursor` lead to the images behind the page, in a stable order.');
  if (first.endCursor === null) return stuck('a page says that there are more, and has no cursor');
  if (count === 0) return stuck('a page says that there are more, and is empty');
  if (second === null) return skip('page', 'the second page was not read');
  if (second.hasNextPage && second.endCursor === first.endCursor) return stuck('a page leads back to itself');
  const known = new Set(first.nodes.map(idOf).filter((id) => id !== null));
  if (second.nodes.some((node) => known.has(idOf(node) ?? ''))) {
    return stuck('the second page has images of the first');
  }
  return first.generation === second.generation
    ? pass('page', `pages of ${count} images lead on`)
    : warn(
        'page',
        'the generation changed between two pages',
        'Change it with the images alone: a crawl begins again when it changes.',
      );
}

const idOf = (node: unknown): string | null =>
  isObject(node) && typeof node.id === 'string' ? node.id : null;

/**
 * Adds all checks behind that of the connection, of a registry that speaks registry.graphql: the first four
 * alone where it does not say what it is, and `signatures` of contract 2 alone. An answer may have 64 KiB,
 * and a page of 20 images 16 MiB. Rejects with CONFIG_INVALID where the token cannot be read, and with what
 * is no FederationError; what the registry does is in the checks.
 */
export async function checkContract(target: Target, run: Run): Promise<void> {
  const { configured, url, secret } = target;
  const { httpClient, signal } = run;
  const { credential } =
    configured === null
      ? { credential: null }
      : await registryEndpoint(configured.facility, configured.registry, { httpClient, secret });
  const endpoint = createEndpoint({ httpClient, purpose: 'crawl', url, credential });
  let identity: Identity | null = null;
  await run.step(['authentication', 'contract', 'facility', 'generation'], async () => {
    const how = credential === null ? 'without a token' : 'by the token of federation.yaml';
    try {
      identity = identityIn(await endpoint.ask({ query: REGISTRY_QUERY, signal, maxBytes: REGISTRY_BYTES }));
    } catch (error) {
      if (!(error instanceof FederationError) || error.code === 'SOURCE_REFUSED') throw error;
      const hint = error.hint ?? 'Answer GraphQL over HTTP as application/json.';
      return [
        pass('authentication', `not refused ${how}`),
        fail('contract', `${error.message} (${error.code})`, hint),
        skip('facility', 'not said'),
        skip('generation', 'not said'),
      ];
    }
    return [
      pass('authentication', `let in ${how}`),
      ...judgeIdentity(identity, configured?.facility.id ?? null),
    ];
  });
  if (identity === null) return;

  // What the oldest version asks for says most of a registry that speaks another one.
  const query = IMAGES_QUERIES[contractIn(identity) ?? 1];
  const ask = async (after: string | null): Promise<ImagePage> => {
    const variables = { first: PAGE, after };
    return readPage(await endpoint.ask({ query, variables, signal, maxBytes: PAGE_BYTES }));
  };
  let page: ImagePage | null = null;
  await run.step(['page'], async () => {
    const first = await ask(null);
    page = first;
    const leadsOn = first.hasNextPage && first.endCursor !== null && first.nodes.length > 0;
    return [judgePages(first, leadsOn ? await ask(first.endCursor) : null)];
  });
  let reading: Reading = { valid: [], refused: [] };
  await run.step(['records', 'labels', 'label-values', 'names', 'licenses', 'sharing'], () => {
    reading = readImages(page, target, facilityOf(identity));
    return [
      judgeRecords(reading),
      judgeLabels(reading.valid, false),
      ...judgeUnderstood(reading.valid, target.vocabulary, { knowsSharing: true }),
    ];
  });
  if (contractIn(identity) !== 2) return;
  await run.step(['signatures'], async () => {
    const { valid } = reading;
    return [judgeAttached(await attachedTo(endpoint, valid, signal), valid.length > 0)];
  });
}

const facilityOf = (identity: Identity | null): string | null =>
  typeof identity?.facility === 'string' ? identity.facility : null;

function readImages(
  page: ImagePage | null,
  { configured, vocabulary }: Target,
  said: string | null,
): Reading {
  const place = {
    facility: configured?.facility.id ?? said ?? 'facility',
    registry: configured?.registry.key ?? 'registry',
    pull: configured?.registry.pull ?? 'registry',
  };
  const rules = repositoryRules(configured?.registry.repositories ?? []);
  const images = (page?.nodes ?? []).map((node, index): Named => ({ name: nameOf(node, index), node }));
  return ingested(images, { place, rules, vocabulary, trustSettings: NOBODY_TRUSTED });
}

function nameOf(node: unknown, index: number): string {
  if (node instanceof MalformedNode) return node.subject;
  const repository = isObject(node) ? node.repository : null;
  return typeof repository === 'string' ? repository.slice(0, 100) : `image ${index + 1}`;
}
