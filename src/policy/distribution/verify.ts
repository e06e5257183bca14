// Verifies a lab's bundle of Rego source: one trusted signature, exactly the files that it lists, each as it was
// signed. Nothing else that a lab ships is ever compiled.
import { isUtf8 } from 'node:buffer';
import { digestOf } from '../../model/digest.ts';
import { DATA, MANIFEST, SIGNATURES, unpackSource } from './archive.ts';
import { rootedData } from './data.ts';
import { hashBytes, hashDocument } from './hash.ts';
import { type Json, readJson } from './json.ts';
import { versionOf } from './manifest.ts';
import { malformed, quoted, unsigned } from './refusal.ts';
import { type SignedFile, type SourceTrust, verifySignature } from './signature.ts';
import type { SignedSource } from './source.ts';

/**
 * The policy in the archive; its version is not compared here. Rejects with POLICY_UNSIGNED if it is not, as received,
 * what the trusted key signed for this facility (OPA's signed bundles), and with POLICY_INVALID if it is not a valid
 * bundle of a facility, whoever signed it, or exceeds {@link SOURCE_BOUNDS} (16 MiB packed, 32 MiB unpacked).
 * @param path where it came from, for messages
 */
export async function verifySource(
  archive: Uint8Array,
  trust: SourceTrust,
  path: string,
): Promise<SignedSource> {
  const root = `panfed/facility/${trust.owner}`;
  const files = new Map(await unpackSource(archive, root, path));
  const signed = await verifySignature(files.get(SIGNATURES), trust, path);
  files.delete(SIGNATURES);
  checkNames(files, signed.files, path);
  const documents = checkHashes(files, signed.files, path);
  const source: Pick<SignedSource, 'owner' | 'version' | 'signer' | 'signed' | 'digest' | 'files'> = {
    owner: trust.owner,
    version: versionOf(files.get(MANIFEST), root, path),
    signer: trust.keyId,
    signed: signed.digest,
    digest: digestOf(archive),
    files: new Map([...rules(files, path), ...data(files, documents, root, path)]),
  };
  return source as SignedSource;
}

type Files = ReadonlyMap<string, Uint8Array>;
type Documents = ReadonlyMap<string, Json>;

function checkNames(files: Files, signed: readonly SignedFile[], at: string): void {
  const names = new Set(signed.map(({ name }) => name));
  const unlisted = [...files.keys()].find((name) => !names.has(name));
  if (unlisted !== undefined) {
    throw unsigned(
      at,
      `${quoted(unlisted)} is in the bundle but not signed`,
      'Sign all files, from the bundle’s folder: opa sign --bundle .',
    );
  }
  const missing = signed.find(({ name }) => !files.has(name));
  if (missing !== undefined) {
    throw unsigned(
      at,
      `${quoted(missing.name)} is signed but not in the bundle`,
      'Pack all files that were signed.',
    );
  }
}

/** The parsed JSON documents, so that none is parsed twice. Throws POLICY_UNSIGNED if a hash differs. */
function checkHashes(files: Files, signed: readonly SignedFile[], at: string): Documents {
  const documents = new Map<string, Json>();
  for (const { name, hash, algorithm } of signed) {
    const content = files.get(name) as Uint8Array;
    const document = isStructured(name) ? parsed(name, content, at) : undefined;
    if (document !== undefined) documents.set(name, document);
    const found = document === undefined ? hashBytes(content, algorithm) : hashDocument(document, algorithm);
    if (found !== hash) {
      throw unsigned(at, `${quoted(name)} is not as it was signed`, 'Sign the files as they are packed.');
    }
  }
  return documents;
}

/** Whether OPA signs the JSON content of a file, and not its bytes. */
const isStructured = (name: string): boolean => name === MANIFEST || isData(name);
const isData = (name: string): boolean => name === DATA || name.endsWith(`/${DATA}`);

function parsed(name: string, content: Uint8Array, at: string): Json {
  try {
    return readJson(content);
  } catch (cause) {
    throw malformed(
      at,
      `${quoted(name)} is not unambiguous JSON: ${(cause as Error).message}`,
      'Write plain JSON (RFC 8259) in UTF-8, with each key once.',
      cause,
    );
  }
}

function rules(files: Files, at: string): [string, Uint8Array][] {
  const found = [...files].filter(([name]) => name.endsWith('.rego'));
  if (found.length === 0) {
    throw malformed(at, 'the bundle has no .rego file', 'Pack the policy’s source, from its folder.');
  }
  for (const [name, content] of found) {
    if (isUtf8(content)) continue;
    throw malformed(at, `${quoted(name)} is not UTF-8`, 'Rego is written in UTF-8.');
  }
  return found;
}

function data(files: Files, documents: Documents, root: string, at: string): [string, Uint8Array][] {
  const [name, other] = [...files.keys()].filter(isData);
  if (name === undefined) return [];
  if (other !== undefined) {
    throw malformed(
      at,
      `the bundle has ${quoted(name)} and ${quoted(other)}`,
      'Put all data into one data.json.',
    );
  }
  const content = files.get(name) as Uint8Array;
  const rooted = rootedData({ name, content, document: documents.get(name) ?? null }, root, at);
  return rooted === null ? [] : [[DATA, rooted]];
}
