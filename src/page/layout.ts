// The layout of every page: head, identity of the caller, search form, columns and footer.
import { FACET_FIELDS, IMAGE_ORDERS } from '../model/choices.ts';
import type { Frame } from './answer.ts';
import { type Content, type Html, html } from './html.ts';
import { placeOf } from './problems.ts';
import { PARAMETERS, type PageQuery, wordInAddress } from './query.ts';
import { ORDER_WORDS } from './words.ts';

/** What an address answers, before the layout; parts that are not given are left out. */
export interface PageContent {
  readonly status: number;
  readonly title: string;
  readonly main: Content;
  readonly form?: Html;
  readonly choices?: Html;
  readonly foot?: Html;
}

/** The pages that each page links to, by their addresses. */
const PAGES = [
  { href: './', name: 'Images' },
  { href: './match', name: 'Match data and computers' },
] as const;

export interface PageParts {
  /** The federation's name. */
  readonly name: string;
  /** The URL of the style sheet. */
  readonly style: string;
  readonly frame: Frame;
  /** The page that it is, or belongs to. */
  readonly page: (typeof PAGES)[number]['href'];
  readonly content: PageContent;
}

/** The whole document in HTML, from its doctype on. Without choices it has one column. */
export function layout({ name, style, frame, page, content }: PageParts): Html {
  const { title, main, form, choices, foot } = content;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${name}</title>
<link rel="stylesheet" href="${style}">
</head>
<body>
<a class="skip" href="#results">Skip to the results</a>
<header class="site">
<a class="name" href="./">${name}</a>
<nav class="site-pages" aria-label="Site">${PAGES.map(
    ({ href, name: text }) =>
      html`<a href="${href}"${href === page && html` aria-current="page"`}>${text}</a>\n`,
  )}</nav>
${who(frame)}
</header>
${form}
<div class="columns${choices === undefined && ' single'}">
${choices}
<main id="results" tabindex="-1">
${main}
</main>
</div>
<footer>
${foot}
<p>More than this page: <a href="./graphql">GraphQL</a> (<a href="./schema.graphql">schema</a>), and <code>panfed search</code> or <code>panfed match</code> on the command line.</p>
</footer>
</body>
</html>
`;
}

function who({ viewer }: Frame): Html {
  if (!viewer.authenticated) {
    return html`<p class="who">You are asking as <strong>anonymous</strong>: sign in through a portal, or ask with a token on the command line.</p>`;
  }
  const sites = viewer.sites.map(({ name }) => name).join(', ');
  const academic = viewer.academic === null ? null : viewer.academic ? 'academic' : 'not academic';
  const facts = [sites === '' ? null : `member of ${sites}`, academic].filter((fact) => fact !== null);
  return html`<p class="who">You are asking as <strong><bdi>${viewer.name ?? 'someone signed in'}</bdi></strong>${facts.length > 0 && ` (${facts.join('; ')})`}.</p>`;
}

/**
 * The search form, which gets `./` with the parameters of {@link readQuery}; choices that are not its fields are hidden
 * inputs, so that a search keeps them. A place that no facility has stays selected.
 */
export function searchForm(query: PageQuery, { facilities }: Frame): Html {
  const place = query.at === null ? null : placeOf(query.at, facilities);
  const option = (value: string, label: string, selected: boolean): Html =>
    html`<option value="${value}"${selected && html` selected`}>${label}</option>\n`;
  return html`<form class="search" role="search" action="./" method="get">
<div class="field words"><label for="q">Search software, techniques, repositories</label>
<input id="q" name="q" type="search" value="${query.search}" autocomplete="off" spellcheck="false"></div>
<div class="field"><label for="at">Where would you run it?</label>
<select id="at" name="at">
${option('', 'Not decided', query.at === null)}${facilities.map(({ id, name }) => option(id, name, id === place?.id))}${query.at !== null && place === null && option(query.at, query.at, true)}</select></div>
<div class="field"><label for="order">Order</label>
<select id="order" name="order">
${IMAGE_ORDERS.map((order) => option(order.toLowerCase(), ORDER_WORDS[order], order === query.order))}</select></div>
${FACET_FIELDS.flatMap((field) =>
  (query.only.get(field) ?? []).map(
    (value) =>
      html`<input type="hidden" name="${PARAMETERS[field]}" value="${wordInAddress(field, value)}">\n`,
  ),
)}<button type="submit">Search</button>
</form>`;
}
