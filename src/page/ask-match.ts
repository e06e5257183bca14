// What the page /match asks the gateway, as any other caller would.
import type { Gateway, RequestContext } from '../graphql/gateway.ts';
import { PageMatchDocument, PageResourcesDocument } from '../graphql/generated/operations.ts';
import { ask, type GatewayAnswer } from './ask.ts';
import type { Resources } from './match-form.ts';
import type { MatchQuery } from './match-query.ts';
import type { MatchResults } from './match-results.ts';

const CANDIDATES_A_PAGE = 20;

/** The compute resources that the caller may know of. Refusals and errors as those of {@link ask}. */
export async function askResources(
  gateway: Gateway,
  request: RequestContext,
): Promise<GatewayAnswer<Resources>> {
  const asked = await ask(gateway, PageResourcesDocument.toString(), {}, request);
  return 'refusal' in asked ? asked : { data: asked.data.computeResources };
}

/** One page of at most 20 candidates. Refusals and errors as those of {@link ask}. */
export async function askCandidates(
  gateway: Gateway,
  query: MatchQuery,
  request: RequestContext,
): Promise<GatewayAnswer<MatchResults>> {
  const variables = { ...questionOf(query), first: CANDIDATES_A_PAGE, after: query.after };
  const asked = await ask(gateway, PageMatchDocument.toString(), variables, request);
  return 'refusal' in asked ? asked : { data: asked.data.match };
}

/** What the address asks, as the gateway takes it. */
export const questionOf = ({ fields, amounts }: Pick<MatchQuery, 'fields' | 'amounts'>) => ({
  data: { pid: fields.pid, format: fields.format, technique: fields.technique, facility: fields.facility },
  compute: { resources: fields.resource === null ? [] : [fields.resource], ...amounts },
  image: fields.image,
  only: { frameworks: fields.framework === null ? [] : [fields.framework] },
});
