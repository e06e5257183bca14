import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { fileSink } from '../../../src/policy/log/file.ts';

async function folder(context: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'panfed-test-log-'));
  context.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

const signal = AbortSignal.timeout(10_000);
const config = { bytes: 65_536, every: 'day' as const, keep: 3 };
const line = (number: number) => JSON.stringify({ number, padding: 'x'.repeat(1_000) });

/** Every line that is still there, from the oldest file to the one that is written to. */
async function linesIn(path: string): Promise<string[]> {
  const names = (await readdir(join(path, '..'))).filter((name) => /\.\d+\.gz$/.test(name));
  const age = (name: string) => Number(/\.(\d+)\.gz$/.exec(name)?.[1]);
  const texts: string[] = [];
  for (const name of names.sort((one, other) => age(other) - age(one))) {
    texts.push(gunzipSync(await readFile(join(path, '..', name))).toString());
  }
  texts.push(await readFile(path, 'utf8'));
  return texts.flatMap((text) => text.split('\n')).filter((each) => each !== '');
}

describe('the decision log as a file', () => {
  test('has a line an entry, in a folder that it makes, for its user alone', async (context) => {
    const path = join(await folder(context), 'new', 'decisions.ndjson');
    const sink = await fileSink({ ...config, path });
    assert.equal(await sink.write(['{"a":1}', '{"b":2}'], signal), 0);
    assert.equal(await sink.write(['{"c":3}'], signal), 0);
    await sink.close();
    assert.equal(await readFile(path, 'utf8'), '{"a":1}\n{"b":2}\n{"c":3}\n');
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });

  test('goes on where another run ended', async (context) => {
    const path = join(await folder(context), 'decisions.ndjson');
    for (const entry of ['{"run":1}', '{"run":2}']) {
      const sink = await fileSink({ ...config, path });
      await sink.write([entry], signal);
      await sink.close();
    }
    assert.deepEqual(await linesIn(path), ['{"run":1}', '{"run":2}']);
  });

  test('begins a new file by size, compresses the older ones, and keeps so many of them', async (context) => {
    const at = await folder(context);
    const path = join(at, 'decisions.ndjson');
    const sink = await fileSink({ ...config, path });
    for (let number = 0; number < 400; number++) await sink.write([line(number)], signal);
    await sink.close();
    assert.deepEqual((await readdir(at)).sort(), [
      'decisions.ndjson',
      'decisions.ndjson.1.gz',
      'decisions.ndjson.2.gz',
      'decisions.ndjson.3.gz',
    ]);
    for (const name of await readdir(at)) assert.equal((await stat(join(at, name))).mode & 0o777, 0o600);
    const kept = (await linesIn(path)).map((text) => JSON.parse(text).number as number);
    assert.ok(kept.length < 400 && kept.length > 3 * 60);
    // What is kept is the end, without a gap.
    assert.deepEqual(
      kept,
      Array.from({ length: kept.length }, (_, index) => 400 - kept.length + index),
    );
  });

  test('fails while its folder is away, and goes on with whole lines when it is back', async (context) => {
    const at = join(await folder(context), 'log');
    const path = join(at, 'decisions.ndjson');
    await mkdir(at);
    const sink = await fileSink({ ...config, bytes: 65_536, path });
    await sink.write([line(0)], signal);
    await rm(at, { recursive: true });
    await writeFile(at, 'not a folder');
    // Beyond its size a new file must be begun, and cannot be.
    await assert.rejects(
      sink.write(
        Array.from({ length: 70 }, (_, number) => line(number)),
        signal,
      ),
    );
    await assert.rejects(sink.write([line(1)], signal));
    await rm(at);
    await sink.write([line(2)], signal);
    await sink.close();
    assert.deepEqual(await linesIn(path), [line(2)]);
  });

  test('is refused at the start where it cannot be written', async (context) => {
    const at = await folder(context);
    await writeFile(join(at, 'file'), '');
    await assert.rejects(fileSink({ ...config, path: join(at, 'file', 'decisions.ndjson') }), {
      code: 'CONFIG_INVALID',
      at: 'telemetry.decisionLog.file.path',
    });
    await assert.rejects(fileSink({ ...config, path: at }), { code: 'CONFIG_INVALID' });
  });
});
