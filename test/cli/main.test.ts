import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { reportFailure } from '../../src/cli/failure.ts';
import { program } from '../../src/cli/program.ts';
import { ERRORS, type ErrorCode, FederationError } from '../../src/model/errors.ts';
import { MAIN } from '../support/serve.ts';
import { collect } from './collect.ts';

function panfed(words: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });
  return { status, stdout, stderr };
}

describe('panfed', () => {
  test('leaves with 0 for help and version, on stdout', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    assert.deepEqual(panfed(['--version']), { status: 0, stdout: `${version}\n`, stderr: '' });
    const help = panfed(['search', '--help']);
    assert.equal(help.status, 0);
    assert.match(help.stdout, /Examples:/);
  });

  test('leaves with 3 for a bad configuration', () => {
    const { status, stderr } = panfed(['config', 'check', '/nonexistent/federation.yaml']);
    assert.equal(status, 3);
    assert.equal(
      stderr,
      'error CONFIG_INVALID: the file does not exist\n  at: /nonexistent/federation.yaml\n' +
        '  hint: Name it with --config, make one with: panfed config init, or see the demo: panfed serve --demo\n',
    );
  });

  test('leaves with 5 where no gateway answers', () => {
    const { status, stdout, stderr } = panfed(['facilities'], { PANFED_URL: 'http://127.0.0.1:1' });
    assert.equal(status, 5);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /^error GATEWAY_UNREACHABLE: .*\n {2}at: http:\/\/127\.0\.0\.1:1\/graphql\n {2}hint: Start one with: panfed serve/,
    );
  });

  test('leaves with 2 for what a command line lacks or has too much of, and names the nearest', () => {
    for (const [words, told] of [
      [['serch'], /Did you mean search\?/],
      [
        ['search', '--ony', 'x'],
        /^error USAGE: unknown option '--ony'\n {2}at: panfed search\n {2}hint: Did you mean --only\? Options: --only, .* See: panfed search --help\n$/,
      ],
      [['search', '--format', 'yaml'], /table, json/],
      [['config', 'chek'], /Did you mean check\?.* Commands: init, check, schema, help\./],
      [['completion'], /hint: Values: zsh, bash, fish, powershell\. See: /],
      [['show'], /^error USAGE: missing required argument 'image'\n/],
    ] as const) {
      const { status, stdout, stderr } = panfed(words);
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, told);
    }
  });

  test('completes commands, options and choices in a shell', () => {
    assert.match(panfed(['complete', '--', 'config', 'ch']).stdout, /^check\t/m);
    assert.match(panfed(['complete', '--', 'search', '--o']).stdout, /^--order\t/m);
  });

  test('ends quietly when its reader has seen enough', async () => {
    const child = spawn(process.execPath, [MAIN, 'config', 'schema'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH },
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const [code] = await once(child, 'close');
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  });

  test('every command says what it is for, and has examples', async () => {
    const { commands } = await program();
    for (const command of commands.flatMap((each) => [each, ...each.commands])) {
      assert.notEqual(command.description(), '', command.name());
      if (command.commands.length > 0 || command.name() === 'complete') continue;
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      assert.match(help, /Examples:\n/, command.name());
    }
    for (const name of ['serve', 'search', 'facilities', 'config', 'policy', 'registry', 'token']) {
      assert.ok(
        commands.some((command) => command.name() === name),
        name,
      );
    }
  });
});

describe('reportFailure', () => {
  test('gives every code its exit code', () => {
    for (const [code, { exit }] of Object.entries(ERRORS)) {
      assert.equal(reportFailure(new FederationError(code as ErrorCode, 'x'), collect(), {}), exit, code);
    }
  });

  test('reports an error without a code in one line, and its stack only with PANFED_DEBUG', () => {
    const error = new TypeError('x is not a function');
    const plain = collect();
    assert.equal(reportFailure(error, plain, {}), 1);
    assert.match(plain.stderr(), /^error INTERNAL: x is not a function\n {2}hint: .*\n$/);
    const debug = collect();
    reportFailure(new FederationError('INTERNAL', 'outer', { cause: error }), debug, { PANFED_DEBUG: '1' });
    assert.match(debug.stderr(), /caused by TypeError: x is not a function\n {4}at /);
  });

  test('lets nothing active through', () => {
    const output = collect();
    const detail = { at: 'a\u001b[2Jb', hint: 'c\u202ed' };
    reportFailure(new FederationError('USAGE', 'one\u0007\n  two\u001b]0;x', detail), output, {});
    assert.equal(output.stderr(), 'error USAGE: one \n  two ]0;x\n  at: a [2Jb\n  hint: cd\n');
  });

  test('reports a value that is not an error', () => {
    const output = collect();
    assert.equal(reportFailure('a text', output, {}), 1);
    assert.match(output.stderr(), /INTERNAL: a text/);
  });
});
