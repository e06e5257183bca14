// The parts of a Markdown document that a test can hold to the truth: its fenced blocks, links, headings and tables.

/** A fenced block. ```` ```graphql as=visitor ```` has the language `graphql` and the word `as` with `visitor`. */
export interface Block {
  readonly language: string;
  /** The words behind the language; one without `=` is empty text. */
  readonly words: Readonly<Record<string, string>>;
  /** Its content, without the fences. */
  readonly lines: readonly string[];
  /** Index of the first line of its content in the document. */
  readonly start: number;
}

export interface Link {
  readonly target: string;
  /** From 1. */
  readonly line: number;
}

/** Throws where a fence is not closed. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const fence = /^(`{3,}) *(\S*) *(.*)$/.exec(lines[index] ?? '');
    if (fence === null) continue;
    const [, ticks = '', language = '', words = ''] = fence;
    const start = index + 1;
    const end = lines.indexOf(ticks, start);
    if (end === -1) throw new Error(`line ${start}: the fence is not closed`);
    blocks.push({ language, words: wordsOf(words), lines: lines.slice(start, end), start });
    index = end;
  }
  return blocks;
}

function wordsOf(text: string): Record<string, string> {
  const pairs = text
    .split(/ +/)
    .filter((word) => word !== '')
    .map((word): [string, string] => {
      const equals = word.indexOf('=');
      return equals === -1 ? [word, ''] : [word.slice(0, equals), word.slice(equals + 1)];
    });
  return Object.fromEntries(pairs);
}

/** What stands right above a block, up to an empty line. */
export function paragraphAbove(markdown: string, { start }: Pick<Block, 'start'>): string {
  const above = markdown.split('\n').slice(0, start - 1);
  return (
    above
      .join('\n')
      .trimEnd()
      .split(/\n{2,}/)
      .at(-1) ?? ''
  ).trim();
}

/** The document without what is fenced, line by line. */
function prose(markdown: string): string[] {
  const lines = markdown.split('\n');
  for (const { start, lines: content } of blocksOf(markdown)) {
    lines.fill('', start - 1, start + content.length + 1);
  }
  return lines;
}

/** Targets of `[text](target)`, outside of code. */
export function linksOf(markdown: string): Link[] {
  return prose(markdown).flatMap((line, index) =>
    [...line.replace(/`[^`]*`/g, '``').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({
      target,
      line: index + 1,
    })),
  );
}

/** The anchors that GitHub gives to the headings. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const line of prose(markdown)) {
    const heading = /^#{1,6} +(.+?) *$/.exec(line)?.[1];
    if (heading === undefined) continue;
    anchors.add(
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    );
  }
  return anchors;
}

/** The rows of the table below a heading, each as its cells with the code marks taken off; without the title row. */
export function tableBelow(markdown: string, heading: string): string[][] {
  const lines = prose(markdown);
  const from = lines.findIndex((line) => line.replace(/^#+ +/, '') === heading && line.startsWith('#'));
  if (from === -1) throw new Error(`there is no heading ${heading}`);
  const first = lines.findIndex((line, index) => index > from && line.startsWith('|'));
  if (first === -1) throw new Error(`there is no table below ${heading}`);
  const rows: string[][] = [];
  for (const line of lines.slice(first)) {
    if (!line.startsWith('|')) break;
    rows.push(
      line
        .slice(1, line.lastIndexOf('|'))
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1')),
    );
  }
  return rows.slice(2);
}
