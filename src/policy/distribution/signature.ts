// `.signatures.json` of a lab's bundle: exactly one JWS (RFC 7515), made with the key, the algorithm and the scope that
// federation.yaml names. https://www.openpolicyagent.org/docs/management-bundles#signature-format
import type { KeyObject } from 'node:crypto';
import { type CompactJWSHeaderParameters, compactVerify, decodeProtectedHeader, errors } from 'jose';
import { z } from 'zod';
import type { PolicyAlgorithm } from '../../config/policy-source.ts';
import { digestOf } from '../../model/digest.ts';
import { limitText } from '../../model/size.ts';
import { SIGNATURES, SOURCE_BOUNDS } from './archive.ts';
import { HASHES, type HashName } from './hash.ts';
import { type Json, readJson } from './json.ts';
import { quoted, unsigned } from './refusal.ts';

/** The key and scope that federation.yaml trusts for a facility's bundles. */
export interface SourceTrust {
  /** The facility's id. */
  readonly owner: string;
  readonly algorithm: PolicyAlgorithm;
  /** The key for the algorithm; `importPolicyKey` makes it. */
  readonly key: KeyObject;
  /** The name that a signature must have: `kid` of its header, otherwise `keyid` of its payload. */
  readonly keyId: string;
  /** The scope that a signature must have, exactly. */
  readonly scope: string;
}

export interface SignedFile {
  /** Its path from the bundle's root. */
  readonly name: string;
  readonly algorithm: HashName;
  /** In lowercase hexadecimal. */
  readonly hash: string;
}

export interface SignedContent {
  /** Each once. */
  readonly files: readonly SignedFile[];
  /**
   * `sha256:<64 hex>` of the signature's payload, which lists each file with its hash. It is the same for the same
   * content, however the archive and the signature itself are encoded.
   */
  readonly digest: string;
}

/** Bytes of `.signatures.json`, at most: the maximum of files, each with the longest path and hash, in base64. */
const MAX_BYTES = 1_048_576;

const signaturesSchema = z.strictObject({
  signatures: z.array(z.string()),
  plugin: z.literal('_default').optional(),
});

const claimsSchema = z.looseObject({
  files: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(SOURCE_BOUNDS.path),
        hash: z.string().regex(/^[0-9a-f]{64,128}$/),
        algorithm: z.string().max(32),
      }),
    )
    .max(SOURCE_BOUNDS.entries),
  scope: z.string().optional(),
  keyid: z.string().optional(),
});

type Claims = z.infer<typeof claimsSchema>;

/**
 * The files that the signature (OPA's signed bundles: a JWS, RFC 7515) lists, at most as many as {@link
 * SOURCE_BOUNDS} allows (1,024), and the digest of its payload. Rejects with POLICY_UNSIGNED if there is no
 * signature (`content` undefined), if it has more than 1 MiB or is not in OPA's format, lists a file twice or
 * by a hash that is not of {@link HASHES}, has a key or `crit` in its header or a time (`exp`, `nbf`) in its
 * payload, or is not exactly one of the trusted key, algorithm, key id and scope. `at` is for messages.
 */
export async function verifySignature(
  content: Uint8Array | undefined,
  trust: SourceTrust,
  at: string,
): Promise<SignedContent> {
  if (content === undefined)
    throw unsigned(at, `the bundle is not signed: it has no ${SIGNATURES}`, HOW_TO_SIGN);
  // Its size is bounded because it is parsed before it is verified.
  if (content.byteLength > MAX_BYTES) {
    throw unsigned(at, `its ${SIGNATURES} has more than ${limitText(MAX_BYTES)}`, HOW_TO_SIGN);
  }
  const token = singleToken(content, at);
  const header = headerOf(token, at);
  checkHeader(header, trust, at);
  const payload = await verifiedPayload(token, trust, at);
  const claims = parseJson(claimsSchema, payload, at, 'its payload');
  checkClaims(header, claims, trust, at);
  return { files: listed(claims, at), digest: digestOf(payload) };
}

const HOW_TO_SIGN =
  'Sign it with: opa build --bundle . --signing-key KEY --signing-alg ALGORITHM --claims-file CLAIMS, whose claims are scope and keyid.';

function singleToken(content: Uint8Array, at: string): string {
  const { signatures } = parseJson(signaturesSchema, content, at, `its ${SIGNATURES}`);
  const [token] = signatures;
  if (token === undefined || signatures.length > 1) {
    throw unsigned(at, `the bundle has ${signatures.length} signatures, and must have one`, HOW_TO_SIGN);
  }
  return token;
}

function headerOf(token: string, at: string): CompactJWSHeaderParameters {
  try {
    return decodeProtectedHeader(token) as CompactJWSHeaderParameters;
  } catch (cause) {
    throw unsigned(at, 'the signature is not a JWS in compact form', HOW_TO_SIGN, cause);
  }
}

/** Headers that contain a key, or say where one is: trusting them would mean trusting any signer. */
const KEY_HEADERS = ['jwk', 'jku', 'x5c', 'x5u', 'x5t', 'x5t#S256'] as const;

/** Checks the header before the signature, so that each attack on the verifier has a message of its own. */
function checkHeader(
  header: CompactJWSHeaderParameters,
  { algorithm, keyId }: SourceTrust,
  at: string,
): void {
  if (header.alg !== algorithm) {
    const alg = typeof header.alg === 'string' ? quoted(header.alg) : 'missing';
    throw unsigned(
      at,
      `the signature’s algorithm is ${alg}, and must be ${algorithm}`,
      `Sign it with ${algorithm}, or change facilities[].policy.algorithm together with the key.`,
    );
  }
  if (header.crit !== undefined) {
    throw unsigned(
      at,
      'the signature’s header has crit: extensions that must be understood, and are not',
      HOW_TO_SIGN,
    );
  }
  const keyHeader = KEY_HEADERS.find((name) => header[name] !== undefined);
  if (keyHeader !== undefined) {
    throw unsigned(
      at,
      `the signature’s header has ${keyHeader}: a key that comes with the content that it signs proves nothing`,
      'Leave it out: the key is the one that federation.yaml names.',
    );
  }
  if (header.kid !== undefined && header.kid !== '') checkKeyId(header.kid, keyId, at);
}

function checkKeyId(named: unknown, keyId: string, at: string): void {
  if (named === keyId) return;
  const name = typeof named === 'string' ? quoted(named) : 'not named';
  throw unsigned(
    at,
    `the signature’s key is ${name}, and must be ${quoted(keyId)}`,
    'Write keyid into the claims as facilities[].policy.keyId has it.',
  );
}

async function verifiedPayload(
  token: string,
  { algorithm, key, keyId }: SourceTrust,
  at: string,
): Promise<Uint8Array> {
  try {
    return (await compactVerify(token, key, { algorithms: [algorithm] })).payload;
  } catch (cause) {
    if (!(cause instanceof errors.JOSEError)) throw cause;
    throw unsigned(
      at,
      `the signature was not made with the key ${quoted(keyId)}, or its content was changed`,
      'Sign it with the key whose public half federation.yaml names, and check that nothing changes the bundle on its way.',
      cause,
    );
  }
}

function checkClaims(
  { kid }: CompactJWSHeaderParameters,
  claims: Claims,
  { keyId, scope }: SourceTrust,
  at: string,
): void {
  // OPA uses the payload's name if the header has none; if both have one, both must be right.
  if (!kid || claims.keyid !== undefined) checkKeyId(claims.keyid, keyId, at);
  if (claims.scope === undefined) {
    throw unsigned(
      at,
      `the signature has no scope, and must be for ${quoted(scope)}`,
      'Write scope into the file of --claims-file.',
    );
  }
  if (claims.scope !== scope) {
    throw unsigned(
      at,
      `the signature is for the scope ${quoted(claims.scope)}, and must be for ${quoted(scope)}`,
      'Sign it for the facility and federation that it is meant for.',
    );
  }
  const time = ['exp', 'nbf'].find((name) => claims[name] !== undefined);
  if (time !== undefined) {
    throw unsigned(
      at,
      `the signature has ${time}, which OPA’s format does not have and nothing would check`,
      'Leave it out: a newer version replaces an older one.',
    );
  }
}

function listed({ files }: Claims, at: string): readonly SignedFile[] {
  const names = new Set<string>();
  return files.map(({ name, hash, algorithm }) => {
    if (names.has(name)) throw unsigned(at, `the signature lists ${quoted(name)} twice`, HOW_TO_SIGN);
    names.add(name);
    if (!isHashName(algorithm)) {
      throw unsigned(
        at,
        `the signature has a hash of ${quoted(name)} by ${quoted(algorithm)}`,
        `Use one of ${Object.keys(HASHES).join(', ')}.`,
      );
    }
    return { name, hash, algorithm };
  });
}

const isHashName = (name: string): name is HashName => Object.hasOwn(HASHES, name);

/** The JSON of a schema; its numbers are not used here. Throws POLICY_UNSIGNED. */
function parseJson<T>(schema: z.ZodType<T>, content: Uint8Array, at: string, what: string): T {
  let document: Json;
  try {
    document = readJson(content);
  } catch (cause) {
    throw unsigned(at, `${what} is not JSON: ${(cause as Error).message}`, HOW_TO_SIGN, cause);
  }
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  throw unsigned(at, `${what} is not in OPA’s format: ${z.prettifyError(parsed.error)}`, HOW_TO_SIGN);
}
