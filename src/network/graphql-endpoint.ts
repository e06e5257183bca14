// A GraphQL endpoint over the HTTP client: one POST, and an answer that is GraphQL or an error.
import { FederationError } from '../model/errors.ts';
import { isObject } from '../model/json-object.ts';
import type { Credential } from './credential.ts';
import type { HttpClient, HttpRequest, ReadBody } from './http-client.ts';

export interface GraphqlQuestion {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly signal: AbortSignal;
  /** Maximum bytes of the answer, after decompression. */
  readonly maxBytes: number;
}

/** An error in an answer. The message is the other side's: for the log, at most 1,024 characters. */
export interface GraphqlFault {
  readonly message: string;
  readonly path: readonly (string | number)[] | null;
}

export interface GraphqlAnswer {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly GraphqlFault[];
  readonly bytes: number;
}

/** One GraphQL endpoint. For queries only: a request may be sent more than once. */
export interface Endpoint {
  /**
   * Rejects as {@link HttpClient.json} and {@link readAnswer} do; an answer with GraphQL errors is an answer.
   */
  ask(question: GraphqlQuestion): Promise<GraphqlAnswer>;
  /**
   * Asks as {@link ask} does, and gives the answer's bytes to `read`, whose value it returns. Rejects as `read` does,
   * too.
   */
  read<T>(
    question: GraphqlQuestion,
    read: (bytes: Buffer) => Promise<T>,
  ): Promise<{ readonly value: T; readonly bytes: number }>;
}

export interface EndpointOptions {
  readonly httpClient: HttpClient;
  readonly purpose: HttpRequest['purpose'];
  readonly url: string;
  readonly credential: Credential | null;
}

/** Maximum errors of one answer: if one were ignored, the record that it is about would seem complete. */
const MAX_FAULTS = 10_000;

/**
 * An endpoint at `url`, asked by POST of JSON (GraphQL over HTTP) and with retries. Sends nothing yet. The
 * credential (null: none) must be for the origin of `url`, else each question rejects with INTERNAL. Its
 * methods reject as {@link HttpClient.json} does, `ask` also as {@link readAnswer}, and `read` as its reader.
 */
export function createEndpoint({ httpClient, purpose, url, credential }: EndpointOptions): Endpoint {
  const send = ({ query, variables, ...bounds }: GraphqlQuestion, read?: ReadBody) => {
    const body = variables === undefined ? { query } : { query, variables };
    return httpClient.json({ purpose, url, body, credential, ...bounds, read, idempotent: true });
  };
  return {
    async ask(question) {
      const { body, bytes } = await send(question);
      return { ...readAnswer(body), bytes };
    },
    async read(question, read) {
      const { body, bytes } = await send(question, read);
      return { value: body as Awaited<ReturnType<typeof read>>, bytes };
    },
  };
}

/**
 * Data and errors of a GraphQL response (GraphQL over HTTP): null and an empty list where it has none.
 * Messages of errors are cut to 1,024 UTF-16 units and paths to 64 steps; a path of anything but names and
 * numbers is null.
 * @throws FederationError SOURCE_MALFORMED if it is not one, or has more than 10,000 errors
 */
export function readAnswer(body: unknown): Pick<GraphqlAnswer, 'data' | 'errors'> {
  if (!isObject(body) || !('data' in body || 'errors' in body)) {
    throw new FederationError('SOURCE_MALFORMED', 'the answer is JSON, but not a GraphQL answer', {
      hint: 'check that the address is the registry’s GraphQL endpoint',
    });
  }
  const data = body.data ?? null;
  const errors = body.errors ?? [];
  if ((data !== null && !isObject(data)) || !Array.isArray(errors)) {
    throw new FederationError('SOURCE_MALFORMED', 'the GraphQL answer has data or errors of a wrong shape');
  }
  if (errors.length > MAX_FAULTS) {
    throw new FederationError('SOURCE_MALFORMED', `the GraphQL answer has more than ${MAX_FAULTS} errors`);
  }
  return { data, errors: errors.map(readFault) };
}

function readFault(fault: unknown): GraphqlFault {
  const message = isObject(fault) && typeof fault.message === 'string' ? fault.message : '';
  const path = isObject(fault) && Array.isArray(fault.path) ? fault.path.slice(0, 64) : null;
  return { message: message.slice(0, 1_024).toWellFormed(), path: path?.every(isStep) ? path : null };
}

const isStep = (step: unknown): step is string | number =>
  typeof step === 'string' || typeof step === 'number';
