// (b) The textbook composition of the same libraries: yoga, stitchSchemas over the registries, a resolver that merges
// their delegated lists, and the policies evaluated for each record of each request. Arguments: the path of
// federation.yaml, and the registries' URLs.

import { stitchSchemas } from '@graphql-tools/stitch';
import { createYoga } from 'graphql-yoga';
import pino from 'pino';
import { requestBounds } from '../../src/discovery/bounds.ts';
import type { ImageConnection } from '../../src/discovery/connection.ts';
import type { VisibleItem } from '../../src/discovery/view.ts';
import type { GatewayContext } from '../../src/graphql/context.ts';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import type { Access } from '../../src/model/decision.ts';
import type { ImageRecord } from '../../src/model/image.ts';
import { built } from '../built.ts';
import { PERSON } from '../question.ts';
import { serve } from './listen.ts';
import { loadPolicies } from './textbook-policy.ts';
import { textbookRegistries } from './textbook-registries.ts';

const { loadConfig } = await built<typeof import('../../src/config/load.ts')>('config/load');
const { createVocabulary } = await built<typeof import('../../src/vocabulary/load.ts')>('vocabulary/load');
const { createPlaces } = await built<typeof import('../../src/discovery/places.ts')>('discovery/places');
const { createCursors } = await built<typeof import('../../src/discovery/cursor.ts')>('discovery/cursor');
const { compareVersionKeys, nameKey, versionKey } =
  await built<typeof import('../../src/catalog/index/order.ts')>('catalog/index/order');
const { resolvers, typeDefs } = await built<typeof import('../../src/graphql/schema.ts')>('graphql/schema');
const { createIdentity } =
  await built<typeof import('../../src/identity/create-identity.ts')>('identity/create-identity');
const { createDemoIssuer } = await built<typeof import('../../src/identity/demo.ts')>('identity/demo');
const { demoPerson } =
  await built<typeof import('../../src/identity/demo-people.ts')>('identity/demo-people');
const { createHttpClient } = await built<typeof import('../../src/network/create-http-client.ts')>(
  'network/create-http-client',
);

/** A record with this caller's access, in place of the input of panfed's resolvers. */
interface Judged {
  readonly image: ImageRecord;
  readonly access: Access;
}

const config = await loadConfig(process.argv[2] ?? '', {});
const vocabulary = createVocabulary(config);
const registries = textbookRegistries(config, JSON.parse(process.argv[3] ?? '{}'), vocabulary);
const judgeFor = await loadPolicies(config);
const parts = { places: createPlaces(config.facilities), vocabulary } as unknown as GatewayContext['parts'];
const cursors = createCursors(Buffer.alloc(32, 1));

const schema = stitchSchemas<GatewayContext>({
  subschemas: registries.map(({ subschema }) => subschema),
  typeDefs: [typeDefs],
  resolvers: {
    ...resolvers,
    Query: { ...resolvers.Query, images: firstImages },
    Image: { ...resolvers.Image, access: (judged: unknown) => (judged as Judged).access },
  },
});

async function firstImages(
  _: unknown,
  { first }: { first: number },
  context: GatewayContext,
  info: Parameters<(typeof registries)[number]['records']>[1],
): Promise<Omit<ImageConnection, 'facets'>> {
  const { principal, subject } = context.caller;
  const judge = judgeFor(subject);
  const found = await Promise.all(
    registries.map(async ({ facility, registry, records }) => {
      const judged = (await records(context, info)).map((image): Judged => ({ image, access: judge(image) }));
      return { facility, registry, visible: judged.filter(({ access }) => access.discover) };
    }),
  );
  const all = found
    .flatMap(({ visible }) => visible)
    .map((judged) => ({
      judged,
      version: versionKey(judged.image, null),
      name: nameKey(judged.image),
      id: judged.image.id,
    }))
    .sort(
      (a, b) => compareVersionKeys(a.version, b.version) || compare(a.name, b.name) || compare(a.id, b.id),
    );
  const items = all.slice(0, first).map(({ judged, version: { framework, version }, name, id }) => ({
    visible: judged as unknown as VisibleItem,
    get cursor() {
      return cursors.issue([0, 0, framework, version, name, id], { principal, question: '' });
    },
  }));
  return {
    items,
    totalCount: all.length,
    hasNextPage: all.length > first,
    hasPreviousPage: false,
    complete: true,
    notices: [],
    sources: found.map(({ facility, registry, visible }) => ({
      facility,
      registry,
      status: 'OK',
      records: async () => visible.length,
    })) as unknown as ImageConnection['sources'],
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const issuer = await createDemoIssuer({ facilities: config.facilities, clock: SYSTEM_CLOCK });
const identity = await createIdentity({
  config,
  httpClient: createHttpClient(),
  logger: pino({ level: 'silent' }),
  clock: SYSTEM_CLOCK,
  readSecret: async () => '',
  demo: issuer,
});

const yoga = createYoga<object, GatewayContext>({
  schema,
  logging: false,
  maskedErrors: false,
  context: async ({ request }) => ({
    caller: await identity.identify(request.headers.get('authorization')),
    policies: parts.policy,
    bounds: requestBounds(request.signal, Number.MAX_SAFE_INTEGER),
    catalogToken: null,
    ownToken: null,
    parts,
  }),
});

const person = demoPerson(PERSON);
serve((request, response) => void yoga(request, response), {
  token: person === null ? null : await issuer.mint(person),
});
