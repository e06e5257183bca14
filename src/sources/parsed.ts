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

/**
 * The nodes that `toNode` makes of the entries, by default the entries themselves, one after the other, so
 * that not all of them are there at once. A node of more than 1 MiB as JSON, or that holds itself, is
 * malformed; whose identity it has is kept. Throws what `toNode` throws.
 */
export function pack(
  entries: readonly unknown[],
  toNode: (entry: unknown, index: number) => unknown = (entry) => entry,
): PackedNodes {
  const malformed = new Map<number, { subject: string; reason: string }>();
  const ends = new Uint32Array(entries.length);
  // One buffer that grows: a hundred thousand small ones leave their thread's heap in pieces, which no system takes back.
  let bytes = Buffer.allocUnsafeSlow(Math.max(1_024 * Math.min(entries.length, 16_384), 1));
  let end = 0;
  const append = (json: string): void => {
    const length = Buffer.byteLength(json);
    if (end + length > bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * bytes.length, end + length));
      bytes.copy(larger, 0, 0, end);
      bytes = larger;
    }
    end += bytes.write(json, end);
  };
  for (const [index, entry] of entries.entries()) {
    const node = toNode(entry, index);
    const fault = node instanceof MalformedNode ? node : null;
    if (fault !== null) malformed.set(index, { subject: fault.subject, reason: fault.reason });
    const value = fault === null ? node : (fault.node ?? null);
    const json = jsonOf(value);
    if (json === null) {
      const known = identityOf(value);
      malformed.set(index, {
        subject: fault?.subject ?? known.repository ?? `node ${index + 1} of its page`,
        reason: fault?.reason ?? `it has more than ${limitText(NODE_BYTES)}, or holds itself`,
      });
      append(JSON.stringify(known));
    } else {
      append(json);
    }
    ends[index] = end;
  }
  const json = new SharedArrayBuffer(end);
  new Uint8Array(json).set(bytes.subarray(0, end));
  return { json, ends, malformed };
}

/** Small values in one node: few enough that it is parsed in a millisecond. */
const TOGETHER = 256;

/**
 * Small values, such as names, {@link TOGETHER} (256) in one node: {@link unpackMany} makes them again. Such
 * a node has to be within the bound of {@link pack}.
 */
export function packMany(values: readonly unknown[]): PackedNodes {
  const nodes: (readonly unknown[])[] = [];
  for (let start = 0; start < values.length; start += TOGETHER) {
    nodes.push(values.slice(start, start + TOGETHER));
  }
  return pack(nodes);
}

/**
 * What {@link packMany} packed, in its order; the event loop goes round meanwhile. The values are not
 * checked. Rejects as {@link unpack} does.
 */
export const unpackMany = async <T>(packed: PackedNodes): Promise<readonly T[]> =>
  ((await unpack(packed)) as readonly (readonly T[])[]).flat();

/** null where it is too large, or no JSON can be made of it: YAML's aliases make circles, and texts as long as they like. */
function jsonOf(value: unknown): string | null {
  try {
    const json = JSON.stringify(value) ?? 'null';
    return Buffer.byteLength(json) > NODE_BYTES ? null : json;
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
    ...(Array.isArray(tags) && { tags: tags.slice(0, BOUNDS.entryTags).filter(isShort) }),
  };
}

/**
 * The nodes again, or those from `first` (by default 0) to before `last` (by default all), a malformed one as
 * a {@link MalformedNode}; the event loop goes round meanwhile. Rejects with a SyntaxError for bytes that
 * {@link pack} did not make.
 */
export async function unpack(
  { json, ends, malformed }: PackedNodes,
  first = 0,
  last = ends.length,
): Promise<readonly unknown[]> {
  const bytes = Buffer.from(json);
  const nodes: unknown[] = [];
  let start = ends[first - 1] ?? 0;
  for (const [offset, end] of ends.subarray(first, last).entries()) {
    if (preparing.due()) await preparing.rest();
    const node: unknown = JSON.parse(bytes.toString('utf8', start, end));
    const fault = malformed.get(first + offset);
    nodes.push(fault === undefined ? node : new MalformedNode(fault.subject, fault.reason, node));
    start = end;
  }
  return nodes;
}
