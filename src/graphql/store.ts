// Query.store and the types below it: what the gateway keeps over a restart, for the admin alone.
import { isAdmin } from '../model/subject.ts';
import type { StoreInfo } from '../store/store.ts';
import type { Field } from './context.ts';

/** The store as the admin sees it. What is in it is null where it cannot be read now, and `status` then says so. */
interface StoreReport {
  readonly engine: string;
  readonly status: string;
  readonly code: string | null;
  readonly since: string | null;
  readonly bytes: number | null;
  readonly registries: readonly StoredRegistry[] | null;
}

interface StoredRegistry extends Omit<StoreInfo['registries'][number], 'crawledAt' | 'checkedAt'> {
  readonly crawledAt: string | null;
  readonly checkedAt: string | null;
}

/**
 * The report on the store; null for everybody but the admin, before the store is asked anything, and where
 * there is none. Never rejects: what cannot be read now is null, and `status` and `code` say why. Times are
 * RFC 3339, in UTC.
 */
export const store: Field<unknown> = async (_, __, { caller, parts }): Promise<StoreReport | null> => {
  if (!isAdmin(caller) || parts.store === null) return null;
  const { engine } = parts.store;
  const info = await parts.store.info().catch(() => null);
  // Asked afterwards: what came of the call belongs to it.
  const health = parts.store.health();
  const failure = health.status === 'OK' ? { code: null, since: null } : health;
  return {
    engine,
    status: health.status,
    code: failure.code,
    since: dateTime(failure.since),
    bytes: info?.bytes ?? null,
    registries: info?.registries.map(registryOf) ?? null,
  };
};

const registryOf = (registry: StoreInfo['registries'][number]): StoredRegistry => ({
  ...registry,
  crawledAt: dateTime(registry.crawledAt),
  checkedAt: dateTime(registry.checkedAt),
});

/** null for what is no time: nobody verified what the store says of its crawls. */
function dateTime(milliseconds: number | null): string | null {
  const date = new Date(milliseconds ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
