// Signed bundles of Rego source for tests, as a lab makes them, and with anything in them wrong. Independent of the code
// that verifies them: signed by jose, packed by modern-tar, hashed here; and, where it is at hand, made by the real OPA.
import { execFile } from 'node:child_process';
import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type CompactJWSHeaderParameters, CompactSign } from 'jose';
import { packTar, type TarHeader } from 'modern-tar';
import { importPolicyKey } from '../../src/config/policy-key.ts';
import type { PolicyAlgorithm } from '../../src/config/policy-source.ts';
import { OPA } from './policies.ts';
import { disposableFolder } from './temporary-folder.ts';

/** Both halves of a lab's key, with its name and algorithm. */
export interface LabKey {
  readonly keyId: string;
  readonly alg: PolicyAlgorithm;
  /** What signs. */
  readonly key: KeyObject | Uint8Array;
  /** What the federation is given: SPKI PEM, or the secret. */
  readonly trusted: string;
  /** PEM of what signs, or the secret: for OPA's --signing-key. */
  readonly signing: string;
}

export interface BundleFile {
  /** As it stands in the archive. */
  readonly name: string;
  readonly body: string | Uint8Array;
  readonly type?: TarHeader['type'];
  readonly linkname?: string;
}

export interface SignedClaims {
  files: { name: string; hash: string; algorithm: string }[];
  scope?: string | undefined;
  keyid?: string | undefined;
  [claim: string]: unknown;
}

/** Each is handed what a good bundle would have, and gives what it shall have instead. */
export interface Tampering {
  /** Before it is signed. */
  readonly manifest?: (manifest: Record<string, unknown>) => unknown;
  readonly claims?: (claims: SignedClaims) => object;
  readonly header?: (header: Record<string, unknown>) => object;
  /** After it was signed. */
  readonly token?: (token: string) => string;
  readonly signatures?: (content: { signatures: string[] }) => unknown;
  readonly entries?: (entries: BundleFile[]) => readonly BundleFile[];
  readonly tar?: (tar: Uint8Array) => Uint8Array;
  readonly gzip?: (archive: Uint8Array) => Uint8Array;
}

export interface SignedBundleOptions {
  readonly owner: string;
  readonly version: number;
  /** By path from the bundle's root: Rego, and data.json. */
  readonly files: Readonly<Record<string, string>>;
  readonly key: LabKey;
  /** Another than the key's. */
  readonly alg?: string;
  readonly keyId?: string;
  /** `panfed/facility/<owner>` unless said. */
  readonly scope?: string | undefined;
  readonly tamper?: Tampering;
}

/** A new key of the algorithm. */
export function labKey(alg: PolicyAlgorithm = 'ES256', keyId = 'lab-2026'): LabKey {
  if (alg.startsWith('HS')) {
    const secret = randomBytes(64).toString('base64url');
    return { keyId, alg, key: Buffer.from(secret), trusted: secret, signing: secret };
  }
  const { publicKey, privateKey } = pairOf(alg);
  const pem = { format: 'pem' } as const;
  return {
    keyId,
    alg,
    key: privateKey,
    trusted: publicKey.export({ ...pem, type: 'spki' }).toString(),
    signing: privateKey.export({ ...pem, type: 'pkcs8' }).toString(),
  };
}

function pairOf(alg: PolicyAlgorithm) {
  const curve = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[alg as 'ES256'];
  if (curve !== undefined) return generateKeyPairSync('ec', { namedCurve: curve });
  return alg.startsWith('Ed')
    ? generateKeyPairSync('ed25519')
    : generateKeyPairSync('rsa', { modulusLength: 2048 });
}

export const scopeOf = (owner: string): string => `panfed/facility/${owner}`;

/** What federation.yaml says of a lab whose key it is. */
export function trustOf(owner: string, { keyId, alg, trusted }: LabKey) {
  return { owner, algorithm: alg, key: importPolicyKey(trusted, alg), keyId, scope: scopeOf(owner) };
}

/** A bundle of the files and a manifest, all of them signed; or what `tamper` makes of it. */
export async function signedBundle(options: SignedBundleOptions): Promise<Uint8Array> {
  const { owner, version, files, key, tamper = {} } = options;
  const { alg = key.alg, keyId = key.keyId } = options;
  const scope = 'scope' in options ? options.scope : scopeOf(owner);
  const manifest = { revision: '', roots: [scopeOf(owner)], rego_version: 1, metadata: { version } };
  const contents = {
    ...files,
    '.manifest': JSON.stringify(tamper.manifest?.(manifest) ?? manifest),
  };
  const claims: SignedClaims = {
    files: Object.entries(contents).map(([name, body]) => ({
      name,
      hash: hashOf(name, body),
      algorithm: 'SHA-256',
    })),
    keyid: keyId,
    ...(scope !== undefined && { scope }),
  };
  const header = { alg, typ: 'JWT' };
  const token = await sign(tamper.claims?.(claims) ?? claims, tamper.header?.(header) ?? header, key.key);
  const content = { signatures: [tamper.token?.(token) ?? token] };
  const entries = [
    ...Object.entries(contents).map(([name, body]) => ({ name: `/${name}`, body })),
    { name: '/.signatures.json', body: JSON.stringify(tamper.signatures?.(content) ?? content) },
  ];
  const tar = await tarOf(tamper.entries?.(entries) ?? entries);
  const archive = gzipSync(tamper.tar?.(tar) ?? tar);
  return tamper.gzip?.(archive) ?? archive;
}

/** Signed as asked: also with a header that no careful library writes. */
async function sign(claims: object, header: object, key: LabKey['key']): Promise<string> {
  const payload = Buffer.from(JSON.stringify(claims));
  const { alg, crit } = header as { alg?: string; crit?: readonly string[] };
  if (alg === 'none') return `${base64(JSON.stringify(header))}.${base64(payload)}.`;
  return new CompactSign(payload)
    .setProtectedHeader(header as CompactJWSHeaderParameters)
    .sign(key, { crit: Object.fromEntries((crit ?? []).map((name) => [name, true])) });
}

const base64 = (content: string | Uint8Array): string => Buffer.from(content).toString('base64url');

/** Plain documents alone: of other numbers and characters OPA's own hash is the one to compare with. */
function hashOf(name: string, body: string): string {
  const structured = name.endsWith('data.json') || name === '.manifest';
  return createHash('sha256')
    .update(structured ? sortedJson(JSON.parse(body)) : body)
    .digest('hex');
}

function sortedJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inside]) => `${JSON.stringify(key)}:${sortedJson(inside)}`).join(',')}}`;
}

/** The archive, not compressed. */
export function tarOf(entries: readonly BundleFile[]): Promise<Uint8Array> {
  return packTar(
    entries.map(({ name, body, type = 'file', linkname }) => {
      const bytes = Buffer.from(body);
      const size = type === 'file' ? bytes.length : 0;
      const header = { name, size, type, ...(linkname !== undefined && { linkname }) };
      return type === 'file' ? { header, body: bytes } : { header };
    }),
  );
}

/** The same by OPA: `opa build` signs what it builds, which has its data in one document at the root. */
export async function opaBundle({
  owner,
  version,
  files,
  key,
  scope = scopeOf(owner),
}: Omit<SignedBundleOptions, 'tamper' | 'alg'>): Promise<Uint8Array> {
  if (OPA === null) throw new Error('opa is not on PATH');
  using temporary = disposableFolder();
  const folder = temporary.path;
  const source = join(folder, 'source');
  const manifest = { roots: [scopeOf(owner)], metadata: { version } };
  for (const [name, body] of Object.entries({ ...files, '.manifest': JSON.stringify(manifest) })) {
    await mkdir(dirname(join(source, name)), { recursive: true });
    await writeFile(join(source, name), body);
  }
  const [pem, claims, output] = ['key', 'claims.json', 'bundle.tar.gz'].map((name) => join(folder, name));
  await writeFile(String(pem), key.signing);
  await writeFile(String(claims), JSON.stringify({ scope, keyid: key.keyId }));
  await promisify(execFile)(
    OPA,
    ['build', '--bundle', '.', '--output', String(output), '--signing-key', String(pem)].concat(
      ...['--signing-alg', key.alg, '--claims-file', String(claims)],
    ),
    { cwd: source },
  );
  return await readFile(String(output));
}
