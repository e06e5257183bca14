// Nodes on their way from the thread that parsed them: as JSON in one block of shared memory, so that none of it is copied,
// and parsed one by one where they are used, in short turns.
import { createPace } from '../model/pace.ts';
import { MalformedNode } from './source.ts';

export interface PackedNodes {
  /** The nodes as JSON, one behind the other, in UTF-8. */
  readonly json: SharedArrayBuffer;
  /** Where each ends. */
  readonly ends: Uint32Array;
  /** Which of them could not be read, by index. */
  readonly malformed: ReadonlyMap<number, { readonly subject: string; readonly reason: string }>;
}

export function pack(nodes: readonly unknown[]): PackedNodes {
  const malformed = new Map<number, { subject: string; reason: string }>();
  const pieces = nodes.map((node, index) => {
    if (!(node instanceof MalformedNode)) return Buffer.from(JSON.stringify(node));
    malformed.set(index, { subject: node.subject, reason: node.reason });
    return Buffer.from(JSON.stringify(node.node ?? null));
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

const pace = createPace();

/** The nodes again; the event loop goes round meanwhile. */
export async function unpack({ json, ends, malformed }: PackedNodes): Promise<readonly unknown[]> {
  const bytes = Buffer.from(json);
  const nodes: unknown[] = [];
  let start = 0;
  for (const [index, end] of ends.entries()) {
    if (pace.due()) await pace.rest();
    const node: unknown = JSON.parse(bytes.toString('utf8', start, end));
    const fault = malformed.get(index);
    nodes.push(fault === undefined ? node : new MalformedNode(fault.subject, fault.reason, node));
    start = end;
  }
  return nodes;
}
