// The signed checkpoints of a transparency log in a bundle, before @sigstore/verify reads them: it takes the name in a
// line of signature, which anybody writes, for a regular expression, and numbers of any length.
// https://github.com/transparency-dev/formats/blob/main/log/README.md
import { isObject } from '../model/json-object.ts';
import { LIMITS } from './limits.ts';

type Json = Readonly<Record<string, unknown>>;

/** A line of signature whose name means itself as a regular expression (a dot means itself too). */
const PLAIN_LINE = /^\u2014 [A-Za-z0-9._/:-]{1,255} [A-Za-z0-9+/=]{8,2048}$/;
const NUMBER = /^\d{1,20}$/;
const HEADER_END = '\n\n';
const LINES = 16;

/**
 * The bundle with the lines of signature alone that the library can read: a witness' line with another name
 * says nothing here, as the log's own is looked for. At most 16 lines stay; a bundle without entries of a log
 * is given as it is.
 * @throws SyntaxError for a proof of inclusion with more than 64 hashes or a number that is none, and for a
 * checkpoint that is none or has more than 16,384 characters
 */
export function withPlainCheckpoints(bundle: Json): Json {
  const { verificationMaterial: material } = bundle;
  if (!isObject(material) || !Array.isArray(material.tlogEntries)) return bundle;
  return {
    ...bundle,
    verificationMaterial: { ...material, tlogEntries: material.tlogEntries.map(plainEntry) },
  };
}

function plainEntry(entry: unknown): unknown {
  if (!isObject(entry) || !isObject(entry.inclusionProof)) return entry;
  const { inclusionProof: proof } = entry;
  const { checkpoint, hashes = [], logIndex = '0' } = proof;
  if (!Array.isArray(hashes) || hashes.length > LIMITS.inclusionHashes || !NUMBER.test(String(logIndex)))
    throw new SyntaxError('the proof of inclusion is larger than any log’s');
  if (!isObject(checkpoint)) return entry;
  return { ...entry, inclusionProof: { ...proof, checkpoint: { envelope: plain(checkpoint.envelope) } } };
}

function plain(envelope: unknown): string {
  if (typeof envelope !== 'string' || envelope.length > LIMITS.checkpoint)
    throw new SyntaxError('no checkpoint');
  const end = envelope.indexOf(HEADER_END);
  if (end < 0 || !NUMBER.test(envelope.split('\n', 2)[1] ?? '')) throw new SyntaxError('no checkpoint');
  const lines = envelope.slice(end + HEADER_END.length).split('\n');
  const readable = lines.filter((line) => PLAIN_LINE.test(line)).slice(0, LINES);
  return `${envelope.slice(0, end + HEADER_END.length)}${readable.map((line) => `${line}\n`).join('')}`;
}
