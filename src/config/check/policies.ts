// Checks each policy that a lab ships itself: its source can be fetched, and nobody on the network path can read the
// token.
import { isFetched, type PolicySource, policySourceOf } from '../policy-source.ts';
import type { Report } from '../problem.ts';
import type { Config } from '../schema.ts';
import { webUrlSchema } from '../text.ts';
import { isSecureUrl } from '../url.ts';

/**
 * Reports a source that is not a web URL, plain http to another host without a reason, and settings that a
 * file ignores. A facility without a signed source has nothing to report.
 */
export function checkPolicies(config: Config, report: Report): void {
  for (const [index, facility] of config.facilities.entries()) {
    const policy = policySourceOf(facility);
    if (policy !== null) checkSource(policy, ['facilities', index, 'policy'], report);
  }
}

function checkSource(policy: PolicySource, path: readonly PropertyKey[], report: Report): void {
  const { source, token, plainHttp } = policy;
  if (!isFetched(policy)) {
    if (token !== undefined) report([...path, 'token'], 'a file is read without a token');
    if (plainHttp !== undefined) report([...path, 'plainHttp'], 'a file is read without http');
    return;
  }
  const parsed = webUrlSchema.safeParse(source);
  for (const issue of parsed.error?.issues ?? []) report([...path, 'source'], `source: ${issue.message}`);
  if (parsed.success && !isSecureUrl(source) && plainHttp === undefined) {
    report(
      [...path, 'source'],
      'plain http to another host: anyone on the network path can read the token and withhold a new policy',
      'Use https, or say why not in plainHttp: "…".',
    );
  }
}
