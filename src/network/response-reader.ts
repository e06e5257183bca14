// What is taken of an answer: JSON, bytes, or its status alone.
import type { Readable } from 'node:stream';
import { FederationError } from '../model/errors.ts';
import { parseJson, readBody, readExcerpt } from './body.ts';
import { upstreamText } from './failure.ts';
import type { Downloaded, HttpResponse, ReadBody } from './http-client.ts';

/** An answer whose body was not read yet. */
export interface ArrivingResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

type Body = Readable & { dump(): Promise<void> };

/** Reads what is wanted and lets the rest go. Rejects with a FederationError, or the stream's own error. */
export type ResponseReader<T> = (answer: ArrivingResponse) => Promise<T>;

/** `application/json`, `application/graphql-response+json`, `application/jwk-set+json` … (RFC 6839). */
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

export function readJsonResponse(
  maxBytes: number,
  read: ReadBody = (bytes) => parseJson(bytes),
): ResponseReader<HttpResponse> {
  return async ({ status, headers, body }) => {
    if (!JSON_TYPE.test(headers['content-type'] ?? '')) {
      throw new FederationError('SOURCE_MALFORMED', 'the answer is not of a JSON media type', {
        cause: upstreamText(await readExcerpt(body)),
      });
    }
    const bytes = await decoded(body, headers, maxBytes);
    const { length } = bytes;
    return { status, headers, body: await read(bytes), bytes: length };
  };
}

/** That it was taken; what was taken is not sent again because the rest of the answer did not come. */
export const readStatus: ResponseReader<number> = async ({ status, body }) => {
  await body.dump().catch(() => {});
  return status;
};

/** By which OPA's servers say that they honor `wait`. */
const LONG_POLLING = 'application/vnd.openpolicyagent.bundles';

/** Visible ASCII, which more than entity tags are: some servers leave out the quotes. */
const ETAG = /^[\x21-\x7e]{1,1024}$/;

export function readDownload(maxBytes: number): ResponseReader<Downloaded> {
  return async ({ status, headers, body }) => {
    if (status === 304) {
      await body.dump().catch(() => {});
      return { status: 'unchanged' };
    }
    if (status !== 200) {
      body.destroy();
      throw new FederationError(
        'SOURCE_HTTP_STATUS',
        `the server answered HTTP ${status}, and 200 is wanted`,
      );
    }
    const { etag = '', 'content-type': type = '' } = headers;
    return {
      status: 'new',
      bytes: await decoded(body, headers, maxBytes),
      etag: ETAG.test(etag) ? etag : null,
      longPolls: type.split(';', 1)[0]?.trim().toLowerCase() === LONG_POLLING,
    };
  };
}

function decoded(body: Body, headers: ArrivingResponse['headers'], maxBytes: number): Promise<Buffer> {
  return readBody(body, headers['content-encoding'] ?? '', maxBytes).finally(() => body.destroy());
}
