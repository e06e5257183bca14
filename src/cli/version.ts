// The version of this panfed, from its package.
import { createRequire } from 'node:module';

/** The version of panfed, as package.json states it (Semantic Versioning). */
export const { version } = createRequire(import.meta.url)('../../package.json') as {
  readonly version: string;
};
