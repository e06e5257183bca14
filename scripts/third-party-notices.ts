// The licenses of the packages that the built command has in it: each asks that its text goes where its code goes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
  readonly homepage?: string;
  readonly repository?: string | { readonly url: string };
}

const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;
const LICENSE_FILE = /^(?:licen[cs]e|copying|notice)/i;

/** https://spdx.org/licenses/MIT: what a package says that names this license and has no text of it. */
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/**
 * A section for each package that one of the files is from, by name and version. Files are given by their paths from
 * `root`, with slashes. Throws for a package without a text of its license, unless that is MIT.
 */
export function thirdPartyNotices(files: readonly string[], root: string): string {
  const folders = new Set(files.flatMap((file) => PACKAGE.exec(file)?.[0] ?? []));
  const notices = new Map([...folders].map((folder) => notice(join(root, folder))));
  const sections = [...notices].sort(([a], [b]) => (a < b ? -1 : 1));
  return sections.map(([title, text]) => `${title}\n\n${text}\n`).join(`\n${'-'.repeat(80)}\n\n`);
}

function notice(folder: string): [title: string, text: string] {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder)
    .filter((name) => LICENSE_FILE.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8').trim());
  const title = `${manifest.name} ${manifest.version} (${manifest.license ?? 'license as below'})`;
  return [title, texts.length > 0 ? texts.join('\n\n') : mit(manifest)];
}

function mit({ name, license, author, repository, homepage }: Manifest): string {
  if (license !== 'MIT') throw new Error(`${name} is bundled, and has no text of its license ${license}`);
  const holder = typeof author === 'string' ? author : author?.name;
  const place = homepage ?? (typeof repository === 'string' ? repository : repository?.url);
  return `Copyright (c) ${holder ?? `the authors of ${name}`}${place === undefined ? '' : `, ${place}`}\n\n${MIT}`;
}
