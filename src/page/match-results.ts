// The results of /match: how many candidates fit, what to change where none does, the candidates, and the next page.
import type { PageMatchQuery } from '../graphql/generated/operations.ts';
import { dataSetFacts } from '../model/data-set.ts';
import { type CandidateResponse, candidateCard } from './candidate.ts';
import { type Html, html } from './html.ts';
import { type MatchFields, type MatchParameter, type MatchQuery, matchHref } from './match-query.ts';
import { didYouMean, missingSources } from './notes.ts';
import { countWord } from './words.ts';

export type MatchResults = PageMatchQuery['match'];

/** The main column. `further`: what can be done with a candidate (null: nothing). */
export function matchResults(
  results: MatchResults,
  { fields, after }: MatchQuery,
  further: (candidate: CandidateResponse) => Html | null,
): Html {
  const { nodes, pageInfo, totalCount } = results;
  const next = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  return html`${dataSetNote(results.dataSet)}
${noticeNotes(results, fields)}
${missingSources(results)}
<div class="heading"><h1>${matchHeading(results)}</h1>
<a class="open" href="#question">Change the question</a></div>
<ol class="images">${nodes.map((candidate) => candidateCard(candidate, further(candidate)))}</ol>
${
  (next !== null || after !== null) &&
  html`<nav class="pages" aria-label="Pages">
${after !== null && html`<a href="${matchHref(fields)}">First page</a>`}
<span class="quiet">${nodes.length} of ${countWord(totalCount, 'candidate', 'candidates')} on this page</span>
${next !== null && html`<a class="next" rel="next" href="${matchHref(fields, next)}">Next page</a>`}
</nav>`
}`;
}

/** The heading as plain text, because it is also the document's title: how many candidates fit, may fit and do not. */
export function matchHeading({ totalCount, counts: { yes, unknown, no } }: MatchResults): string {
  if (totalCount === 0) return 'No candidate';
  return `${countWord(totalCount, 'candidate', 'candidates')}: ${yes} fit, ${unknown} may fit, ${no} do not`;
}

/** What the data catalog says of the data set; null: none was looked up, or found. */
function dataSetNote(dataSet: MatchResults['dataSet']): Html | null {
  if (dataSet === null) return null;
  const { pid, facility, formats, techniques, size, path } = dataSet;
  const facts = dataSetFacts({ formats, techniques, size });
  return html`<div class="note" role="status"><p><bdi>${pid}</bdi> at ${facility.name}: ${facts.length === 0 ? 'nothing more is known of it' : facts.join(', ')}${path !== null && html`, in <code>${path}</code>`}.</p></div>`;
}

/** Notices; where nothing fits, with links to the question without what is in the way. */
function noticeNotes({ notices }: MatchResults, fields: MatchFields): Html | null {
  if (notices.length === 0) return null;
  return html`<div class="note" role="status">${notices.map(({ code, message, suggestions }) => {
    const links = suggestions.flatMap((name) => {
      const field = code === 'NO_CANDIDATE' ? FIELD_OF.get(name) : undefined;
      if (field === undefined || fields[field] === null) return [];
      return [{ label: `without “${fields[field]}”`, href: matchHref({ ...fields, [field]: null }) }];
    });
    const near = code !== 'NO_CANDIDATE' && suggestions.length > 0 && ` Near: ${suggestions.join(', ')}.`;
    return html`<p>${message}${links.length > 0 ? didYouMean(links) : near}</p>\n`;
  })}</div>`;
}

/** By dimension, and by argument: the field that asks for it. */
const FIELD_OF: ReadonlyMap<string, MatchParameter> = new Map([
  ...(['format', 'technique', 'cpus', 'memory', 'time'] as const).map((name) => [name, name] as const),
  ['locality', 'facility'],
  ['only', 'framework'],
  ['image', 'image'],
] as const);
