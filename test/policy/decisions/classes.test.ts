import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Classes } from '../../../src/policy/decisions/classes.ts';
import { recordInput } from '../../../src/policy/decisions/input.ts';
import { projectionOf } from '../../../src/policy/decisions/projection.ts';
import fc from '../../support/fast-check.ts';
import { snapshotOf } from '../../support/policies.ts';
import { arbitraryRecord, imageRecord } from '../../support/records.ts';

const projection = projectionOf([
  ['record', 'sharing'],
  ['record', 'groups'],
]);

describe('the classes of a snapshot', () => {
  test('put records together exactly if their projections are equal', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryRecord('esrf'), { minLength: 1, maxLength: 30 }),
        async (records) => {
          const { table, classes, of } = await new Classes(projection).of(snapshotOf(records));
          for (const [index, record] of records.entries()) {
            const number = classes[of[index]!]!;
            assert.equal(table.projections[number], projection.record(recordInput(record)));
          }
          assert.equal(new Set(classes).size, classes.length);
          assert.equal(classes.length, new Set(of).size);
        },
      ),
    );
  });

  test('of a snapshot that differs in some records are as if all of it were sorted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(arbitraryRecord('esrf'), arbitraryRecord('esrf'), fc.boolean()), { maxLength: 30 }),
        async (pairs) => {
          const classes = new Classes(projection);
          const before = snapshotOf(pairs.map(([record]) => record));
          const after = snapshotOf(pairs.map(([record, other, isOther]) => (isOther ? other : record)));
          const changed = Uint32Array.from(pairs.flatMap(([, , isOther], index) => (isOther ? [index] : [])));
          await classes.of(before);
          const revised = await classes.of(after, { of: before, changed });
          const whole = await new Classes(projection).of(after);
          const projections = ({ table, classes: numbers, of }: typeof whole) =>
            [...of].map((position) => table.projections[numbers[position] ?? -1]);
          assert.deepEqual(projections(revised), projections(whole));
          assert.deepEqual(revised.of, whole.of);
        },
      ),
    );
  });

  test('of a snapshot that differs from one that was never sorted are made all the same', async () => {
    const [before, after] = [snapshotOf([imageRecord()]), snapshotOf([imageRecord({ sharing: 'none' })])];
    const { table } = await new Classes(projection).of(after, { of: before, changed: Uint32Array.of() });
    assert.match(table.projections[0] ?? '', /none/);
  });

  test('are made once, however many ask meanwhile', async () => {
    const classes = new Classes(projection);
    const snapshot = snapshotOf([imageRecord()]);
    assert.equal(classes.kept(snapshot), undefined);
    const [one, other] = await Promise.all([classes.of(snapshot), classes.of(snapshot)]);
    assert.equal(one, other);
    assert.equal(classes.kept(snapshot), one);
  });

  test('are numbered alike in all snapshots, so that what is decided of one holds for the other', async () => {
    const classes = new Classes(projection);
    const [open, closed] = [imageRecord(), imageRecord({ sharing: 'none' })];
    const first = await classes.of(snapshotOf([open]));
    const second = await classes.of(snapshotOf([closed, { ...open, repository: 'another' }]));
    assert.equal(first.table, second.table);
    assert.deepEqual([...first.classes], [0]);
    assert.deepEqual([...second.classes], [1, 0]);
  });

  test('begin a new table once there are too many, and the old ones stay as they are', async () => {
    const classes = new Classes(projection, 2);
    const snapshots = ['a', 'b', 'c', 'd', 'e'].map((group) =>
      snapshotOf([imageRecord({ groups: [group] })]),
    );
    const tables = [];
    for (const snapshot of snapshots) tables.push((await classes.of(snapshot)).table);
    assert.equal(new Set(tables).size, 3);
    assert(tables.every(({ projections }) => projections.length <= 2));
    for (const [index, snapshot] of snapshots.entries()) {
      assert.equal((await classes.of(snapshot)).table, tables[index]);
    }
  });

  test('of many records yield to other work', async () => {
    const records = Array.from({ length: 10_000 }, (_, i) => imageRecord({ groups: [`g${i}`] }));
    let turns = 0;
    const counting = setInterval(() => turns++, 0);
    await new Classes(projection).of(snapshotOf(records));
    clearInterval(counting);
    assert(turns > 0);
  });
});
