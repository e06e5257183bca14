// The data of a policy: `data.json` in its owner's folder, a document whose root is OPA's `data`, so that all of it
// must be under the owner's package. Other data files, or ones in subfolders, which OPA would load, are refused.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readBounded } from '../../config/bounded-file.ts';
import { isObject } from '../../model/json-object.ts';
import { limitText } from '../../model/size.ts';
import { DATA_BYTES } from '../../policy/bundle/manifest.ts';
import { policyFiles } from './files.ts';
import type { PolicyOwner } from './owner.ts';
import type { Finding } from './problem.ts';
import { shownPath } from './syntax.ts';

/** Name of the file with a policy's data, as OPA requires it. */
export const DATA_FILE = 'data.json';

export interface PolicyData {
  /** The document as OPA sees it, from `data` on; null: there is none, or it is wrong. */
  readonly document: Readonly<Record<string, unknown>> | null;
  readonly problems: readonly Finding[];
}

const NONE: PolicyData = { document: null, problems: [] };

/**
 * The owner's data, at most {@link DATA_BYTES} (32 MiB). Problems are in the result: too many bytes, other JSON than an
 * object, a key outside of the owner's root. Rejects, with the file system's error, only if the file cannot be read.
 */
export async function readData(owner: PolicyOwner): Promise<PolicyData> {
  if (!policyFiles(owner).data.includes(DATA_FILE)) return NONE;
  const path = join(owner.folder, DATA_FILE);
  const { size } = await stat(path);
  if (size > DATA_BYTES) {
    return refused(
      path,
      `it has ${size} bytes, and at most ${limitText(DATA_BYTES)} are allowed`,
      'leave out data that no rule reads',
    );
  }
  const document = parsed(await readBounded(path, DATA_BYTES));
  if (!isObject(document)) return refused(path, 'it is not a JSON object in UTF-8', hintFor(owner));
  const foreign = foreignTo(owner, document);
  if (foreign !== null) {
    return refused(path, `it contains ${foreign}, which is not ${owner.name}’s`, hintFor(owner));
  }
  return { document, problems: [] };
}

/** The value at a key path of the document; undefined: there is none. */
export function dataAt(document: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inside, key) => (isObject(inside) && Object.hasOwn(inside, key) ? inside[key] : undefined),
    document,
  );
}

/** The first path outside of the owner's package, as Rego writes it; null: there is none. */
function foreignTo(
  { package: path }: PolicyOwner,
  document: Readonly<Record<string, unknown>>,
): string | null {
  let inside: unknown = document;
  for (const [depth, key] of path.entries()) {
    if (inside === undefined) return null;
    if (!isObject(inside)) return shown(path.slice(0, depth));
    const other = Object.keys(inside).find((each) => each !== key);
    if (other !== undefined) return shown([...path.slice(0, depth), other]);
    inside = inside[key];
  }
  return inside === undefined || isObject(inside) ? null : shown(path);
}

const shown = (path: readonly string[]): string => ['data', ...path].join('.').slice(0, 128);

function hintFor({ package: path }: PolicyOwner): string {
  const open = path.map((key) => `{${JSON.stringify(key)}: `).join('');
  return `write ${open}{…}${'}'.repeat(path.length)}`;
}

function refused(path: string, message: string, hint: string): PolicyData {
  return { document: null, problems: [{ file: shownPath(path), line: null, column: null, message, hint }] };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
