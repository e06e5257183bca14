// Gateways with a store over either engine: their settings, and the one question that shows what they know.
import assert from 'node:assert/strict';
import type { StorePlace } from '../../src/store/engine/engine.ts';
import type { RunningGateway } from './gateway.ts';

/** The store and the secret of federation.yaml, and the environment that they name. */
export const storedAt = (place: StorePlace) => ({
  federation: { secret: { env: 'PANFED_SECRET' } },
  store: place.kind === 'sqlite' ? { sqlite: place.path } : { postgres: { env: 'DATABASE_URL' } },
  env: {
    PANFED_SECRET: 'a secret of the federation, for tests alone',
    ...(place.kind === 'postgres' && { DATABASE_URL: place.url }),
  },
});

const ASK = `query Ask($maxAge: Int) {
  images(first: 100, maxAge: $maxAge) { nodes { repository } sources { status } }
}`;

interface Asked {
  readonly images: {
    readonly nodes: readonly { readonly repository: string }[];
    readonly sources: readonly { readonly status: string }[];
  };
}

/** The repositories that the admin is shown, in the answer's order, and the status of each registry. No error is one. */
export async function imagesOf(gateway: RunningGateway, maxAge: number | null) {
  const { data, errors } = await gateway.ask<Asked>(ASK, { maxAge }, await gateway.token('admin'));
  assert.deepEqual(errors, []);
  return {
    repositories: data.images.nodes.map(({ repository }) => repository),
    statuses: data.images.sources.map(({ status }) => status),
  };
}
