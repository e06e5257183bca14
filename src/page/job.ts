// The page /job: a job that runs the image of one candidate, to be copied, or why there is none.
import type { Gateway, RequestContext } from '../graphql/gateway.ts';
import {
  PageJobDocument,
  type PageJobQuery,
  type PageJobQueryVariables,
} from '../graphql/generated/operations.ts';
import { enumName } from '../model/enum-words.ts';
import { ask, type GatewayAnswer } from './ask.ts';
import { questionOf } from './ask-match.ts';
import { findingList, verdictBadge } from './candidate.ts';
import { type Html, html } from './html.ts';
import { jobForm, withLabels } from './job-form.ts';
import { type CandidateName, type JobQuery, readJobQuery } from './job-query.ts';
import type { PageContent } from './layout.ts';
import type { ContentOf } from './match.ts';
import { matchProblem } from './match-problems.ts';
import { MATCH_PATH, matchHref } from './match-query.ts';
import { problemNotes } from './notes.ts';
import { statusOf } from './problems.ts';

type Candidate = PageJobQuery['match']['nodes'][number];
type Job = NonNullable<Candidate['job']>;

/**
 * The content of /job for the parameters of its address: the job of the candidate that they name, or why there is none, 404 where there
 * is no such candidate, and else the status as {@link statusOf} has it, or 400. Rejects as {@link ask} does.
 */
export function createJobPage(gateway: Gateway): ContentOf {
  return async (parameters, _frame, request) => {
    const { query, problems } = readJobQuery(parameters);
    const back = html`<p class="back"><a href="${query.match.isAsked ? matchHref(query.match.fields) : MATCH_PATH}">Back to the candidates</a></p>`;
    if (problems.length > 0)
      return { status: 400, title: 'Not answered', main: [back, problemNotes(problems)] };
    const { candidate } = query;
    if (candidate === null) return missing(back);
    const asked = await askCandidate(gateway, query, candidate, request);
    if ('refusal' in asked) {
      const notes = problemNotes([matchProblem(asked.refusal, query.match.fields)]);
      // What the job is to do may be what is refused: so it can be changed.
      const main = [back, notes, jobForm(query, candidate, [])];
      return { status: statusOf(asked.refusal), title: 'Not answered', main };
    }
    if (asked.data === null) return missing(back);
    return {
      status: 200,
      title: `Job: ${asked.data.framework.name} at ${asked.data.resource.name}`,
      main: [back, shown(asked.data, jobForm(query, candidate, asked.data.engines))],
    };
  };
}

/** null: there is no such candidate. Refusals and errors as those of {@link ask}. */
async function askCandidate(
  gateway: Gateway,
  query: JobQuery,
  { software, at, version }: CandidateName,
  request: RequestContext,
): Promise<GatewayAnswer<Candidate | null>> {
  const { data, compute, image } = questionOf(query.match);
  const { engine, command, paths, credentials, name } = query;
  const asked = await ask(
    gateway,
    PageJobDocument.toString(),
    {
      data,
      compute: { ...compute, resources: [at] },
      image,
      only: { frameworks: [software], versions: version === null ? [] : [version] },
      engine: engine === null ? null : (enumName(engine) as PageJobQueryVariables['engine']),
      with: { command, data: paths, credentials, name },
    },
    request,
  );
  return 'refusal' in asked ? asked : { data: asked.data.match.nodes[0] ?? null };
}

function shown(candidate: Candidate, form: Html): Html {
  const { framework, version, verdict, resource, image, findings, job, noJob } = candidate;
  const against = findings.filter((finding) => finding.verdict !== 'YES');
  return html`<article class="detail">
<h1>${verdictBadge(verdict)} <bdi>${framework.name}</bdi>${version !== null && html` ${version}`} <span class="at">at ${resource.name}</span></h1>
<p class="origin"><code>${image.reference}</code></p>
${job === null ? refusedText(noJob) : jobText(job)}
${against.length > 0 && html`<h2>What is not known, or in the way</h2>\n${findingList(against)}`}
<h2>What it is to do</h2>
${form}
</article>`;
}

const refusedText = (reason: string | null): Html =>
  html`<div class="note problem" role="status"><p><strong>There is no job.</strong> ${reason}</p></div>`;

function jobText({ fileName, text, submit, notes }: Job): Html {
  return html`<h2>Save this as <code>${fileName}</code></h2>
<div class="pull"><pre><code>${linesOf(text)}</code></pre></div>
<h2>Submit it in its folder</h2>
<div class="pull"><pre><code>${submit}</code></pre></div>
${notes.length > 0 && html`<h2>What to know</h2>\n<ul class="notes">${notes.map((note) => html`<li>${withLabels(note)}</li>\n`)}</ul>`}`;
}

/** Line by line: each is made inert, and the line feeds stay. */
const linesOf = (text: string): readonly Html[] =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .map((line, index) => (index === 0 ? html`${line}` : html`\n${line}`));

const missing = (back: Html): PageContent => ({
  status: 404,
  title: 'No such candidate',
  main: [
    back,
    html`<h1>No such candidate</h1>\n<p>There is no such software there that you may know of.</p>`,
  ],
});
