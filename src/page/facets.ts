// The choices: each value is a link to the same question with that value added or removed, with the resulting count.
import type { FacetField } from '../model/choices.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import type { FacetResponse, Results } from './answer.ts';
import { FACETS, VALUES_A_FACET } from './ask.ts';
import { type Html, html } from './html.ts';
import { EVERYTHING, hrefOf, type PageQuery, withChoice } from './query.ts';
import { countWord, FACET_TITLES, valueWord } from './words.ts';

/** Values that are shown before the rest is collapsed. */
const SHOWN = 6;

/** Facets that start expanded; the others do once something in them is chosen. */
const EXPANDED: ReadonlySet<FacetField> = new Set(['MAY', 'FACILITY', 'FRAMEWORK', 'TECHNIQUE', 'LICENSE']);

type Value = FacetResponse['values'][number];

/**
 * The navigation with all facets that can narrow the results, in the order of {@link FACETS}; a sentence where none
 * can. The first six values of each, or all that are chosen, are shown, and the rest is collapsed where it is more than
 * one.
 */
export function choices(results: Results, query: PageQuery): Html {
  const helpful = FACETS.flatMap((field) => {
    const facet = results.facets.find((facet) => facet.field === field);
    const values = facet === undefined ? [] : helpfulValues(facet, results.totalCount);
    return values.length === 0 ? [] : [{ field, values }];
  });
  return html`<nav id="choices" aria-labelledby="choices-title">
<h2 id="choices-title" class="narrow">Narrow down</h2>
<a class="close" href="#results">Back to the results</a>
${helpful.length === 0 && html`<p class="quiet">There is nothing left to choose.</p>`}
${helpful.map((facet) => facetOf(facet, query))}
</nav>`;
}

/** Values that narrow the results. All values where one is chosen, so that the choice can be changed. */
function helpfulValues({ values }: FacetResponse, total: number): readonly Value[] {
  if (values.some(({ chosen }) => chosen)) return values;
  return values.filter(({ count }) => count < total);
}

function facetOf({ field, values }: FacetResponse, query: PageQuery): Html {
  const title = FACET_TITLES[field];
  const chosen = values.filter((value) => value.chosen).map(({ value }) => value);
  // The chosen values come first, so that none is collapsed.
  const ranked = [...values.filter((value) => value.chosen), ...values.filter((value) => !value.chosen)];
  const max = Math.max(SHOWN, chosen.length);
  const [shown, folded] = ranked.length <= max + 1 ? [ranked, []] : [ranked.slice(0, max), ranked.slice(max)];
  const list = (some: readonly Value[]): Html =>
    html`<ul>${some.map((value) => html`<li>${valueLink(field, value, chosen, query)}</li>\n`)}</ul>`;
  return html`<details class="facet"${(EXPANDED.has(field) || chosen.length > 0) && html` open`}>
<summary><h3 class="facet-title">${title}</h3></summary>
${list(shown)}
${
  folded.length > 0 &&
  html`<details><summary class="more">${folded.length} more<span class="hidden"> in ${title}</span></summary>
${list(folded)}${
  values.length >= VALUES_A_FACET &&
  html`<p class="quiet rest">The most frequent are listed; search for others.</p>`
}</details>`
}
</details>
`;
}

function valueLink(field: FacetField, value: Value, chosen: readonly string[], query: PageQuery): Html {
  const values = value.chosen ? chosen.filter((other) => other !== value.value) : [...chosen, value.value];
  const label = valueWord(field, value.value, value.label);
  const content = html`<span class="label" dir="auto">${label}</span> <span class="count">${value.count}<span class="hidden"> ${value.count === 1 ? 'image' : 'images'}</span></span>`;
  const href = hrefOf(withChoice(query, field, values));
  return value.chosen
    ? html`<a class="value chosen" href="${href}"><span class="hidden">Remove </span>${content}</a>`
    : html`<a class="value" href="${href}">${content}</a>`;
}

/** A chosen value, with the question without it. */
export interface Chosen {
  readonly field: FacetField;
  readonly label: string;
  readonly without: PageQuery;
}

/**
 * The chosen values with the labels of the answer, by field in the page's order, each with the question without it;
 * without an answer (`results` null), with the labels of the vocabulary.
 */
export function chosenOf(
  query: PageQuery,
  results: Results | null,
  vocabulary: Vocabulary,
): readonly Chosen[] {
  return FACETS.flatMap((field) => {
    const asked = query.only.get(field) ?? [];
    const answered = results?.facets.find((facet) => facet.field === field)?.values ?? [];
    const known = answered.filter(({ chosen }) => chosen);
    const values =
      known.length > 0 ? known : asked.map((value) => ({ value, label: labelOf(field, value, vocabulary) }));
    return values.map(({ value, label }) => ({
      field,
      label: valueWord(field, value, label),
      without: withChoice(
        query,
        field,
        values.map((other) => other.value).filter((other) => other !== value),
      ),
    }));
  });
}

function labelOf(field: FacetField, value: string, vocabulary: Vocabulary): string {
  if (field === 'TECHNIQUE') return vocabulary.technique(value)?.label ?? value;
  if (field === 'READS' || field === 'WRITES') return vocabulary.format(value)?.label ?? value;
  return value;
}

/** The chosen values as links that remove them; null where nothing is chosen. */
export function chosenList(chosen: readonly Chosen[]): Html | null {
  if (chosen.length === 0) return null;
  return html`<div class="chips"><h2 class="hidden">${countWord(chosen.length, 'choice', 'choices')}</h2>
<ul>${chosen.map(
    ({ field, label, without }) =>
      html`<li><a href="${hrefOf(without)}"><span class="hidden">Remove </span>${FACET_TITLES[field]}: <bdi>${label}</bdi></a></li>\n`,
  )}<li><a class="clear" href="${hrefOf(EVERYTHING)}">Start over</a></li></ul></div>`;
}
