// One candidate of /match: its verdict, the image, what stands against it, and all that was found, with what would change it.
import type { FindingFactsFragment, ShownCandidateFragment } from '../graphql/generated/operations.ts';
import { type Html, html, joined } from './html.ts';
import { DIMENSION_WORDS, VERDICT_WORDS } from './match-words.ts';
import { EVERYTHING, hrefOf } from './query.ts';
import { countWord } from './words.ts';

export type CandidateResponse = ShownCandidateFragment;
type Finding = FindingFactsFragment;
type Version = CandidateResponse['versions'][number];

/**
 * One entry of the list of candidates: what is not yes is open, all findings and other versions are collapsed. `further`: what can be
 * done with it (null: nothing).
 */
export function candidateCard(candidate: CandidateResponse, further: Html | null): Html {
  const { framework, version, verdict, resource, image, engines, findings, versions } = candidate;
  const against = findings.filter((finding) => finding.verdict !== 'YES');
  const others = versions.filter((one) => one.image.id !== image.id);
  return html`<li><article>
<h2>${verdictBadge(verdict)} <bdi>${framework.name}</bdi>${version !== null && html` ${version}`} <span class="at">at ${resource.name}</span></h2>
<p class="origin"><span class="facility">${resource.facility.name}</span> Image <a href="${hrefOf({ ...EVERYTHING, image: image.id })}"><code>${image.repository}</code></a> of ${image.facility.name}${engines.length > 0 && html`, by ${joined(engines, ' or ')}`}</p>
${findingList(against)}
<details class="found"><summary>${summaryOf(findings)}</summary>
${findingList(findings)}</details>
${
  others.length > 0 &&
  html`<details class="found"><summary>${countWord(others.length, 'other version', 'other versions')}</summary>
<ul class="versions">${others.map(versionItem)}</ul></details>`
}
${further}
</article></li>
`;
}

/** A verdict as a word, which its class colors. */
export function verdictBadge(verdict: Finding['verdict']): Html {
  const { whole, kind } = VERDICT_WORDS[verdict];
  return html`<span class="verdict ${kind}">${whole}</span>`;
}

/** Findings, a row each: the dimension, the verdict, why, and what would change it; null for none. */
export function findingList(findings: readonly Finding[]): Html | null {
  if (findings.length === 0) return null;
  return html`<dl class="findings">${findings.map(
    ({ dimension, verdict, message, remedy }) =>
      html`<div><dt>${DIMENSION_WORDS[dimension]}</dt><dd><span class="${VERDICT_WORDS[verdict].kind}">${VERDICT_WORDS[verdict].one}</span> <bdi>${message}</bdi>${remedy !== null && html` <strong>${remedy}</strong>`}</dd></div>\n`,
  )}</dl>`;
}

/** `All 13 answers: 10 yes, 2 not known, 1 no`, without those that are none. */
function summaryOf(findings: readonly Finding[]): string {
  const counts = (['YES', 'UNKNOWN', 'NO'] as const).flatMap((verdict) => {
    const count = findings.filter((finding) => finding.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${VERDICT_WORDS[verdict].one}`];
  });
  return `All ${findings.length} answers: ${counts.join(', ')}`;
}

function versionItem({ version, verdict, image, findings }: Version): Html {
  const against = findings.filter((finding) => finding.verdict === verdict && verdict !== 'YES');
  return html`<li><a href="${hrefOf({ ...EVERYTHING, image: image.id })}">${version ?? 'without a version'}</a> <span class="${VERDICT_WORDS[verdict].kind}">${VERDICT_WORDS[verdict].whole.toLowerCase()}</span>${against.length > 0 && html`: ${against.map(({ dimension }) => DIMENSION_WORDS[dimension]).join(', ')}`}</li>\n`;
}
