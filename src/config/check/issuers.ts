// Checks all issuers together: one entry for each `iss`, and roles of authors for existing facilities.
import { didYouMean } from '../../model/nearest.ts';
import type { Report } from '../problem.ts';
import type { Config } from '../schema.ts';

/** Reports issuers with the same URL, and `author:` roles of unknown facilities. */
export function checkIssuers(config: Config, report: Report): void {
  const facilities = config.facilities.map(({ id }) => id);
  const urls = new Set<string>();
  for (const [index, issuer] of config.issuers.entries()) {
    if (urls.has(issuer.url)) {
      report(['issuers', index, 'url'], 'there are two issuers with this url', 'Join them into one.');
    }
    urls.add(issuer.url);
    for (const [at, right] of issuer.mayAssert.entries()) {
      const facility = right.startsWith('author:') ? right.slice('author:'.length) : null;
      if (facility === null || facilities.includes(facility)) continue;
      report(
        ['issuers', index, 'mayAssert', at],
        `there is no facility ${facility}`,
        didYouMean(facility, facilities),
      );
    }
  }
}
