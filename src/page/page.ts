// The plain pages at /, /match and /job: rendered here without scripts; they ask the gateway within the limits of every other
// caller.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import type { Gateway, RequestContext } from '../graphql/gateway.ts';
import { sendCompressed } from '../http/compression.ts';
import type { Page } from '../http/server.ts';
import { FederationError } from '../model/errors.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import type { Frame } from './answer.ts';
import { askFrame, askImage, askResults } from './ask.ts';
import { detail } from './detail.ts';
import { choices, chosenList, chosenOf } from './facets.ts';
import { type Html, html } from './html.ts';
import { createJobPage } from './job.ts';
import { layout, type PageContent, searchForm } from './layout.ts';
import { type ContentOf, createMatchPage } from './match.ts';
import { problemNotes, sourceList } from './notes.ts';
import { placeOf, problemOf, statusOf } from './problems.ts';
import { EVERYTHING, hrefOf, type PageQuery, type Problem, readQuery } from './query.ts';
import { heading, resultList } from './results.ts';

export interface PageOptions {
  readonly gateway: Gateway;
  /** The federation's name. */
  readonly name: string;
  readonly vocabulary: Vocabulary;
}

/** A page loads nothing from elsewhere: no script, frame, font or image. */
const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

const STYLE = readFileSync(new URL('../../src/page/page.css', import.meta.url));
/** The URL changes with the content, so that a browser may cache it. */
const STYLE_URL = `./page.css?${createHash('sha256').update(STYLE).digest('hex').slice(0, 12)}`;

const STYLE_PATH = '/page.css';

/**
 * The pages and their style sheet. `answer` writes them; what the gateway refuses is a problem on the page. It
 * rejects with NOT_FOUND for a path that is not one of `paths`, with INTERNAL where the gateway refuses the page's frame, and as {@link askFrame} and {@link
 * sendCompressed} do. A response that has begun is left as it is. An image that is not there is 404, a
 * question that cannot be answered as {@link statusOf} says or 400.
 */
export function createPage({ gateway, name, vocabulary }: PageOptions): Page {
  const pages = new Map<string, { readonly content: ContentOf; readonly page: './' | './match' }>([
    ['/', { content: images, page: './' }],
    ['/match', { content: createMatchPage({ gateway, vocabulary }), page: './match' }],
    ['/job', { content: createJobPage(gateway), page: './match' }],
  ]);
  return { paths: new Set([...pages.keys(), STYLE_PATH]), answer: answerPage };

  async function answerPage(response: ServerResponse, url: URL, request: RequestContext): Promise<void> {
    if (url.pathname === STYLE_PATH) {
      await sendStyle(response);
      return;
    }
    const asked = pages.get(url.pathname);
    if (asked === undefined) throw new FederationError('NOT_FOUND', 'There is no page here.');
    const frame = await frameOf(request);
    const content = await asked.content(url.searchParams, frame, request);
    const page = layout({ name, style: STYLE_URL, frame, page: asked.page, content });
    // The server may have answered already, because the request took too long.
    if (response.headersSent) return;
    for (const [header, value] of Object.entries(PAGE_HEADERS)) response.setHeader(header, value);
    await sendCompressed(response, content.status, 'text/html; charset=utf-8', page.toString());
  }

  async function frameOf(request: RequestContext): Promise<Frame> {
    const answered = await askFrame(gateway, request);
    if ('data' in answered) return answered.data;
    throw new FederationError('INTERNAL', `The page cannot be answered: ${answered.refusal.message}`);
  }

  async function images(
    parameters: URLSearchParams,
    frame: Frame,
    request: RequestContext,
  ): Promise<PageContent> {
    const { query, problems } = readQuery(parameters);
    if (problems.length > 0) return misunderstood(query, problems, frame, 400);
    return query.image === null ? searched(query, frame, request) : shown(query, query.image, frame, request);
  }

  async function searched(query: PageQuery, frame: Frame, request: RequestContext): Promise<PageContent> {
    const answered = await askResults(gateway, query, request);
    if ('refusal' in answered) {
      return misunderstood(query, [problemOf(answered.refusal, query)], frame, statusOf(answered.refusal));
    }
    const results = answered.data;
    return {
      status: 200,
      title: heading(results.totalCount, query),
      form: searchForm(query, frame),
      choices: choices(results, query),
      main: resultList(results, query, chosenOf(query, results, vocabulary), frame),
      foot: sourceList(results),
    };
  }

  async function shown(
    query: PageQuery,
    id: string,
    frame: Frame,
    request: RequestContext,
  ): Promise<PageContent> {
    const answered = await askImage(gateway, id, query.at, request);
    const list = { ...query, image: null };
    const back = html`<p class="back"><a href="${hrefOf(list)}">Back to the results</a></p>`;
    if ('refusal' in answered) {
      const notes = problemNotes([problemOf(answered.refusal, query)]);
      return { status: statusOf(answered.refusal), title: 'Not answered', main: [back, notes] };
    }
    if (answered.data === null) return { status: 404, title: 'No such image', main: [back, noSuchImage()] };
    const place = query.at === null ? null : placeOf(query.at, frame.facilities);
    const image = answered.data;
    return { status: 200, title: image.title ?? image.repository, main: [back, detail(image, query, place)] };
  }

  /** The problems, with the form and the choices so that they can be corrected. */
  function misunderstood(
    query: PageQuery,
    problems: readonly Problem[],
    frame: Frame,
    status: number,
  ): PageContent {
    const chosen = chosenList(chosenOf(query, null, vocabulary));
    const everything = html`<p><a href="${hrefOf(EVERYTHING)}">Show all images</a></p>`;
    return {
      status,
      title: 'Not answered',
      form: searchForm(query, frame),
      main: [html`<h1 class="hidden">Not answered</h1>`, problemNotes(problems), chosen ?? everything],
    };
  }
}

/** The same text whether the image does not exist or the caller may not know of it. */
const noSuchImage = (): Html =>
  html`<h1>No such image</h1>
<p>There is no image of this name that you may know of. It may have been removed, or be for people who have signed in.</p>`;

async function sendStyle(response: ServerResponse): Promise<void> {
  response.setHeader('cache-control', 'public, max-age=86400');
  await sendCompressed(response, 200, 'text/css; charset=utf-8', STYLE);
}
