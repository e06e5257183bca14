// Questions to a registry and its answers, apart from how they travel.

/** What is asked: a GET or a HEAD. */
export interface RegistryQuestion {
  readonly path: string;
  readonly query: URLSearchParams;
  /** `http://127.0.0.1:5000`, for what names addresses. */
  readonly origin: string;
}

export interface RegistryAnswer {
  readonly status: number;
  /** Names in small letters; `content-type` at least. */
  readonly headers: Readonly<Record<string, string>>;
  /** Also of the answer to a HEAD, which does not send it. */
  readonly body: Buffer;
}

/** null: this API has nothing there. */
export type RegistryApi = (question: RegistryQuestion) => RegistryAnswer | null;

const JSON_TYPE = 'application/json; charset=utf-8';

/** An answer with JSON in UTF-8; by default the status is 200, and `content-type` its only header. */
export const jsonAnswer = (
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): RegistryAnswer => ({
  status,
  headers: { 'content-type': JSON_TYPE, ...headers },
  body: Buffer.from(JSON.stringify(value)),
});

/**
 * An error in the form of the OCI distribution specification 1.1 (“Error Codes”): JSON with one code and its
 * message.
 */
export const errorAnswer = (status: number, code: string, message: string): RegistryAnswer =>
  jsonAnswer({ errors: [{ code, message }] }, {}, status);

/**
 * A whole number of the query from 1 to 999,999,999; `otherwise` for anything else, and where the query has
 * none.
 */
export function numberOf(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name) ?? '';
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : otherwise;
}
