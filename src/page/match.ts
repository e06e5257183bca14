// The page /match: which image can process my data, and where. A form without a script, and the candidates.
import type { Gateway, RequestContext } from '../graphql/gateway.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import type { Frame } from './answer.ts';
import { askCandidates, askResources } from './ask-match.ts';
import type { CandidateResponse } from './candidate.ts';
import { type Html, html } from './html.ts';
import { jobHref } from './job-query.ts';
import type { PageContent } from './layout.ts';
import { matchForm, type Resources, suggestionLists } from './match-form.ts';
import { matchProblem } from './match-problems.ts';
import { type MatchFields, type MatchQuery, readMatchQuery } from './match-query.ts';
import { matchHeading, matchResults } from './match-results.ts';
import { problemNotes, sourceList } from './notes.ts';
import { statusOf } from './problems.ts';
import type { Problem } from './query.ts';

export interface MatchPageOptions {
  readonly gateway: Gateway;
  readonly vocabulary: Vocabulary;
}

export type ContentOf = (
  parameters: URLSearchParams,
  frame: Frame,
  request: RequestContext,
) => Promise<PageContent>;

/**
 * The content of /match for the parameters of its address: the form alone where nothing is asked, else the candidates, or what could not
 * be answered, with the status as {@link statusOf} has it, or 400. Rejects as {@link askCandidates} does.
 */
export function createMatchPage({ gateway, vocabulary }: MatchPageOptions): ContentOf {
  const lists = suggestionLists(vocabulary);

  return async (parameters, frame, request) => {
    const { query, problems } = readMatchQuery(parameters);
    const known = await askResources(gateway, request);
    const resources: Resources = 'data' in known ? known.data : [];
    const form = matchForm(query.fields, frame, resources, lists);
    if (problems.length > 0) return misunderstood(problems, form, 400);
    if (!query.isAsked) return { status: 200, title: TITLE, form, main: introduction(resources) };
    return answered(query, form, request);
  };

  async function answered(query: MatchQuery, form: Html, request: RequestContext): Promise<PageContent> {
    const asked = await askCandidates(gateway, query, request);
    if ('refusal' in asked) {
      return misunderstood([matchProblem(asked.refusal, query.fields)], form, statusOf(asked.refusal));
    }
    return {
      status: 200,
      title: matchHeading(asked.data),
      form,
      main: matchResults(asked.data, query, (candidate) => jobLink(candidate, query.fields)),
      foot: sourceList(asked.data),
    };
  }
}

/** A way on to the job; null where something is in the way of it. */
function jobLink(
  { verdict, framework, resource, version }: CandidateResponse,
  fields: MatchFields,
): Html | null {
  if (verdict === 'NO') return null;
  const href = jobHref(fields, { software: framework.name, at: resource.id, version });
  return html`<p><a href="${href}">Write a job<span class="hidden"> for <bdi>${framework.name}</bdi> at ${resource.name}</span></a></p>`;
}

const TITLE = 'Match data and computers';

function introduction(resources: Resources): Html {
  return html`<div class="heading"><h1>${TITLE}</h1></div>
<p class="about">Say what is known, and leave the rest open. Each software is compared with your data and with each compute resource that you may know of: whether it reads the format, runs on the nodes, and may be used there. The answer says what is in the way, and what would change it.</p>
${resources.length === 0 && html`<p class="about">There is no compute resource that you may know of.</p>`}`;
}

const misunderstood = (problems: readonly Problem[], form: Html, status: number): PageContent => ({
  ...{ status, title: 'Not answered', form },
  main: [html`<h1 class="hidden">Not answered</h1>`, problemNotes(problems)],
});
