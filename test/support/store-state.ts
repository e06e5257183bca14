// One value of the store's state, as most tests ask for it.
import type { Store } from '../../src/store/store.ts';

/** null: there is none, or it is not what was written. */
export async function stateOf({ state }: Pick<Store, 'state'>, key: string): Promise<unknown> {
  const [entry] = await state.read([key]);
  return entry?.value ?? null;
}
