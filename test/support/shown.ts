// What a document shows, done again: its commands run in a shell, its queries are asked of a demo that was just started,
// and what comes back is compared with what it says. UPDATE_README=1 writes what came back into the document instead.
// A document that asks no demo can do without (`{demo: false}`).
//
// Fenced blocks, and what is done with them:
//   console          `$ ` begins a command, the lines below it are what it prints; run in the project's folder
//   console lab      the same in a folder of the document's own
//   console opa      the same, where there is an OPA
//   console start    the demo itself, which has been started: what it says until it is ready
//   console goes-on  a demo's gateway of the document's own: what it says until it is ready. What follows asks it
//   console elsewhere  not run here: the test of the document says where
//   console serves   a command that goes on until it is interrupted: what it says until then
//   yaml file=NAME   (or any language) written to NAME in the document's own folder
//   graphql          asked anonymously; `graphql as=PERSON` as one of the demo's people. A json block below is the answer
// Every other block only shows something. A line `…` stands for lines that the document leaves out.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { needsOpa } from '../policy/build/opa.ts';
import { type Block, blocksOf } from './markdown.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = join(ROOT, 'dist/cli/main.js');
const UPDATE = process.env.UPDATE_README === '1';
/** Milliseconds for one command, and for a demo or a server to be ready: the machine may be busy. */
const PATIENCE = 60_000;

/** The address that documents show; the demo of a test has a free port in its place. */
const SHOWN = 'http://127.0.0.1:4000';

/** A suite of the document, named from the project's folder: one test a block that says or does something. */
export function showsTheTruth(path: string, { demo = true } = {}): void {
  const blocks = blocksOf(readFileSync(join(ROOT, path), 'utf8'));
  describe(`${path} shows what is so`, () => {
    let shown: Shown;
    before(async () => {
      shown = await show(path, demo);
    });
    after(() => shown.close());
    for (const [index, block] of blocks.entries()) {
      if (!isHeld(block)) continue;
      const name = `line ${block.start}: ${block.words.file ?? block.lines.find((line) => /[$a-z]/.test(line))}`;
      test(name, 'opa' in block.words ? needsOpa : {}, () => shown.hold(index));
    }
  });
}

interface Shown {
  /** Compares one block with what it shows; a query's answer is in the block behind it. */
  hold(index: number): Promise<void>;
  /** Ends the demo and what else goes on, and writes the document if it was told to. */
  close(): Promise<void>;
}

async function show(path: string, needsDemo: boolean): Promise<Shown> {
  const file = join(ROOT, path);
  const text = readFileSync(file, 'utf8');
  const blocks = blocksOf(text);
  const home = mkdtempSync(join(tmpdir(), 'panfed-shown-'));
  const lab = join(home, 'lab');
  mkdirSync(lab);
  const env = environment(home);
  const gateways: Running[] = [];
  let shell = env;
  /** Of the gateway that was started last; before the first, nobody answers there. */
  let url = SHOWN;
  if (needsDemo) await start(`exec '${process.execPath}' '${MAIN}' serve --banner`, ROOT);
  const changes = new Map<Block, readonly string[]>();

  async function start(command: string, cwd: string): Promise<Running> {
    const gateway = await startGateway(command, { cwd, env });
    gateways.push(gateway);
    url = /page +(http:\S+?)\/\n/.exec(gateway.said())?.[1] ?? '';
    shell = { ...env, PANFED_URL: url };
    return gateway;
  }

  function compare(block: Block, actual: string): void {
    const now = actual.replaceAll(url, SHOWN).replace(/\n$/, '');
    if (isShown(block.lines.join('\n'), now)) return;
    if (UPDATE && !block.lines.includes('…')) changes.set(block, now.split('\n'));
    else assert.equal(settled(now), settled(block.lines.join('\n')), `${path}:${block.start}`);
  }

  function holdBanner(block: Block, gateway: Running | undefined): void {
    const [, ...output] = block.lines;
    const now = inOneOrder(gateway?.said().replaceAll(url, SHOWN) ?? '');
    assert.ok(isShown(inOneOrder(output.join('\n')), now), `${path}:${block.start}: the demo says:\n${now}`);
  }

  async function holdConsole(block: Block): Promise<void> {
    const cwd = 'lab' in block.words ? lab : ROOT;
    const exchanges = exchangesOf(block.lines);
    assert.ok(exchanges.length > 0, `${path}:${block.start}: a console block without a command`);
    if ('serves' in block.words) return holdServer(block, cwd, exchanges[0]);
    if ('goes-on' in block.words) {
      return holdBanner(block, await start(`${exchanges[0]?.command.join('\n')} --banner`, cwd));
    }
    const said = await runAll(
      exchanges.map(({ command }) => command.join('\n').replaceAll(SHOWN, url)),
      { cwd, env: shell },
    );
    const lines = exchanges.flatMap(({ command, output }, index) => {
      const { text: told, code } = said[index] ?? { text: 'nothing', code: -1 };
      const failure = output.some((line) => line.startsWith('error'));
      if (!UPDATE)
        assert.equal(
          code !== 0,
          failure,
          `${path}:${block.start}: ${command[0]} ended with ${code}:\n${told}`,
        );
      return [...command.map((line, nth) => (nth === 0 ? `$ ${line}` : line)), ...toLines(told)];
    });
    compare(block, lines.join('\n'));
  }

  async function holdServer(block: Block, cwd: string, exchange: Exchange | undefined): Promise<void> {
    const { command = [] } = exchange ?? {};
    const server = spawnShell(command.join('\n'), { cwd, env: { ...shell, PORT: '0' } });
    const until = Date.now() + PATIENCE;
    // Its address is the last that it says before it is asked.
    while (Date.now() < until && !/^http:\S+\n/m.test(server.said())) await sleep(20);
    const said = server.said().replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:4100');
    assert.equal(await server.end(), 0, server.said());
    compare(block, `$ ${command.join('\n')}\n${said}`);
  }

  async function holdQuery(block: Block): Promise<void> {
    const answer = blocks[blocks.indexOf(block) + 1];
    assert.equal(answer?.language, 'json', `${path}:${block.start}: a query without its answer`);
    const person = block.words.as;
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (person !== undefined) {
      const [token] = await runAll([`npx panfed token --as ${person}`], { cwd: ROOT, env: shell });
      headers.authorization = `Bearer ${token?.text.trim()}`;
    }
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query: block.lines.join('\n') }),
    });
    compare(answer as Block, compactJson(await response.json()));
  }

  return {
    async hold(index) {
      const block = blocks[index] as Block;
      const name = block.words.file;
      if (name !== undefined) {
        mkdirSync(dirname(join(lab, name)), { recursive: true });
        writeFileSync(join(lab, name), `${block.lines.join('\n')}\n`);
      } else if ('start' in block.words) holdBanner(block, gateways[0]);
      else if (block.language === 'console') await holdConsole(block);
      else if (block.language === 'graphql') await holdQuery(block);
    },
    async close() {
      for (const gateway of gateways) assert.equal(await gateway.end(), 0, gateway.said());
      rmSync(home, { recursive: true, force: true });
      if (changes.size === 0) return;
      const lines = text.split('\n');
      for (const [block, now] of [...changes].reverse())
        lines.splice(block.start, block.lines.length, ...now);
      writeFileSync(file, lines.join('\n'));
    },
  };
}

function isHeld({ language, words }: Block): boolean {
  if ('elsewhere' in words) return false;
  return words.file !== undefined || language === 'console' || language === 'graphql';
}

/** Registries are ready in any order. */
function inOneOrder(banner: string): string {
  const lines = banner.split('\n');
  const isProgress = (line: string) => / {2}ok +\d+ images? /.test(line);
  const first = lines.findIndex(isProgress);
  const rest = lines.filter((line) => !isProgress(line));
  rest.splice(first, 0, ...lines.filter(isProgress).sort());
  return rest.join('\n');
}

interface Exchange {
  /** Lines of one command; all but the last end with a backslash. */
  readonly command: string[];
  readonly output: string[];
}

function exchangesOf(lines: readonly string[]): Exchange[] {
  const exchanges: Exchange[] = [];
  let open = false;
  for (const line of lines) {
    const last = exchanges.at(-1);
    if (open) last?.command.push(line);
    else if (line.startsWith('$ ')) exchanges.push({ command: [line.slice(2)], output: [] });
    else last?.output.push(line);
    open = (open || line.startsWith('$ ')) && line.endsWith('\\');
  }
  return exchanges;
}

/** Nothing of this process's own settings, and a home that is nobody's; `npx panfed` is this checkout, as npx makes it. */
function environment(home: string): NodeJS.ProcessEnv {
  const bin = join(home, 'bin');
  mkdirSync(bin);
  const npx = join(bin, 'npx');
  writeFileSync(
    npx,
    `#!/bin/sh\n[ "$1" = panfed ] && shift && exec '${process.execPath}' '${MAIN}' "$@"\nexit 127\n`,
  );
  chmodSync(npx, 0o755);
  const { XDG_CACHE_HOME, HOME } = process.env;
  return {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: home,
    XDG_STATE_HOME: join(home, 'state'),
    // OPA may be in the user's cache.
    ...(XDG_CACHE_HOME || HOME ? { XDG_CACHE_HOME: XDG_CACHE_HOME || join(HOME ?? '', '.cache') } : {}),
    NO_COLOR: '1',
  };
}

interface Running {
  /** Both streams, as a terminal shows them. */
  said(): string;
  /** Interrupts it as Ctrl-C does, and gives its exit code. */
  end(): Promise<number | null>;
}

interface Place {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

function spawnShell(script: string, { cwd, env }: Place): Running & { readonly child: ChildProcess } {
  // A group of its own, so that an interrupt reaches what the shell started, and nothing else.
  const child = spawn('bash', ['-c', `exec 2>&1\n${script}`], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return {
    child,
    said: () => text,
    async end() {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
      return exited;
    },
  };
}

async function startGateway(command: string, { cwd, env }: Place): Promise<Running> {
  const demo = spawnShell(command, { cwd, env: { ...env, PORT: '0' } });
  const until = Date.now() + PATIENCE;
  while (!/More people|No folder/.test(demo.said())) {
    if (demo.child.exitCode !== null || Date.now() > until)
      throw new Error(`the demo did not start:\n${demo.said()}`);
    await sleep(20);
  }
  return demo;
}

/** Commands of one shell, so that what one exports the next has; each with what it printed and its exit code. */
async function runAll(commands: readonly string[], place: Place): Promise<{ text: string; code: number }[]> {
  const script = commands.map((command) => `${command}\nprintf '\\036%s\\036' $?`).join('\n');
  const shell = spawnShell(script, place);
  const timer = setTimeout(() => void shell.end(), PATIENCE * commands.length);
  await once(shell.child, 'close');
  clearTimeout(timer);
  const parts = shell.said().split('\x1e');
  return commands.map((_, index) => ({ text: parts[2 * index] ?? '', code: Number(parts[2 * index + 1]) }));
}

function toLines(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** Whether the document shows what came back, but for what legitimately changes and lines that it leaves out. */
function isShown(shown: string, actual: string): boolean {
  const wanted = settled(shown).split('\n');
  const given = settled(actual).split('\n');
  let at = 0;
  for (const [index, line] of wanted.entries()) {
    if (line === '…') {
      const next = wanted[index + 1];
      if (next === undefined) return true;
      at = given.indexOf(next, at);
      if (at === -1) return false;
    } else {
      if (given[at] !== line) return false;
      at += 1;
    }
  }
  return at === given.length;
}

/** What legitimately changes from run to run: times, ages, ports, tokens, cursors, and what a bundle weighs. */
function settled(text: string): string {
  return text
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, 'http://127.0.0.1:<port>')
    .replace(/eyJ[\w.-]+|<token>/g, '<token>')
    .replace(/\b\d+(?:\.\d+)? (?:ms|s)\b/g, '<time>')
    .replace(/"((?:start|end)?[cC]ursor)": "[^"]*"/g, '"$1": "<cursor>"')
    .replace(/"(expires|activated)": "[^"]*"/g, '"$1": "<time>"')
    .replace(/"(age|tookMs)": \d+/g, '"$1": <time>')
    .replace(/(\.tar\.gz +\w+) +\d+ +sha256:[0-9a-f]{64}/g, '$1 <bytes> <revision>')
    .replace(/ {2,}/g, '  ')
    .replace(/ +$/gm, '');
}

/** Columns of the JSON in a document. */
const WIDTH = 120;

/** JSON as people write it: what fits on a line stays on it. */
function compactJson(value: unknown, indent = ''): string {
  const flat = flatJson(value);
  if (indent.length + flat.length <= WIDTH || typeof value !== 'object' || value === null) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => inner + compactJson(item, inner)).join(',\n')}\n${indent}]`;
  }
  const fields = Object.entries(value).map(
    ([name, field]) => `${inner}${JSON.stringify(name)}: ${compactJson(field, inner)}`,
  );
  return `{\n${fields.join(',\n')}\n${indent}}`;
}

function flatJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flatJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${flatJson(field)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
