// One image with everything that is known about it.
import { mayList, pullCommand, whyNot } from './access.ts';
import type { FacilityResponse, FullImage, Term } from './answer.ts';
import { badges, conditionWord, origin, software } from './card.ts';
import { type Content, type Html, html, joined } from './html.ts';
import { FACTS, type Fact } from './image-facts.ts';
import { matchHref } from './match-query.ts';
import { hrefOf, type PageQuery } from './query.ts';
import { requirementsOf } from './requirements.ts';
import { dateWord, ORIGIN_WORDS, sizeWord } from './words.ts';

/**
 * The page of one image, with all of its tags. `query` is for links back; `place`: where the caller would run it; null:
 * not stated.
 */
export function detail(image: FullImage, query: PageQuery, place: FacilityResponse | null): Html {
  return html`<article class="detail">
<h1 dir="auto">${image.title ?? image.repository}</h1>
${origin(image, image.tags.length)}
${image.description !== null && html`<p class="about" dir="auto">${image.description}</p>`}
${software(image)}
${badges(image)}
${noticesOf(image)}
<h2>What you may do</h2>
${mayList(image.access, place)}
${whyNot(image.access, true)}
${pullCommand(image, place)}
<h2>About</h2>
${rows(aboutRows(image))}
<h2>What it needs</h2>
${rows(requirementsOf(image.requires)) ?? html`<p class="quiet">Nothing is stated.</p>`}
${image.frameworks.length > 0 && html`<p><a href="${matchHref({ image: image.id })}">Where can it run, and with which data?</a></p>`}
${image.frameworks.map(
  ({
    name,
  }) => html`<p><a href="${matchHref({ framework: name })}">Where can any image of <bdi>${name}</bdi> run?</a></p>
`,
)}
${sameDigest(image, query)}
${labels(image)}
</article>`;
}

function noticesOf({ notices }: FullImage): Html | null {
  if (notices.length === 0) return null;
  return html`<div class="note warning" role="status">${notices.map(({ message }) => html`<p dir="auto">${message}</p>\n`)}</div>`;
}

type Row = readonly [name: string, value: Content];

function aboutRows(image: FullImage): readonly Row[] {
  const { license } = image;
  return [
    ['Reference', html`<code>${image.reference}</code>`],
    ['Registry', image.registry],
    ['Created', image.created === null ? null : dateWord(image.created)],
    ['Size', image.size === null ? null : sizeWord(image.size)],
    ['Platforms', image.platforms.join(', ')],
    ['Techniques', terms(image.techniques)],
    ['Reads', terms(image.reads)],
    ['Writes', terms(image.writes)],
    ['License', license.expression ?? license.raw ?? 'not stated'],
    ['License stated by', license.statements.map(statementRow)],
    ['License asks for', license.conditions.map(conditionRow)],
    ['For the groups', codes(image.groups)],
    ['Signed by', image.trust.signers.join(', ')],
    ['Said to be signed by', image.trust.claimedSigners.join(', ')],
    ...FACTS.map((fact): Row => [fact.name, factOf(fact, image)]),
    ['Source', outsideLink(image.source)],
    ['Not in the vocabulary', image.unmapped.join(', ')],
  ];
}

function factOf({ value, isLink }: Fact, image: FullImage): Content {
  const text = value(image);
  return isLink ? outsideLink(text) : text;
}

function statementRow({ text, origin, label }: FullImage['license']['statements'][number]): Html {
  return html`<div>${label === null ? ORIGIN_WORDS[origin] : html`the label <code>${label}</code>`}: <bdi>${text}</bdi></div>`;
}

function conditionRow(condition: FullImage['license']['conditions'][number]): Html {
  const { groups, origin, remedy } = condition;
  return html`<div>${conditionWord(condition)}${groups.length > 0 && html`: ${codes(groups)}`} <span class="quiet">(by ${ORIGIN_WORDS[origin]})</span>${remedy !== null && html` <strong>${remedy}</strong>`}</div>`;
}

/** A list of the rows that have a value; null where none has one. */
function rows(all: readonly Row[]): Html | null {
  const filled = all.filter(([, value]) => value !== null && value !== '' && !isEmpty(value));
  if (filled.length === 0) return null;
  return html`<dl class="facts">${filled.map(([name, value]) => html`<div><dt>${name}</dt><dd dir="auto">${value}</dd></div>\n`)}</dl>`;
}

const isEmpty = (value: Content): boolean => Array.isArray(value) && value.length === 0;

const terms = (some: readonly Term[]): Content =>
  some.length === 0
    ? null
    : joined(
        some.map(({ id, label }) => (id === label ? label : html`${label} <span class="quiet">${id}</span>`)),
        ', ',
      );

const codes = (texts: readonly string[]): Content =>
  texts.length === 0
    ? null
    : joined(
        texts.map((text) => html`<code>${text}</code>`),
        ', ',
      );

/** A link for an http or https URL without credentials, whose text shows the whole URL; otherwise only the text. */
function outsideLink(text: string | null): Content {
  if (text === null) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  const web = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url === null || !web || url.username !== '' || url.password !== '') return text;
  return html`<a href="${url.href}" rel="noopener noreferrer nofollow">${url.href}</a>`;
}

function sameDigest({ sameDigest: others }: FullImage, query: PageQuery): Html | null {
  if (others.length === 0) return null;
  return html`<h2>The same image elsewhere</h2>
<ul class="same">${others.map(
    ({ id, repository, tags, facility }) =>
      html`<li><a href="${hrefOf({ ...query, image: id })}"><code>${repository}</code></a> at ${facility.name}${tags.length > 0 && html` <span class="quiet">${tags.join(', ')}</span>`}</li>\n`,
  )}</ul>`;
}

function labels({ labels: all }: FullImage): Html | null {
  if (all.length === 0) return null;
  return html`<h2>Labels</h2>
<div class="scroll" role="region" aria-label="Labels" tabindex="0"><table class="labels">
<thead><tr><th scope="col">Name</th><th scope="col">Value</th></tr></thead>
<tbody>${all.map(({ name, value }) => html`<tr><th scope="row"><code>${name}</code></th><td dir="auto">${value}</td></tr>\n`)}</tbody>
</table></div>`;
}
