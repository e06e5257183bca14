// Checks each registry: one place to read from, what it is asked with, no secret over plain http, and rules that name
// existing facilities.
import { didYouMean } from '../../model/nearest.ts';
import type { RegistryConfig } from '../facility.ts';
import type { Report } from '../problem.ts';
import { isCrawled } from '../registry-kind.ts';
import type { Config } from '../schema.ts';
import { webUrlSchema } from '../text.ts';
import { isSecureUrl } from '../url.ts';
import { checkCrawled } from './crawled.ts';
import { checkRegistryAccess } from './registry-access.ts';

/**
 * Reports missing or contradictory places, endpoints that are no web URL or plain http to another host
 * without a reason, and rules about unknown facilities; and what {@link checkCrawled} and {@link
 * checkRegistryAccess} report.
 */
export function checkRegistries(config: Config, report: Report): void {
  const known = config.facilities.map(({ id }) => id);
  for (const [index, facility] of config.facilities.entries()) {
    for (const [at, registry] of facility.registries.entries()) {
      const path = ['facilities', index, 'registries', at];
      checkPlace(registry, config.demo, path, report);
      checkCrawled(registry, path, report);
      if (registry.kind !== 'file' && registry.url !== undefined) {
        checkEndpoint(registry, registry.url, path, report);
      }
      checkRegistryAccess(registry, path, report);
      checkRules(registry, known, path, report);
    }
  }
}

function checkPlace(
  registry: RegistryConfig,
  demo: boolean,
  path: readonly PropertyKey[],
  report: Report,
): void {
  if (registry.demo !== undefined && !demo) {
    report(
      [...path, 'demo'],
      'a demo catalog is served in the demo only',
      'Write demo: true, or give a url.',
    );
  }
  if (registry.kind === 'file') {
    if (registry.url === undefined) report(path, 'a file registry needs url: the path of its file');
    if (registry.demo !== undefined) {
      report([...path, 'demo'], 'a demo catalog is served, not read', 'Write kind: graphql.');
    }
    if (registry.token !== undefined) report([...path, 'token'], 'a file is read without a token');
    return;
  }
  if (isCrawled(registry.kind)) return;
  if ((registry.url === undefined) === (registry.demo === undefined)) {
    report(
      path,
      registry.url === undefined
        ? `a registry of kind ${registry.kind} needs url, where it is asked`
        : 'url and demo exclude each other',
    );
  }
}

function checkEndpoint(
  registry: RegistryConfig,
  url: string,
  path: readonly PropertyKey[],
  report: Report,
): void {
  const parsed = webUrlSchema.safeParse(url);
  for (const issue of parsed.error?.issues ?? []) report([...path, 'url'], `url: ${issue.message}`);
  if (parsed.success && !isSecureUrl(url) && registry.plainHttp === undefined) {
    report(
      [...path, 'url'],
      'plain http to another host: anyone on the network path can read the token and change the answers',
      'Use https, or say why not in plainHttp: "…".',
    );
  }
}

function checkRules(
  registry: RegistryConfig,
  known: readonly string[],
  path: readonly PropertyKey[],
  report: Report,
): void {
  for (const [index, rule] of registry.repositories.entries()) {
    for (const [at, condition] of (rule.conditions ?? []).entries()) {
      for (const [place, facility] of condition.facilities.entries()) {
        if (known.includes(facility)) continue;
        report(
          [...path, 'repositories', index, 'conditions', at, 'facilities', place],
          `there is no facility ${facility}`,
          didYouMean(facility, known),
        );
      }
    }
  }
}
