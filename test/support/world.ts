// A gateway over given records, with the real policies and vocabulary and no network: what tests of answers ask.
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import type { Catalog, RefreshRequest, RegistryState } from '../../src/catalog/catalog.ts';
import { buildSnapshotIndex, type SnapshotIndex } from '../../src/catalog/index/snapshot-index.ts';
import type { Quarantined, Snapshot } from '../../src/catalog/snapshot.ts';
import type { FacilityConfig } from '../../src/config/facility.ts';
import { configSchema } from '../../src/config/schema.ts';
import type { DataCatalogs } from '../../src/data-catalogs/data-catalogs.ts';
import { createCursors } from '../../src/discovery/cursor.ts';
import { createDiscovery, type Discovery } from '../../src/discovery/discovery.ts';
import { createPlaces } from '../../src/discovery/places.ts';
import type { GatewayParts } from '../../src/graphql/context.ts';
import type { Extension } from '../../src/graphql/extension/extension.ts';
import { createGateway, type Gateway, type RequestContext } from '../../src/graphql/gateway.ts';
import { createMatching } from '../../src/matching/match.ts';
import type { ComputeResource } from '../../src/model/compute.ts';
import type { ImageRecord } from '../../src/model/image.ts';
import { createPace } from '../../src/model/pace.ts';
import type { Caller, Subject } from '../../src/model/subject.ts';
import { ANONYMOUS } from '../../src/model/subject.ts';
import { createPolicyEngine, type LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import type { TagHistory } from '../../src/store/store.ts';
import { loadVocabulary } from '../../src/vocabulary/load.ts';
import type { Vocabulary } from '../../src/vocabulary/vocabulary.ts';
import { type GivenContents, givenContents } from './contents.ts';
import { FACILITIES } from './records.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SECRET = Buffer.from('a secret of tests, thirty-two bytes long');
/** A request that nobody gives up. */
const NEVER = new AbortController().signal;

/** The time at which every answer is given. */
export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

/** One registry of the world; `records: null` is one without a snapshot. */
export interface WorldRegistry {
  /** graphql unless said. */
  readonly kind?: string;
  readonly facility: string;
  readonly registry: string;
  readonly records: readonly ImageRecord[] | null;
  readonly quarantined?: readonly Quarantined[];
  /** What is inside its images; nothing unless said. */
  readonly contents?: GivenContents;
  /** Whether some of its images have not been read yet. */
  readonly partial?: boolean;
}

export interface World {
  readonly gateway: Gateway;
  readonly discovery: Discovery;
  readonly states: () => readonly RegistryState[];
  /** What was asked of the catalog, last first. */
  readonly refreshes: RefreshRequest[];
  /** Replaces a registry's records, as a crawl would. */
  put(registry: WorldRegistry): Promise<void>;
  /** Gives images more to have inside. */
  give(contents: GivenContents): Promise<void>;
  /** A document's answer as the bytes that a client would get; `more` is what else is known of the request. */
  ask(
    document: string,
    variables?: Record<string, unknown>,
    caller?: Caller,
    more?: Partial<RequestContext>,
  ): Promise<string>;
}

function failureOf(isMissing: boolean, isPartial: boolean): RegistryState['failure'] {
  if (isMissing) return { code: 'SOURCE_UNAVAILABLE', message: 'down' };
  return isPartial ? { code: 'CRAWL_UNFINISHED', message: 'not all read' } : null;
}

export interface WorldOptions {
  readonly extensions?: readonly Extension[];
  readonly history?: TagHistory | null;
  readonly store?: GatewayParts['store'];
  /** None unless said. */
  readonly resources?: readonly ComputeResource[];
  /** None unless said. */
  readonly dataCatalogs?: DataCatalogs;
  /** The packaged one unless said. */
  readonly vocabulary?: Vocabulary;
}

/** The nine labs, `main` and `hub` each; DESY, ESRF and ELETTRA with the policies of the demo unless said. */
export const CONFIG = configOf({ desy: true, esrf: true, elettra: true });

function configOf(policies: Readonly<Record<string, boolean>>) {
  const facilities = FACILITIES.map((id) => ({
    id,
    name: `Lab ${id.toUpperCase()}`,
    scopes: [`${id}.example`],
    engines: ['docker'],
    allowsUnverified: id === 'esrf' || id === 'hzb',
    licenseServers: id === 'hzb' ? ['license.hzb.example'] : [],
    ...(policies[id] && { policy: `policies/bundle/${id}.tar.gz` }),
    registries: ['main', 'hub'].map((key) => ({
      key,
      kind: 'graphql',
      url: 'http://127.0.0.1:1/',
      pull: `registry.${id}.example`,
    })),
  }));
  return { ...configSchema.parse({ federation: { name: 'test' }, facilities }), baseDirectory: ROOT };
}

export const testEngine = (): Promise<LocalPolicyEngine> =>
  createPolicyEngine({ config: CONFIG, logger: pino({ level: 'silent' }), threads: 1 });

const NO_CATALOGS: DataCatalogs = {
  lookUp: async () => {
    throw new Error('no data set is looked up in this world');
  },
};

let serial = 1_000_000;

export async function createWorld(
  registries: readonly WorldRegistry[],
  policy: LocalPolicyEngine,
  {
    extensions = [],
    history = null,
    store = null,
    resources = [],
    vocabulary = loadVocabulary(),
    dataCatalogs = NO_CATALOGS,
  }: WorldOptions = {},
): Promise<World> {
  const places = createPlaces(CONFIG.facilities as readonly FacilityConfig[]);
  const states = new Map<string, RegistryState>();
  const refreshes: RefreshRequest[] = [];
  const pace = createPace();
  const inside = givenContents();

  async function put({
    facility,
    registry,
    kind = 'graphql',
    records,
    quarantined = [],
    partial = false,
    contents = new Map(),
  }: WorldRegistry): Promise<void> {
    await inside.put(contents);
    let snapshot: Snapshot | null = null;
    let index: SnapshotIndex | null = null;
    if (records !== null) {
      serial += 1;
      snapshot = {
        serial,
        facility,
        registry,
        generation: 'g',
        records,
        quarantined,
        quarantinedCount: quarantined.length,
        crawledAt: NOW,
      };
      const context = { vocabulary, facilityName: (id: string) => places.get(id).name };
      index = await buildSnapshotIndex(snapshot, context, pace);
      await policy.prepare(snapshot);
    }
    states.set(`${facility}/${registry}`, {
      facility,
      registry,
      kind,
      snapshot,
      index,
      checkedAt: snapshot === null ? null : NOW,
      status: snapshot === null ? 'ERROR' : partial ? 'PARTIAL' : 'OK',
      failure: failureOf(snapshot === null, partial),
      tookMs: 1,
    } as RegistryState);
  }

  for (const registry of registries) await put(registry);
  const inOrder = (): RegistryState[] =>
    [...states.values()].sort(
      (a, b) => places.rank(a.facility) - places.rank(b.facility) || (a.registry < b.registry ? -1 : 1),
    );
  const catalog: Catalog = {
    states: inOrder,
    refresh: async (request) => {
      refreshes.unshift(request);
      return inOrder();
    },
    notify: () => 0,
    close: async () => {},
  };
  const asking = {
    ...{ catalog, contents: inside.table, places, vocabulary, limits: CONFIG.limits },
    ...{ cursors: createCursors(SECRET), clock: { wall: () => NOW } },
  };
  const matching = createMatching({ ...asking, resources, dataCatalogs });
  const discovery = createDiscovery({
    ...asking,
    history,
    movedWithin: CONFIG.history.movedWithin,
  });
  const parts: GatewayParts = {
    discovery,
    places,
    vocabulary,
    policy,
    resources,
    matching,
    catalog,
    store,
    limits: CONFIG.limits,
    clock: { wall: () => NOW },
  };
  const gateway = createGateway({ parts, extensions, logger: pino({ level: 'silent' }) });
  return {
    gateway,
    discovery,
    states: inOrder,
    refreshes,
    put,
    give: inside.put,
    ask: async (document, variables = {}, caller = ANONYMOUS, more = {}) => {
      try {
        return JSON.stringify(await gateway.ask(document, variables, { caller, ended: NEVER, ...more }));
      } catch (error) {
        return JSON.stringify({ refused: error });
      }
    },
  };
}

/** A signed-in caller that is no other's. */
export function callerOf(subject: Subject, name = 'someone'): Caller {
  if (!subject.authenticated) return ANONYMOUS;
  return {
    principal: JSON.stringify([subject.issuer, name]),
    subject,
    name,
    roles: [],
    expires: 4_102_444_800,
  };
}
