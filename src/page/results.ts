// The results: their number, the choices, the images, the link to the next page, and help where there are none.
import type { Frame, Results } from './answer.ts';
import { card } from './card.ts';
import { type Chosen, chosenList } from './facets.ts';
import { type Html, html } from './html.ts';
import { matchHref } from './match-query.ts';
import { missingSources, notices } from './notes.ts';
import { placeOf } from './problems.ts';
import { EVERYTHING, hrefOf, isNarrowed, type PageQuery } from './query.ts';
import { countWord, FACET_TITLES } from './words.ts';

/**
 * The main column: notices, heading, choices, images and paging; suggestions where there are no images. `chosen`: the
 * chosen values, as {@link chosenOf} has them.
 */
export function resultList(
  results: Results,
  query: PageQuery,
  chosen: readonly Chosen[],
  frame: Frame,
): Html {
  const { totalCount, edges } = results;
  const place = query.at === null ? null : placeOf(query.at, frame.facilities);
  return html`${notices(results, query, frame)}
${missingSources(results)}
<div class="heading"><h1 dir="auto">${heading(totalCount, query)}</h1>
<a class="open" href="#choices">Narrow down</a></div>
${chosenList(chosen)}
${whereLink(query)}
${
  edges.length === 0
    ? nothingFound(query, chosen, frame)
    : html`<ol class="images">${edges.map(({ node, access }) => card(node, access, query, place))}</ol>`
}
${paging(results, query)}`;
}

/**
 * The heading as plain text, because it is also the document's title: the number of images, and the search where there
 * is one.
 */
export function heading(total: number, { search }: PageQuery): string {
  const images = countWord(total, 'image', 'images');
  return search === null ? images : `${images} for “${search}”`;
}

/** A way on for one software, one technique or both; null without. */
function whereLink({ only }: PageQuery): Html | null {
  const [framework = null, technique = null] = (['FRAMEWORK', 'TECHNIQUE'] as const).map((field) => {
    const values = only.get(field) ?? [];
    return values.length === 1 ? values[0] : null;
  });
  if (framework === null && technique === null) return null;
  return html`<p class="onward"><a href="${matchHref({ framework, technique })}">Where can it run, and with which data?</a></p>`;
}

function nothingFound(query: PageQuery, chosen: readonly Chosen[], { viewer }: Frame): Html {
  const last = query.after !== null;
  return html`<div class="empty">
<p>${last ? 'There are no more images.' : 'No image that you may know of matches all of this.'}</p>
<ul>
${query.search !== null && html`<li><a href="${hrefOf({ ...query, search: null, after: null })}">Search without the words “<bdi>${query.search}</bdi>”</a></li>`}
${chosen.map(({ field, label, without }) => html`<li><a href="${hrefOf(without)}">Search without ${FACET_TITLES[field]}: <bdi>${label}</bdi></a></li>`)}
${isNarrowed(query) && html`<li><a href="${hrefOf(EVERYTHING)}">Show all images</a></li>`}
${!viewer.authenticated && html`<li>Some labs show their images only to people who have signed in.</li>`}
</ul>
</div>`;
}

/** Links to the next and the first page. There is no link back, because cursors only lead forward; browsers go back. */
function paging({ pageInfo, edges, totalCount }: Results, query: PageQuery): Html | null {
  const next = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  if (next === null && query.after === null) return null;
  return html`<nav class="pages" aria-label="Pages">
${query.after !== null && html`<a href="${hrefOf({ ...query, after: null })}">First page</a>`}
<span class="quiet">${edges.length} of ${countWord(totalCount, 'image', 'images')} on this page</span>
${next !== null && html`<a class="next" rel="next" href="${hrefOf({ ...query, after: next })}">Next page</a>`}
</nav>`;
}
