// A node of a crawl as the store has it: its JSON, or of a malformed node what is known of it; compressed by a dictionary
// of the words that nodes have in common, for a single one is too short to repeat any.
import { hash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { PackedNodes } from '../../model/packed-nodes.ts';

/** No JSON begins with it. */
const MALFORMED = '!';

/** The first byte of a compressed node, for another dictionary to come. */
const FORMAT = 1;

/** Bytes of one node, more than a source ever makes one of: a bound for what is decompressed. */
const MAX_BYTES = 16 * 1_048_576;

/** Bytes of one compressed node: what cannot be compressed becomes larger by a few in a thousand. */
export const MAX_BODY_BYTES = MAX_BYTES + 65_536;

/** Bytes that zlib makes room for at a time: nearly all nodes have fewer, and 16 KiB for each is work for the garbage collector. */
const CHUNK = 2_048;

/** The most frequent words last, as DEFLATE (RFC 1951) prefers what is near. */
const DICTIONARY = Buffer.from(
  [
    '"requires":{"architectures":["amd64","arm64"],"cpus":1,"memory":1073741824,"gpu":{"required":true,"vendor":"NVIDIA",',
    '"minimumMemory":8589934592,"minimumCuda":"11.8"},"mpi":"OpenMPI","engines":["DOCKER","APPTAINER","PODMAN"]}',
    '"conditions":[{"kind":"ACADEMIC","groups":["urn:geant:"],"sites":[],"servers":[]}],"nonCommercial","registeredGroup"',
    '"labels":{"org.opencontainers.image.title":"","org.opencontainers.image.version":"","org.opencontainers.image.source":"',
    'https://github.com/","org.opencontainers.image.licenses":"","org.opencontainers.image.created":""}',
    '"sharing":"OPEN","CONDITIONAL","NONE","listed":true,"suppliedBy":"STAFF","USER","groups":[],"labels":{}',
    '"license":"GPL-2.0-or-later","GPL-3.0-only","Apache-2.0","BSD-3-Clause","MIT"',
    '"techniques":["x-ray diffraction","macromolecular crystallography","tomography","electron microscopy"]',
    '"reads":["NeXus","HDF5","CIF","TIFF"],"writes":["MRC","CXI"],"frameworks":[{"name":"","version":""}]',
    '"documentation":"https://","source":"https://gitlab.","created":"2026-01-01T00:00:00Z","size":1073741824,',
    '"platforms":[{"platform":"linux/amd64","digest":"sha256:","size":null}],"environment":null,"provenance":null,',
    '"id":"","repository":"","tags":["latest","1.0.0"],"digest":"sha256:","title":"","description":"",null,null,null,',
  ].join(''),
);

/**
 * The texts of a batch's nodes, in their order, each to be hashed and compressed: JSON, or for a malformed node what is known
 * of it. Those of JSON are views of the batch's memory, not copies.
 */
export function textsOf({ json, ends, malformed }: PackedNodes): Buffer[] {
  const bytes = Buffer.from(json);
  let start = 0;
  return Array.from(ends, (end, index) => {
    const text = bytes.subarray(start, end);
    start = end;
    const fault = malformed.get(index);
    if (fault === undefined) return text;
    const head = JSON.stringify([fault.subject, fault.reason]);
    return Buffer.concat([Buffer.from(`${MALFORMED}${Buffer.byteLength(head)}:${head}`), text]);
  });
}

/**
 * The batch that the texts were made of, in shared memory of its own. Throws a SyntaxError for the text of a malformed node
 * that {@link textsOf} does not make; what else a text has is not looked at.
 */
export function batchOf(texts: readonly Buffer[]): PackedNodes {
  const malformed = new Map<number, { subject: string; reason: string }>();
  const pieces = texts.map((text, index) => {
    if (text[0] !== MALFORMED.charCodeAt(0)) return text;
    const colon = text.indexOf(':');
    const end = colon + 1 + Number(text.toString('utf8', 1, colon));
    const [subject, reason] = JSON.parse(text.toString('utf8', colon + 1, end)) as [string, string];
    malformed.set(index, { subject, reason });
    return text.subarray(end);
  });
  const ends = new Uint32Array(pieces.length);
  const json = new SharedArrayBuffer(pieces.reduce((sum, { length }) => sum + length, 0));
  const bytes = new Uint8Array(json);
  let end = 0;
  for (const [index, piece] of pieces.entries()) {
    bytes.set(piece, end);
    end += piece.length;
    ends[index] = end;
  }
  return { json, ends, malformed };
}

/** The SHA-256 (FIPS 180-4) of a node's text, 32 bytes. */
export const hashOf = (text: Uint8Array): Buffer => hash('sha256', text, 'buffer');

/**
 * The text of a node as it is stored: a byte for the format, then raw DEFLATE (RFC 1951) with a preset dictionary. A text of
 * more than 16 MiB is taken, too; {@link decompress} refuses it.
 */
export function compress(text: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from([FORMAT]),
    deflateRawSync(text, { dictionary: DICTIONARY, chunkSize: CHUNK }),
  ]);
}

/**
 * The text of a node that {@link compress} made smaller. Throws a RangeError for another format, or for a text of more than
 * 16 MiB, and zlib's error for what is no DEFLATE (RFC 1951).
 */
export function decompress(body: Uint8Array): Buffer {
  if (body[0] !== FORMAT) throw new RangeError(`unknown format ${body[0]} of a stored node`);
  return inflateRawSync(body.subarray(1), {
    dictionary: DICTIONARY,
    chunkSize: CHUNK,
    maxOutputLength: MAX_BYTES,
  });
}
