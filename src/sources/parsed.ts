// Nodes on their way from the thread that parsed them: as JSON in one block of shared memory, so that none of it is copied,
// and parsed one by one where they are used, in short turns.
import { BOUNDS } from '../model/bounds.ts';
import { isObject } from '../model/json-object.ts';
import { preparing } from '../model/pace.ts';
import type { PackedNodes } from '../model/packed-nodes.ts';
import { limitText } from '../model/size.ts';
import { MalformedNode } from './source.ts';

/** Bytes of one node as JSON, four times what a record may have: it is parsed in one turn. */
const NODE_BYTES = 4 * BOUNDS.recordBytes;

/** A node that is too large, or holds itself, is malformed; whose identity it has is kept. */
export function pack(nodes: readonly unknown[]): PackedNodes {
  const malformed = new Map<number, { subject: string; reason: string }>();
  const pieces = nodes.map((node, index) => {
    const fault = node instanceof MalformedNode ? node : null;
    if (fault !== null) malformed.set(index, { subject: fault.subject, reason: fault.reason });
    const value = fault === null ? node : (fault.node ?? null);
    const json = jsonOf(value);
    if (json !== null) return json;
    const known = identityOf(value);
    malformed.set(index, {
      subject: fault?.subject ?? known.repository ?? `node ${index + 1} of its page`,
      reason: fault?.reason ?? `it has more than ${limitText(NODE_BYTES)}, or holds itself`,
    });
    return Buffer.from(JSON.stringify(known));
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

/** null where it is too large, or no JSON can be made of it: YAML's aliases make circles, and texts as long as they like. */
function jsonOf(value: unknown): Buffer | null {
  try {
    const json = Buffer.from(JSON.stringify(value) ?? 'null');
    return json.length > NODE_BYTES ? null : json;
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return null;
    throw error;
  }
}

/** What says which image it is, as far as it is of a size that can: another entry of it is then not the whole truth. */
function identityOf(node: unknown): { repository?: string; digest?: string; tags?: readonly string[] } {
  if (!isObject(node)) return {};
  const { repository, digest, tags } = node;
  const isShort = (text: unknown): text is string =>
    typeof text === 'string' && text.length <= 2 * BOUNDS.repository;
  return {
    ...(isShort(repository) && { repository }),
    ...(isShort(digest) && { digest }),
    ...(Array.isArray(tags) && { tags: tags.slice(0, BOUNDS.tags).filter(isShort) }),
  };
}

/** The nodes again; the event loop goes round meanwhile. */
export async function unpack({ json, ends, malformed }: PackedNodes): Promise<readonly unknown[]> {
  const bytes = Buffer.from(json);
  const nodes: unknown[] = [];
  let start = 0;
  for (const [index, end] of ends.entries()) {
    if (preparing.due()) await preparing.rest();
    const node: unknown = JSON.parse(bytes.toString('utf8', start, end));
    const fault = malformed.get(index);
    nodes.push(fault === undefined ? node : new MalformedNode(fault.subject, fault.reason, node));
    start = end;
  }
  return nodes;
}
