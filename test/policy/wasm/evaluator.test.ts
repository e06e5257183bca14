// What one evaluation may cost where a module goes wrong again and again.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { evaluate } from '../../../src/policy/wasm/evaluator.ts';
import type { WorkerPool } from '../../../src/policy/wasm/pool.ts';
import type { BatchResult, BatchTask } from '../../../src/policy/wasm/worker.ts';

const DEADLINE = 1_000;

/** Answers one input of each batch, by a failure, in so many milliseconds. */
function failingPool(failure: 'threw' | 'undefined', spent: number) {
  const asked: number[] = [];
  const pool = {
    threads: 1,
    deadline: DEADLINE,
    async evaluate({ inputs }: BatchTask): Promise<BatchResult> {
      asked.push(inputs.length);
      const failures = [{ input: 0, failure, detail: '' }];
      return { jsons: [], answers: Int32Array.of(-1), failures, spent };
    },
  };
  return { asked, pool: pool as unknown as WorkerPool };
}

async function causesOf(pool: WorkerPool): Promise<Record<string, number>> {
  const module = {} as BatchTask['module'];
  const inputs = Array.from({ length: 50 }, (_, index) => String(index));
  const answers = await evaluate(pool, { module, before: '', inputs, after: '', maximum: 1 });
  const causes: Record<string, number> = {};
  for (const answer of answers) {
    const cause = typeof answer === 'string' ? 'answered' : answer.failure;
    causes[cause] = (causes[cause] ?? 0) + 1;
  }
  return causes;
}

describe('an evaluation of many inputs', () => {
  test('is given up if instances that throw take its batches’ time', async () => {
    const { asked, pool } = failingPool('threw', 0.6 * DEADLINE);
    assert.deepEqual(await causesOf(pool), { threw: 4, refused: 46 });
    assert.equal(asked.length, 4);
  });

  test('goes on if they throw and take no time, or take time and do not throw', async () => {
    assert.deepEqual(await causesOf(failingPool('threw', 1).pool), { threw: 50 });
    assert.deepEqual(await causesOf(failingPool('undefined', 1.5 * DEADLINE).pool), {
      undefined: 21,
      refused: 29,
    });
  });
});
