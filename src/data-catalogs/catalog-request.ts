// One request to a data catalog: bounded, and read by a schema. What it withholds is as what is not there.
import type { z } from 'zod';
import { FederationError } from '../model/errors.ts';
import { parseJson } from '../network/body.ts';
import type { Credential } from '../network/credential.ts';
import type { HttpClient } from '../network/http-client.ts';
import { upstreamText } from '../network/upstream-text.ts';
import type { StatedDataSet } from './stated.ts';

/** A catalog that is asked, and as whom. */
export interface Asking {
  readonly httpClient: Pick<HttpClient, 'bytes'>;
  /** The root of its API. */
  readonly url: string;
  /** null: as nobody. */
  readonly credential: Credential | null;
  readonly signal: AbortSignal;
}

/** How one protocol asks for a data set; null: there is none by the PID that the catalog shows. Rejects as {@link get} does. */
export type LookUp = (asking: Asking, pid: string) => Promise<StatedDataSet | null>;

/** Bytes of one answer: it is parsed within the 50 ms for which others may wait, whatever it is. */
const MAX_BYTES = 262_144;

/** Statuses by which a catalog says that there is none, or none for this caller: one is not told from the other. */
const NOT_SHOWN = [401, 403, 404] as const;

/**
 * What the catalog answers to a GET of `path` below its root, read by the schema; null where it shows none (401, 403, 404, or an empty
 * answer). `path` is encoded already; the parameters are sent as JSON. Rejects as {@link HttpClient} does, and with
 * SOURCE_MALFORMED for what the schema refuses.
 */
export async function get<S extends z.ZodType>(
  { httpClient, url: root, credential, signal }: Asking,
  path: string,
  parameters: Readonly<Record<string, unknown>>,
  schema: S,
): Promise<z.output<S> | null> {
  const url = new URL(`${root.replace(/\/+$/, '')}${path}`);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, JSON.stringify(value));
  const { status, bytes } = await httpClient.bytes({
    ...{ purpose: 'dataCatalog', url, credential, signal, maxBytes: MAX_BYTES, statuses: NOT_SHOWN },
    headers: { accept: 'application/json' },
  });
  if (status > 299 || bytes.length === 0) return null;
  const body = parseJson(bytes);
  if (body === null) return null;
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new FederationError('SOURCE_MALFORMED', 'the answer is not one of a data catalog of its kind', {
    cause: upstreamText(`${issue?.path.join('.')}: ${issue?.message}`),
  });
}

/** A list of files; one that is too large is as one that is not complete. Rejects as {@link get} does otherwise. */
export const unlessTooLarge = <T>(files: Promise<T>): Promise<T | 'too large'> =>
  files.catch((error: unknown) => {
    if (error instanceof FederationError && error.code === 'SOURCE_TOO_LARGE') return 'too large';
    throw error;
  });
