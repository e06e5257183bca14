// What a document shows, done again from top to bottom as a person does who follows it: in a fresh clone, all commands of
// a document in one terminal, and in a second one what goes on beside them. Queries are asked of the gateway that was
// started last: a document that does not show how the demo is started asks one that such documents share. What comes back
// is compared with what the document says; UPDATE_README=1 writes what came back into it instead. At its end nothing is
// exported, the terminal is back in the clone, and the clone is as it was.
//
// Fenced blocks, and what is done with them:
//   console          `$ ` begins a command, the lines below it are what it prints
//   console opa      the same, where there is an OPA
//   console serves   a command that goes on: what it says until it is interrupted, which is done then
//   console start    the demo, in the second terminal: what it says until it is ready
//   console goes-on  a gateway of the document's own, in a second terminal in the same folder: what it says until it is
//                    ready. What follows asks it
//   console registry=ADDRESS  Debian's docker-registry, in a terminal of its own in the same folder, which listens there;
//                    in the test at a free port, which commands, files and PANFED_REGISTRY have in its place
//   console registry  pushes to it or asks for what was pushed: run where there is such a registry, as goes-on may be
//   console elsewhere  not run here: the test of the document says where
//   yaml file=NAME   (or any language) saved as NAME in the terminal's folder; the paragraph above names the file
//   rego opa file=NAME  the same, where there is an OPA: a command that needs one made the folder
//   graphql          asked anonymously; `graphql as=PERSON` as one of the demo's people, whom the paragraph above names. A
//                    json block below is the answer
// Every other block only shows something. A line `…` stands for lines that the document leaves out.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { needsOpa } from '../authoring/opa.ts';
import { cloneProject } from './clone.ts';
import { compactJson } from './compact-json.ts';
import { asShown, commandOf, exchangesOf } from './console-block.ts';
import { evaluated, evalWords } from './evaluated.ts';
import { type Block, blocksOf, paragraphAbove } from './markdown.ts';
import { endSharedSettings } from './shared-setting.ts';
import { endSharedGateway, type Gateway, isShared, sharedGateway, startGateway } from './shown-gateway.ts';
import { needsRegistry, shownRegistry } from './shown-registry.ts';
import { inOneOrder, isShown, settled } from './shown-text.ts';
import { openTerminal, type Said } from './terminal.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The address that documents show; the gateway of a test has a free port in its place. */
const SHOWN = 'http://127.0.0.1:4000';

/** How a document is followed. */
export interface Following {
  /** Whether it asks the demo, which has been started then, by itself or for all such documents. True unless said. */
  readonly demo?: boolean;
  /** Whether `policy eval` is run in this process, where another document runs it as it stands. False unless said. */
  readonly evalHere?: boolean;
  /** Whether what came back is written down, where it differs. As UPDATE_README says unless said. */
  readonly update?: boolean;
}

/** A suite of the document, named from the project's folder: one test a block that says or does something. */
export function showsTheTruth(path: string, following: Following = {}): void {
  const file = join(ROOT, path);
  const text = readFileSync(file, 'utf8');
  const blocks = blocksOf(text);
  after(endSharedGateway);
  after(endSharedSettings);
  describe(`${path} shows what is so`, () => {
    let followed: Followed;
    before(async () => {
      followed = await follow(path, text, following);
    });
    after(async () => {
      const now = await followed.close();
      if (now !== text) writeFileSync(file, now);
    });
    for (const [index, block] of blocks.entries()) {
      if (!isHeld(block)) continue;
      const name = `line ${block.start}: ${block.words.file ?? block.lines.find((line) => /[$a-z]/.test(line))}`;
      test(name, needsOf(block), () => followed.hold(index));
    }
    test('ends as it began: nothing is exported, in the clone, and nothing in it has changed', () =>
      followed.holdEnd());
  });
}

export interface Followed {
  /** Compares one block with what it shows; a query's answer is in the block behind it. */
  hold(index: number): Promise<void>;
  /** Compares the terminal and the clone with what they were in the beginning. */
  holdEnd(): Promise<void>;
  /** Ends all that goes on, and gives the document, with what came back if that was asked for. */
  close(): Promise<string>;
}

/** Opens the document's terminal in a fresh clone; its blocks are then held one after another. */
export async function follow(
  path: string,
  text: string,
  { demo = true, evalHere = false, update = process.env.UPDATE_README === '1' }: Following = {},
): Promise<Followed> {
  const blocks = blocksOf(text);
  const clone = cloneProject();
  const beside: Gateway[] = [];
  const registry = await shownRegistry(blocks);
  const changes = new Map<Block, readonly string[]>();
  const place = { cwd: clone.folder, env: { ...clone.env, ...registry.env } };
  /** The address of the gateway that was started last; before the first, nobody answers there. */
  let url = SHOWN;
  const terminal = openTerminal(place);
  let saidByDemo = '';
  let exportedBefore: readonly string[] = [];

  /** In a second terminal, as a gateway goes on. */
  async function startBeside(command: string, cwd: string): Promise<string> {
    const second = await startGateway(command, { ...place, cwd });
    beside.push(second);
    await ask(second);
    return second.banner;
  }

  async function ask({ banner }: Gateway): Promise<void> {
    url = /page +(http:\S+?)\/\n/.exec(banner)?.[1] ?? '';
    // As README.md says where the port is another.
    await terminal.run(`export PANFED_URL=${url}`);
  }

  async function start(): Promise<void> {
    const shown = blocks.find(({ words }) => 'start' in words);
    if (shown !== undefined) saidByDemo = await startBeside(commandOf(shown), clone.folder);
    else {
      clone.install();
      if (demo) await ask(await sharedGateway(place));
    }
    exportedBefore = await exported();
  }

  /** The folder that the document is in. */
  async function folder(): Promise<string> {
    const { text: cwd } = await terminal.run('printf %s "$PWD"');
    return cwd;
  }

  async function exported(): Promise<string[]> {
    const { text: list } = await terminal.run('export -p');
    return list.split('\n').filter((line) => !/^declare -x (?:OLDPWD|PANFED_URL|PWD|SHLVL|_)\b/.test(line));
  }

  function compare(block: Block, actual: string): void {
    const now = registry.asShown(actual.replaceAll(url, SHOWN)).replace(/\n$/, '');
    if (isShown(block.lines.join('\n'), now)) return;
    if (update && !block.lines.includes('…')) changes.set(block, now.split('\n'));
    else assert.equal(settled(now), settled(block.lines.join('\n')), `${path}:${block.start}`);
  }

  function holdBanner(block: Block, banner: string): void {
    const [, ...output] = block.lines;
    const now = inOneOrder(banner.replaceAll(url, SHOWN));
    assert.ok(
      isShown(inOneOrder(output.join('\n')), now),
      `${path}:${block.start}: the gateway says:\n${now}`,
    );
  }

  async function holdConsole(block: Block): Promise<void> {
    if ('start' in block.words) return holdBanner(block, saidByDemo);
    if ('serves' in block.words) return holdServer(block);
    if ('goes-on' in block.words)
      return holdBanner(block, await startBeside(commandOf(block), await folder()));
    if (block.words.registry) return registry.start(commandOf(block), { ...place, cwd: await folder() });
    const lines: string[] = [];
    for (const { command, output } of exchangesOf(block.lines)) {
      const words = evalHere ? evalWords(command.join('\n')) : null;
      const { text: told, code } =
        words === null
          ? await terminal.run(registry.here(command.join('\n').replaceAll(SHOWN, url)))
          : { text: await evaluated(words), code: 0 };
      const failure = output.some((line) => line.startsWith('error'));
      if (!update) {
        const ended = `${path}:${block.start}: ${command[0]} ended with ${code}:\n${told}`;
        assert.equal(code !== 0, failure, ended);
      }
      lines.push(...asShown(command, told));
    }
    assert.ok(lines.length > 0, `${path}:${block.start}: a console block without a command`);
    compare(block, lines.join('\n'));
  }

  async function holdServer(block: Block): Promise<void> {
    const command = commandOf(block);
    // Its address is the last that it says before it is asked.
    const said = await terminal.begin(command, /^http:\S+\n/m);
    const { text: told, code } = await terminal.interrupt();
    assert.equal(code, 0, told);
    compare(block, asShown([command], said.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:4100')).join('\n'));
  }

  async function holdFile(block: Block, name: string): Promise<void> {
    assert.ok(
      paragraphAbove(text, block).includes(`\`${name}\``),
      `${path}:${block.start}: the paragraph above does not say to save this as \`${name}\``,
    );
    const saved = await terminal.run(
      `cat > '${name}' <<'SAVED'\n${registry.here(block.lines.join('\n'))}\nSAVED`,
    );
    assert.deepEqual(saved, { text: '', code: 0 }, `${path}:${block.start}`);
  }

  async function holdQuery(block: Block): Promise<void> {
    const answer = blocks[blocks.indexOf(block) + 1];
    assert.equal(answer?.language, 'json', `${path}:${block.start}: a query without its answer`);
    const person = block.words.as;
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (person !== undefined) {
      const told = paragraphAbove(text, block).includes(person);
      assert.ok(told, `${path}:${block.start}: the paragraph above does not say that ${person} asks`);
      const token = await terminal.run(`npx panfed token --as ${person}`);
      headers.authorization = `Bearer ${token.text.trim()}`;
    }
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query: block.lines.join('\n') }),
    });
    compare(answer as Block, compactJson(await response.json()));
  }

  async function close(): Promise<void> {
    await terminal.close();
    const ends: Said[] = [];
    for (const second of beside) ends.push(await second.end());
    await registry.close();
    clone.restore({ state: !isShared() });
    for (const { text: told, code } of ends) assert.equal(code, 0, told);
  }

  await start().catch(async (cause) => {
    await close().catch(() => undefined);
    throw cause;
  });
  return {
    async hold(index) {
      const block = blocks[index] as Block;
      if (block.words.file !== undefined) await holdFile(block, block.words.file);
      else if (block.language === 'console') await holdConsole(block);
      else if (block.language === 'graphql') await holdQuery(block);
    },
    async holdEnd() {
      assert.deepEqual(
        { exported: await exported(), cwd: await folder(), changes: clone.changes() },
        { exported: exportedBefore, cwd: clone.folder, changes: [] },
        `${path}: what its blocks leave behind`,
      );
    },
    async close() {
      await close();
      const lines = text.split('\n');
      for (const [block, now] of [...changes].reverse())
        lines.splice(block.start, block.lines.length, ...now);
      return lines.join('\n');
    },
  };
}

/** What a block needs that a machine may lack. */
function needsOf({ words }: Block): typeof needsOpa {
  if ('registry' in words) return needsRegistry;
  return 'opa' in words ? needsOpa : {};
}

function isHeld({ language, words }: Block): boolean {
  if ('elsewhere' in words) return false;
  return words.file !== undefined || language === 'console' || language === 'graphql';
}
