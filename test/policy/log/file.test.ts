import assert from 'node:assert/strict';
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  rm,
  rmdir,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { fileSink } from '../../../src/policy/log/file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function folder(context: TestContext): Promise<string> {
  const path = temporaryFolder(context);
  return path;
}

const { signal } = new AbortController();
const config = { bytes: 65_536, every: 'day' as const, keep: 3 };
/** Before every file that there is, so that no hour or day of it has ended. */
const never = () => 0;
const line = (number: number) => JSON.stringify({ number, padding: 'x'.repeat(1_000) });

/** Three older files of a line each, and one that is full. */
async function fullLog(context: TestContext): Promise<string> {
  const path = join(await folder(context), 'decisions.ndjson');
  for (const age of [1, 2, 3]) await writeFile(`${path}.${age}.gz`, gzipSync(`"older ${age}"\n`));
  await writeFile(path, `"full"\n${JSON.stringify('x'.repeat(config.bytes))}\n`);
  return path;
}

const shortLines = async (path: string) => (await linesIn(path)).filter(({ length }) => length < 100);

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
  test('has one line for each entry, in a folder that it makes, for its user only', async (context) => {
    const path = join(await folder(context), 'new', 'decisions.ndjson');
    const sink = await fileSink({ ...config, path });
    assert.equal(await sink.write(['{"a":1}', '{"b":2}'], signal), 0);
    assert.equal(await sink.write(['{"c":3}'], signal), 0);
    await sink.close(signal);
    assert.equal(await readFile(path, 'utf8'), '{"a":1}\n{"b":2}\n{"c":3}\n');
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });

  test('is made so if it exists and others may read it', async (context) => {
    const path = join(await folder(context), 'decisions.ndjson');
    await writeFile(path, '{"a":1}\n');
    await chmod(path, 0o644);
    const sink = await fileSink({ ...config, path });
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    await sink.write(['{"b":2}'], signal);
    await sink.close(signal);
    assert.equal(await readFile(path, 'utf8'), '{"a":1}\n{"b":2}\n');
  });

  test('goes on where another run ended', async (context) => {
    const path = join(await folder(context), 'decisions.ndjson');
    for (const entry of ['{"run":1}', '{"run":2}']) {
      const sink = await fileSink({ ...config, path });
      await sink.write([entry], signal);
      await sink.close(signal);
    }
    assert.deepEqual(await linesIn(path), ['{"run":1}', '{"run":2}']);
  });

  test('begins a new file by size, compresses the older ones, and keeps so many of them', async (context) => {
    const at = await folder(context);
    const path = join(at, 'decisions.ndjson');
    const sink = await fileSink({ ...config, path }, { wall: never });
    for (let number = 0; number < 400; number++) await sink.write([line(number)], signal);
    await sink.close(signal);
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

  test('is the file that a link leads to, and its older ones are beside it', async (context) => {
    const [at, elsewhere] = [await folder(context), await folder(context)];
    await symlink(join(elsewhere, 'decisions.ndjson'), join(at, 'decisions.ndjson'));
    const sink = await fileSink({ ...config, path: join(at, 'decisions.ndjson') }, { wall: never });
    for (let number = 0; number < 100; number++) await sink.write([line(number)], signal);
    await sink.close(signal);
    assert.deepEqual(await readdir(at), ['decisions.ndjson']);
    assert.deepEqual((await readdir(elsewhere)).sort(), ['decisions.ndjson', 'decisions.ndjson.1.gz']);
    assert.equal((await linesIn(join(elsewhere, 'decisions.ndjson'))).length, 100);
  });

  test('begins a new file with the first entry after the hour or day of the last one', async (context) => {
    for (const every of ['hour', 'day'] as const) {
      const path = join(await folder(context), 'decisions.ndjson');
      // The half of an hour and of a day in every time zone, and the same one a day after.
      const time = new Date(2026, 5, 15, 12, 30).getTime();
      let now = time;
      const sink = await fileSink({ ...config, every, path }, { wall: () => now });
      const written = async (entry: string) => {
        await sink.write([entry], signal);
        await utimes(path, now / 1_000, now / 1_000);
      };
      await written('1');
      now = time + 20 * 60_000;
      await written('2');
      now = time + 24 * 3_600_000;
      await written('3');
      await sink.close(signal);
      assert.equal(gunzipSync(await readFile(`${path}.1.gz`)).toString(), '1\n2\n');
      assert.equal(await readFile(path, 'utf8'), '3\n');
    }
  });

  test('loses nothing older however often an older file cannot be compressed', async (context) => {
    const path = await fullLog(context);
    const sink = await fileSink({ ...config, path }, { wall: never });
    // As a full disk would be, and it can be mended: the compressed file cannot be made.
    const obstacle = `${path}.0.gz.part`;
    await mkdir(obstacle);
    await sink.write(['"after"'], signal);
    await writeFile(path, `${'x'.repeat(config.bytes)}\n`, { flag: 'a' });
    for (let tries = 0; tries < 10; tries++) {
      await assert.rejects(sink.write(['"never"'], signal));
      assert.deepEqual(await shortLines(path), ['"older 3"', '"older 2"', '"older 1"', '"after"']);
      assert.match(await readFile(`${path}.0`, 'utf8'), /^"full"\n/);
    }
    await rmdir(obstacle);
    await sink.write(['"at last"'], signal);
    await sink.close(signal);
    assert.deepEqual(await shortLines(path), ['"older 1"', '"full"', '"after"', '"at last"']);
  });

  test('goes on with an older file that another run did not get to compress, or to number', async (context) => {
    for (const left of ['.0', '.0.gz', '.0 and .0.gz', '.0 and a part'] as const) {
      const path = await fullLog(context);
      const aside = '"aside"\n';
      if (left !== '.0.gz') await writeFile(`${path}.0`, aside);
      if (left.endsWith('.0.gz')) await writeFile(`${path}.0.gz`, gzipSync(aside));
      if (left.endsWith('part')) await writeFile(`${path}.0.gz.part`, gzipSync(aside).subarray(0, 9));
      const sink = await fileSink({ ...config, path }, { wall: never });
      await sink.close(signal);
      assert.deepEqual(await shortLines(path), ['"older 2"', '"older 1"', '"aside"', '"full"'], left);
      assert.equal((await readdir(join(path, '..'))).length, 4, left);
    }
  });

  test('moves older files no further where another run was ended while it moved them', async (context) => {
    const path = await fullLog(context);
    await writeFile(`${path}.0.gz`, gzipSync('"aside"\n'));
    await rm(`${path}.2.gz`);
    await (await fileSink({ ...config, path }, { wall: never })).close(signal);
    assert.deepEqual(await shortLines(path), ['"older 3"', '"older 1"', '"aside"', '"full"']);
  });

  test('keeps no more of older files when fewer are to be kept', async (context) => {
    const path = await fullLog(context);
    const sink = await fileSink({ ...config, keep: 2, path }, { wall: never });
    await sink.write(['"after"'], signal);
    await sink.close(signal);
    assert.deepEqual(await shortLines(path), ['"older 1"', '"full"', '"after"']);
  });

  test('begins with a whole line where another run was ended in the middle of one', async (context) => {
    const path = join(await folder(context), 'decisions.ndjson');
    await writeFile(path, '{"a":1}\n{"b":');
    const sink = await fileSink({ ...config, path }, { wall: never });
    await sink.write(['{"c":3}'], signal);
    await sink.close(signal);
    assert.equal(await readFile(path, 'utf8'), '{"a":1}\n{"b":\n{"c":3}\n');
  });

  test('leaves an older file to the next start where closing has no more time', async (context) => {
    const path = await fullLog(context);
    const sink = await fileSink({ ...config, path }, { wall: never });
    await sink.write(['"after"'], signal);
    await sink.close(AbortSignal.abort());
    await (await fileSink({ ...config, path }, { wall: never })).close(signal);
    assert.deepEqual(await shortLines(path), ['"older 2"', '"older 1"', '"full"', '"after"']);
  });

  test('fails while its folder is away, and goes on with whole lines when it is back', async (context) => {
    const at = join(await folder(context), 'log');
    const path = join(at, 'decisions.ndjson');
    await mkdir(at);
    const sink = await fileSink({ ...config, path }, { wall: never });
    await sink.write([line(0)], signal);
    await rm(at, { recursive: true });
    await writeFile(at, 'not a folder');
    await assert.rejects(
      sink.write(
        Array.from({ length: 70 }, (_, number) => line(number)),
        signal,
      ),
    );
    await assert.rejects(sink.write([line(1)], signal));
    await rm(at);
    await sink.write([line(2)], signal);
    await sink.close(signal);
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
