// The version of this panfed, from its package.
import { createRequire } from 'node:module';

/** As package.json has it, such as `0.4.0`. */
export const { version } = createRequire(import.meta.url)('../../package.json') as {
  readonly version: string;
};
