// Readers of a response: as JSON, as bytes, as a file, or only its status.
import type { Readable } from 'node:stream';
import { FederationError } from '../model/errors.ts';
import { parseJson, readBody, readExcerpt } from './body.ts';
import type { BytesResponse, Downloaded, HttpResponse, ReadBody } from './http-client.ts';
import { upstreamText } from './upstream-text.ts';

/** A response whose body was not read yet. */
export interface ArrivingResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

type Body = Readable & { dump(): Promise<void> };

/** Reads the value and discards the rest of the body. Rejects with a FederationError, or the stream's own error. */
export type ResponseReader<T> = (answer: ArrivingResponse) => Promise<T>;

/** `application/json`, `application/graphql-response+json`, `application/jwk-set+json` … (RFC 6839). */
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

/**
 * Reads a body of at most `maxBytes`, after decompression, with `read`, by default as {@link parseJson} does.
 * Rejects with SOURCE_MALFORMED if the media type is not JSON's (RFC 6839), as {@link readBody} does, and as
 * `read` does.
 */
export function readJsonResponse(
  maxBytes: number,
  read: ReadBody = (bytes) => parseJson(bytes),
): ResponseReader<HttpResponse> {
  return async ({ status, headers, body }) => {
    if (!JSON_TYPE.test(headers['content-type'] ?? '')) {
      throw new FederationError('SOURCE_MALFORMED', 'the answer does not have a JSON media type', {
        cause: upstreamText(await readExcerpt(body)),
      });
    }
    const bytes = await decoded(body, headers, maxBytes);
    const { length } = bytes;
    return { status, headers, body: await read(bytes), bytes: length };
  };
}

/**
 * Reads the bytes of a body of at most `maxBytes` as they were sent, where the status is 200 to 299 and the
 * method is not HEAD; else the beginning of a body, at most 1,024 characters, and nothing for HEAD, 204 and
 * 304. Rejects with SOURCE_MALFORMED for a content coding, which was not asked for, with SOURCE_TOO_LARGE
 * beyond the bound, and with the stream's own error.
 */
export function readBytes(maxBytes: number, method: string): ResponseReader<BytesResponse> {
  return async ({ status, headers, body }) => {
    const none = Buffer.alloc(0);
    if (method === 'HEAD' || status === 204 || status === 304) {
      await body.dump().catch(() => {});
      return { status, headers, bytes: none, excerpt: '' };
    }
    if (status > 299) return { status, headers, bytes: none, excerpt: await readExcerpt(body) };
    const coding = headers['content-encoding']?.trim().toLowerCase() ?? '';
    if (coding !== '' && coding !== 'identity') {
      body.destroy();
      throw new FederationError(
        'SOURCE_MALFORMED',
        'the answer has a content coding that was not asked for',
        {
          cause: upstreamText(coding),
        },
      );
    }
    return { status, headers, bytes: await decoded(body, {}, maxBytes), excerpt: '' };
  };
}

/**
 * Reads the status. Never rejects: a body that breaks off is not a failure, since the server accepted the
 * request, which must not be sent again.
 */
export const readStatus: ResponseReader<number> = async ({ status, body }) => {
  await body.dump().catch(() => {});
  return status;
};

/** The media type of servers that support OPA's long polling. */
const LONG_POLLING = 'application/vnd.openpolicyagent.bundles';

/** Visible ASCII. Looser than RFC 9110, since some servers leave out the quotes. */
const ETAG = /^[\x21-\x7e]{1,1024}$/;

/**
 * Reads a file of at most `maxBytes`, after decompression, with its entity tag (RFC 9110, section 8.8.3),
 * null where it is not visible ASCII of at most 1,024 characters; `unchanged` for 304. Rejects with
 * SOURCE_HTTP_STATUS for any status but 200 and 304, and as {@link readBody} does.
 */
export function readDownload(maxBytes: number): ResponseReader<Downloaded> {
  return async ({ status, headers, body }) => {
    if (status === 304) {
      await body.dump().catch(() => {});
      return { status: 'unchanged' };
    }
    if (status !== 200) {
      body.destroy();
      throw new FederationError('SOURCE_HTTP_STATUS', `the server answered HTTP ${status}, not 200`);
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
