// Jobs in podman and docker, run by bash with an engine that only writes down what it is asked to do.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { jobFor, runnable } from '../../../support/jobs.ts';
import { signalGroup } from '../../../support/process-group.ts';

/** A container ends by itself, where a file says how, or when it is stopped. What an engine starts for that ignores no signal. */
const ENGINE = `#!/bin/bash
echo "$(basename "$0") $*" >>"$FOLDER/calls"
case " $* " in
*" run "*)
  touch "$FOLDER/running"
  until [[ -e $FOLDER/stopped ]]; do [[ ! -e $FOLDER/exit ]] || exit "$(<"$FOLDER/exit")"; sleep 0.05; done ;;
*" stop "*) env --default-signal=TERM,USR2 sleep 0.2 && touch "$FOLDER/stopped" ;;
esac
`;

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What the engine was asked to do, a line each. */
  readonly calls: readonly string[];
}

/** Runs the script until its container runs, does `meanwhile`, which may signal all of its processes, and waits for its end. */
async function ran(
  context: TestContext,
  script: string,
  meanwhile: (folder: string, signal: (name: NodeJS.Signals) => void) => void | Promise<void>,
): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'panfed-podman-'));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const engine of ['podman', 'docker']) {
    writeFileSync(join(folder, engine), ENGINE);
    chmodSync(join(folder, engine), 0o755);
  }
  writeFileSync(join(folder, 'script.sh'), script);
  const child = spawn('bash', ['script.sh'], {
    cwd: folder,
    detached: true,
    env: { PATH: `${folder}:${process.env.PATH}`, HOME: folder, FOLDER: folder },
    stdio: 'ignore',
  });
  const ended = new Promise<Pick<Ended, 'code' | 'signal'>>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  context.after(() => signalGroup(child, 'SIGKILL'));
  while (!existsSync(join(folder, 'running')) && child.exitCode === null) await setTimeout(20);
  await meanwhile(folder, (name) => signalGroup(child, name));
  return { ...(await ended), calls: readFileSync(join(folder, 'calls'), 'utf8').trimEnd().split('\n') };
}

const exitWith = (code: number) => (folder: string) => writeFileSync(join(folder, 'exit'), String(code));
const nameOf = (call = ''): string | undefined => / (?:--name|stop -t 5) (\S+)/.exec(call)?.[1];

for (const engine of ['podman', 'docker'] as const) {
  describe(`a job in ${engine}`, { concurrency: true }, () => {
    test('ends as its program does', async (context) => {
      const { text } = jobFor(runnable('slurm', engine));
      assert.equal((await ran(context, text, exitWith(7))).code, 7);
      assert.equal((await ran(context, text, exitWith(0))).code, 0);
    });

    test('stops its container at a signal, and ends by that', async (context) => {
      for (const [scheduler, name] of [
        ['slurm', 'SIGTERM'],
        ['gridengine', 'SIGUSR2'],
      ] as const) {
        const { text } = jobFor(runnable(scheduler, engine));
        const { calls, code } = await ran(context, text, (_, send) => send(name));
        assert.equal(code, 128 + constants.signals[name]);
        assert.equal(calls.length, 2);
        assert.equal(nameOf(calls[1]), nameOf(calls[0]));
      }
    });

    test('stops its container where signals come twice, milliseconds apart, as Grid Engine sends them', async (context) => {
      const { text } = jobFor(runnable('gridengine', engine));
      await Promise.all(
        [0, 1, 4, 20, 80].map(async (milliseconds) => {
          let stopped = '';
          await ran(context, text, async (folder, send) => {
            stopped = join(folder, 'stopped');
            send('SIGUSR2');
            await setTimeout(milliseconds);
            send('SIGUSR2');
          });
          assert.ok(existsSync(stopped), `${milliseconds} ms`);
        }),
      );
    });

    test('gives its container a name that no other job can have, whatever number its process has', async (context) => {
      const { text } = jobFor(runnable('slurm', engine));
      const names = [];
      for (let each = 0; each < 2; each += 1)
        names.push(nameOf((await ran(context, text, exitWith(0))).calls[0]));
      assert.notEqual(names[0], names[1]);
      for (const name of names) assert.match(name ?? '', /^job-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    });

    test('goes on where Grid Engine says that it is about to be suspended', async (context) => {
      const { text } = jobFor(runnable('gridengine', engine));
      const { code, signal } = await ran(context, text, async (folder, send) => {
        send('SIGUSR1');
        await setTimeout(200);
        exitWith(3)(folder);
      });
      assert.deepEqual([code, signal], [3, null]);
    });
  });
}

test('a container of docker is stopped where it was started: a configuration may name another daemon', async (context) => {
  const { text } = jobFor(runnable('slurm', 'docker'), { credentials: "~/it's mine" });
  const { calls } = await ran(context, text, (_, send) => send('SIGTERM'));
  for (const call of calls) assert.match(call, /^docker --config \/\S+\/it's mine (?:run|stop) /);
  assert.equal(calls.length, 2);
});
