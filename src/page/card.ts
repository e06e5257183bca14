// One image in the list: what it is, its origin, its terms, and what the caller may do with it.
import { mayList, pullCommand, whyNot } from './access.ts';
import type { AccessResponse, CardImage, ConditionResponse, FacilityResponse } from './answer.ts';
import { type Html, html, joined } from './html.ts';
import { hrefOf, type PageQuery } from './query.ts';
import { CONDITION_WORDS, licenseWord, SHARING_WORDS, SUPPLIER_WORDS, TRUST_WORDS } from './words.ts';

/** Tags of one image that are shown in a list. */
const TAGS = 6;

/**
 * One entry of the list of results, with at most six tags. `place`: where the caller would run the image; null: not
 * stated.
 */
export function card(
  image: CardImage,
  access: AccessResponse,
  query: PageQuery,
  place: FacilityResponse | null,
): Html {
  return html`<li><article>
<h2><a href="${hrefOf({ ...query, image: image.id })}" dir="auto">${image.title ?? image.repository}</a></h2>
${origin(image, TAGS)}
${image.description !== null && html`<p class="about" dir="auto">${image.description}</p>`}
${software(image)}
${techniques(image)}
${badges(image)}
${mayList(access, place)}
${whyNot(access, false)}
${pullCommand(image, place)}
</article></li>
`;
}

/** The facility, the repository and at most `max` tags (0 or more); further tags are counted. */
export function origin({ facility, repository, tags }: CardImage, max: number): Html {
  const shown = tags.slice(0, max);
  const rest = tags.length - shown.length;
  return html`<p class="origin"><span class="facility">${facility.name}</span> <code>${repository}</code>${shown.map(
    (tag) => html` <code class="tag">${tag}</code>`,
  )}${rest > 0 && html` <span class="quiet">and ${rest} more</span>`}</p>`;
}

/** The frameworks with their versions; null where there are none. */
export function software({ frameworks }: CardImage): Html | null {
  if (frameworks.length === 0) return null;
  return html`<ul class="software" aria-label="Software">${frameworks.map(
    ({ name, version }) => html`<li><bdi>${name}</bdi>${version !== null && html` <b>${version}</b>`}</li>`,
  )}</ul>`;
}

function techniques({ techniques: terms }: CardImage): Html | null {
  if (terms.length === 0) return null;
  return html`<p class="techniques"><span class="quiet">For</span> ${joined(
    terms.map(({ label }) => html`<bdi>${label}</bdi>`),
    ', ',
  )}</p>`;
}

/** License, sharing, signature and supplier. The text states the fact; the CSS class only colors it. */
export function badges({ license, sharing, trust, suppliedBy }: CardImage): Html {
  const { label, kind } = licenseBadge(license);
  return html`<ul class="badges" aria-label="Terms">
<li class="${kind}">${label}</li>
${license.conditions.map((condition) => html`<li class="caution">${conditionWord(condition)}</li>`)}
<li class="${SHARING_KINDS[sharing] ?? 'caution'}">${SHARING_WORDS[sharing] ?? sharing}</li>
<li class="${TRUST_KINDS[trust.state] ?? 'plain'}">${TRUST_WORDS[trust.state] ?? trust.state}</li>
${suppliedBy !== 'UNKNOWN' && html`<li class="plain">supplied by ${SUPPLIER_WORDS[suppliedBy] ?? suppliedBy}</li>`}
</ul>`;
}

const SHARING_KINDS: Readonly<Record<string, string>> = { OPEN: 'good' };
const TRUST_KINDS: Readonly<Record<string, string>> = { VERIFIED: 'good', FAILED: 'bad' };

function licenseBadge({ state, expression, raw }: CardImage['license']): { label: Html; kind: string } {
  if (state === 'NORMALIZED' && expression !== null) {
    return { label: html`<bdi>${licenseWord(expression)}</bdi> license`, kind: 'plain' };
  }
  return raw === null
    ? { label: html`license not stated`, kind: 'caution' }
    : { label: html`license not recognized: <bdi>${raw}</bdi>`, kind: 'caution' };
}

/**
 * A condition as text, with its facilities and license servers; groups are in the reasons and on the image's own page.
 * An unknown kind is written in small letters.
 */
export function conditionWord({ kind, facilities, servers }: ConditionResponse): string {
  if (kind === 'SITE' && facilities.length > 0) {
    return `only at ${facilities.map(({ name }) => name).join(', ')}`;
  }
  if (kind === 'LICENSE_SERVER' && servers.length > 0)
    return `needs the license server ${servers.join(' or ')}`;
  return kind === 'LICENSE_SERVER' ? 'needs a license server' : (CONDITION_WORDS[kind] ?? kind.toLowerCase());
}
