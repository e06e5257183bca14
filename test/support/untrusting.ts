// A registry of a facility that trusts nobody: nothing of it is ever verified.
import type { RegistryTrust } from '../../src/catalog/trust/registry-trust.ts';
import { NOBODY_TRUSTED } from '../../src/trust/settings.ts';

export const UNTRUSTING: RegistryTrust = {
  settings: NOBODY_TRUSTED,
  load: async () => {},
  judged: (record) => record,
  isPending: () => false,
  verify: async () => 'SETTLED',
  isProven: () => false,
  vouching: () => new Set(),
  changesAt: () => null,
  flush: async () => {},
};

/** What a registry cache needs of it. */
export const UNTRUSTING_CACHE = { trust: UNTRUSTING, onDoubt: () => {} } as const;
