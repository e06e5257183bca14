// Notes above the results: what was not understood, the gateway's notices, and the sources that did not answer.
import type { Frame, OutcomeResponse, Results } from './answer.ts';
import { type Html, html, joined } from './html.ts';
import { suggestionsOf } from './problems.ts';
import type { PageQuery, Problem, Suggestion } from './query.ts';
import { ageWord, countWord } from './words.ts';

/**
 * The problems of the question with suggestions; null where there are none. `role=alert` makes screen readers read it
 * first.
 */
export function problemNotes(problems: readonly Problem[]): Html | null {
  if (problems.length === 0) return null;
  return html`<div class="note problem" role="alert">
<h2>This could not be answered as asked</h2>
${problems.map(
  ({ message, hint, suggestions }) =>
    html`<p>${message}${hint !== null && html` ${hint}`}${didYouMean(suggestions)}</p>\n`,
)}</div>`;
}

/** The gateway's notices with suggestions as links; null where there are none. */
export function notices(results: Results, query: PageQuery, { facilities }: Frame): Html | null {
  if (results.notices.length === 0) return null;
  return html`<div class="note" role="status">${results.notices.map((notice) => {
    const links = suggestionsOf(notice, query, results, facilities);
    const words =
      links.length > 0
        ? didYouMean(links)
        : notice.suggestions.length > 0 && html` Near: ${notice.suggestions.join(', ')}.`;
    return html`<p>${remark(notice.code) ?? notice.message}${words}</p>\n`;
  })}</div>`;
}

/** The page's own text for a notice: the gateway refers to its argument `at`, the page to a field of the form. */
function remark(code: string): string | null {
  return code === 'AT_REQUIRED'
    ? 'Whether an image may run depends on the place: choose above where you would run it.'
    : null;
}

/** ` Try a or b.` as links; false for none. */
export function didYouMean(suggestions: readonly Suggestion[]): Html | false {
  if (suggestions.length === 0) return false;
  const links = suggestions.map(({ label, href }) => html`<a href="${href}">${label}</a>`);
  return html` Try ${joined(links, ' or ')}.`;
}

/**
 * The sources that could not be asked, or not wholly: each that is neither OK nor SKIPPED; null where there are none.
 */
export function missingSources({ sources }: Pick<Results, 'sources'>): Html | null {
  const failed = sources.filter(({ status }) => status !== 'OK' && status !== 'SKIPPED');
  if (failed.length === 0) return null;
  return html`<div class="note warning" role="status">
<h2>${heading(failed, sources.length)}</h2>
<ul>${failed.map((outcome) => html`<li>${failure(outcome, sources)}</li>\n`)}</ul>
</div>`;
}

function heading(failed: readonly OutcomeResponse[], all: number): string {
  if (failed.some(({ status }) => status === 'PARTIAL')) return 'Not every image could be read';
  return failed.length === all ? 'No registry could be asked' : 'Not every registry could be asked';
}

function failure({ status, error, age, ...outcome }: OutcomeResponse, all: readonly OutcomeResponse[]): Html {
  if (status === 'PARTIAL') {
    return html`<strong>${sourceName(outcome, all)}</strong> has images that have not been read yet. Those that have are shown.`;
  }
  const reason = error === null ? '.' : `: ${ended(error.message)}`;
  const known =
    status === 'STALE' && age !== null
      ? `Showing what was known ${ageWord(age)} ago.`
      : status === 'STALE'
        ? 'Showing what was known before.'
        : 'Its images are missing here.';
  return html`<strong>${sourceName(outcome, all)}</strong> could not be asked${reason} ${known}`;
}

/** The facility's name, with the registry's key where it has several registries. */
function sourceName(
  { facility, registry }: Pick<OutcomeResponse, 'facility' | 'registry'>,
  all: readonly OutcomeResponse[],
): string {
  const several = all.filter((other) => other.facility.id === facility.id).length > 1;
  return several ? `${facility.name} (${registry})` : facility.name;
}

const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const STATUS_WORDS = {
  OK: 'answered',
  STALE: 'not reached, shown as known before',
  PARTIAL: 'not read whole yet',
  TIMEOUT: 'took too long',
  ERROR: 'failed',
  SKIPPED: 'left out by the choices',
} as const;

/** All sources with their status, visible images and age, collapsed; the summary counts those that answered. */
export function sourceList({ sources, complete }: Pick<Results, 'sources' | 'complete'>): Html {
  const answered = sources.filter(({ status }) => status === 'OK').length;
  const skipped = sources.filter(({ status }) => status === 'SKIPPED').length;
  const asked = sources.length - skipped;
  return html`<details class="sources">
<summary>${answered} of ${countWord(asked, 'registry', 'registries')} answered${skipped > 0 && `, ${skipped} left out by your choices`}${!complete && '; the result is not complete'}</summary>
<div class="scroll" role="region" aria-label="Registries" tabindex="0"><table>
<thead><tr><th scope="col">Registry</th><th scope="col">Status</th><th scope="col" class="number">Images that you may find</th><th scope="col" class="number">Checked</th></tr></thead>
<tbody>${sources.map(
    (outcome) =>
      html`<tr><th scope="row">${sourceName(outcome, sources)}</th><td>${STATUS_WORDS[outcome.status]}</td><td class="number">${outcome.records}</td><td class="number">${outcome.age === null ? 'never' : `${ageWord(outcome.age)} ago`}</td></tr>\n`,
  )}</tbody>
</table></div>
</details>`;
}
