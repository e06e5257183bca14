// Checks the trust of each facility: what is configured can be verified.
import type { Report } from '../problem.ts';
import type { Config } from '../schema.ts';

/**
 * Reports identities without a root by which they are verified, signatures that are required of nobody, and keys of a demo
 * where there is none.
 */
export function checkTrust(config: Config, report: Report): void {
  for (const [index, { id, trust }] of config.facilities.entries()) {
    if (trust === undefined) continue;
    const path = ['facilities', index, 'trust'];
    if (trust.identities.length > 0 && trust.root === undefined) {
      report(
        [...path, 'identities'],
        'identities are verified by a root of Sigstore',
        'Give `root`, the path of a trusted_root.json.',
      );
    }
    for (const [key, { demo }] of trust.keys.entries()) {
      if (demo !== true || config.demo) continue;
      report(
        [...path, 'keys', key, 'demo'],
        'only a demo makes keys of its own',
        'Give `file` or `env`, or `demo: true` at the top.',
      );
    }
    const hasSigners = trust.keys.length + trust.identities.length > 0 || trust.notation !== undefined;
    if (trust.require.length > 0 && !hasSigners) {
      report(
        [...path, 'require'],
        `images of ${id} have to be signed, and nobody is trusted to sign them`,
        'Give `keys`, `identities` or `notation`.',
      );
    }
  }
}
