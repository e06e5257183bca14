// What `panfed match` asks the gateway for, page after page, and the parts of the answer.
import {
  type FindingFactsFragment,
  MatchDocument,
  type MatchedCandidateFragment,
  type MatchQuery,
} from '../../graphql/generated/operations.ts';
import type { Gateway } from '../gateway/client.ts';
import { askPages, type Progress, type Wanted } from '../gateway/pages.ts';
import type { Asked } from './question.ts';

/** The GraphQL document that asks for one page of candidates. */
export const MATCH = MatchDocument.toString();

export type MatchPage = MatchQuery['match'];
export type CandidateResponse = MatchedCandidateFragment;
export type FindingResponse = FindingFactsFragment;

export interface CandidatesFound
  extends Pick<MatchPage, 'dataSet' | 'totalCount' | 'counts' | 'complete' | 'notices' | 'sources'> {
  readonly candidates: readonly CandidateResponse[];
  /** Where to go on; null at the end. */
  readonly endCursor: string | null;
  readonly warnings: readonly string[];
}

/**
 * The candidates of a question, in its order, as {@link askPages} gives them; their versions where `explain` is true. Rejects as
 * {@link Gateway} says of `ask`, with GATEWAY_UNREACHABLE or the gateway's own code; errors beside data are in `warnings`.
 */
export async function findCandidates(
  gateway: Gateway,
  asked: Asked,
  wanted: Wanted & { readonly explain: boolean },
  progress: Progress,
): Promise<CandidatesFound> {
  const { explain } = wanted;
  const found = await askPages(
    wanted,
    async (first, after) => {
      const { data, failures } = await gateway.ask(MATCH, { ...asked, first, after, explain });
      return { page: data.match, rows: data.match.nodes.length, failures };
    },
    progress,
  );
  const { dataSet, totalCount, counts, complete, notices, sources } = found.last;
  return {
    candidates: found.pages.flatMap(({ nodes }) => nodes),
    ...{ dataSet, totalCount, counts, complete, endCursor: found.endCursor, notices, sources },
    warnings: found.warnings,
  };
}
