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

/** A status, 200 unless said, with JSON. */
export const jsonAnswer = (
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): RegistryAnswer => ({
  status,
  headers: { 'content-type': JSON_TYPE, ...headers },
  body: Buffer.from(JSON.stringify(value)),
});

/** An error as the OCI distribution specification has it. */
export const errorAnswer = (status: number, code: string, message: string): RegistryAnswer =>
  jsonAnswer({ errors: [{ code, message }] }, {}, status);

/** A whole number of the query from 1 on; `otherwise` for anything else. */
export function numberOf(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name) ?? '';
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : otherwise;
}
