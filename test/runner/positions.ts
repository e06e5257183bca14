// Positions in bundled files, as stacks of failed tests have them, are turned into those of their sources where they are
// printed. A process that did so itself would read the maps of all it loads: a tenth of what a test file takes.
import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { Transform } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** A file of the bundle as a stack or a reporter writes it, with its line and column; both count from 1. */
const POSITION = /(?:file:\/\/)?((?:\/[^\s():]*)?\.cache\/suite\/\d+\/[^\s():]+\.mjs):(\d+):(\d+)/g;

/**
 * Text as it is, but that positions are those of the sources, by paths from the working directory. What comes is passed
 * on at once, but for the end of a line that is not complete and may hold half a path.
 */
export function sourcePositions(): Transform {
  const decoder = new StringDecoder('utf8');
  const maps = new Map<string, SourceMap | null>();
  let held = '';
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const text = held + decoder.write(chunk);
      const end = text.lastIndexOf('\n') + 1;
      const last = text.slice(end);
      held = last.includes('/') ? last : '';
      done(null, mapped(held === '' ? text : text.slice(0, end), maps));
    },
    flush(done) {
      done(null, mapped(held + decoder.end(), maps));
    },
  });
}

const mapped = (text: string, maps: Map<string, SourceMap | null>): string =>
  text.replaceAll(POSITION, (written, path: string, line: string, column: string) => {
    if (!maps.has(path)) maps.set(path, mapOf(path));
    const found = maps.get(path)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (found === undefined || !('originalSource' in found)) return namedAfterSource(written);
    const source = relative(process.cwd(), resolve(dirname(path), found.originalSource));
    return `${source}:${found.originalLine + 1}:${found.originalColumn + 1}`;
  });

/** What Node says of a test file as a whole is at its beginning, of which a map has nothing. */
const namedAfterSource = (written: string): string =>
  written.replace(/^.*\.cache\/suite\/\d+\/(test\/.+)\.mjs/, '$1.ts');

/** The map beside a bundled file; null where there is none. */
function mapOf(path: string): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${path}.map`, 'utf8')) as SourceMapPayload);
  } catch {
    return null;
  }
}
