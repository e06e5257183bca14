// Reads what `panfed labels` is given: a file, standard input, or an image in an OCI layout.
import { extname } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { readBounded, TOO_LARGE } from '../../config/bounded-file.ts';
import { FederationError } from '../../model/errors.ts';
import { limitText } from '../../model/size.ts';
import { jsonSources } from './json-source.ts';
import type { LabelSource } from './label-source.ts';
import { layoutSources } from './layout-source.ts';

/** Bytes of what is checked: an inspection of many images. */
const MAX_BYTES = 1_048_576;
const LAYOUT = 'oci:';

/** What commands read where they are given `-`. */
export interface Input {
  readonly stdin: NodeJS.ReadableStream;
}

/**
 * The labels of what is named: `oci:` and a folder, `-` for standard input, or a file; JSON where it begins as JSON or its name ends
 * in .json, else a Dockerfile. Rejects with USAGE for what cannot be read, is not UTF-8 or has more than 1 MiB, and with
 * `Unparsed`, as {@link jsonSources}.
 */
export async function readSources(what: string, { stdin }: Input): Promise<readonly LabelSource[]> {
  if (what.startsWith(LAYOUT)) return layoutSources(what.slice(LAYOUT.length), what);
  const name = what === '-' ? 'stdin' : what;
  const text = decoded(what === '-' ? await wholeOf(stdin) : await fileOf(what), name);
  if (/^\s*[[{]/.test(text) || extname(what).toLowerCase() === '.json') return jsonSources(text, name);
  // Its parser is loaded where there is a Dockerfile alone.
  const { dockerfileSource } = await import('./dockerfile-source.ts');
  return [dockerfileSource(text, name)];
}

async function fileOf(path: string): Promise<Buffer> {
  return readBounded(path, MAX_BYTES).catch((cause) => {
    const { code } = cause as NodeJS.ErrnoException;
    throw code === TOO_LARGE ? tooLarge(path) : unreadable(path, `cannot be read (${code ?? 'unknown'})`);
  });
}

async function wholeOf(stdin: NodeJS.ReadableStream): Promise<Buffer> {
  let size = 0;
  async function* bounded(): AsyncGenerator<Buffer> {
    for await (const piece of stdin) {
      const bytes = Buffer.from(piece);
      size += bytes.length;
      if (size > MAX_BYTES) throw tooLarge('stdin');
      yield bytes;
    }
  }
  return buffer(bounded());
}

function decoded(bytes: Buffer, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(name, 'is not UTF-8');
  }
}

const unreadable = (at: string, what: string): FederationError =>
  new FederationError('USAGE', `the file ${what}`, {
    at,
    hint: 'Name a description (image.json), a Dockerfile, - for what `docker inspect` prints, or oci:<folder>.',
  });

const tooLarge = (at: string): FederationError => unreadable(at, `has more than ${limitText(MAX_BYTES)}`);
