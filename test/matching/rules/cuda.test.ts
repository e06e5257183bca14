import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judgeCuda } from '../../../src/matching/rules/cuda.ts';
import { nodeGpu } from '../../support/compute.ts';

/** What is said of a CUDA that is needed, on a GPU with this driver and CUDA; null: nobody said. */
type Row = readonly [needed: string, driver: string | null, cuda: string | null, code: string];

function assertAll(rows: readonly Row[]): void {
  for (const [needed, driver, cuda, code] of rows) {
    const outcome = judgeCuda(needed, nodeGpu({ vendor: 'nvidia', driver, cuda }));
    assert.equal(`${outcome.verdict} ${outcome.code}`, code, `${needed} on ${driver} with ${cuda}`);
  }
}

describe('a CUDA that is needed', () => {
  test('runs where the driver knows it, or a newer one', () => {
    assertAll([
      ['12.4', null, '12.4', 'yes CUDA_NEW_ENOUGH'],
      ['12.4.1', null, '12.4', 'yes CUDA_NEW_ENOUGH'],
      ['12.4.1.009', null, '12.10', 'yes CUDA_NEW_ENOUGH'],
      ['9.2', null, '11.0', 'yes CUDA_NEW_ENOUGH'],
      ['12', null, '12.0', 'yes CUDA_NEW_ENOUGH'],
    ]);
  });

  test('runs within its major version with the driver of the first release, from CUDA 11 on', () => {
    assertAll([
      ['11.8', '450.80.02', '11.0', 'yes CUDA_MINOR_VERSION'],
      ['12.6', '525.60.13', '12.0', 'yes CUDA_MINOR_VERSION'],
      ['13.1', '580.65.06', '13.0', 'yes CUDA_MINOR_VERSION'],
      ['12.6', null, '12.0', 'unknown CUDA_MINOR_VERSION_UNKNOWN'],
      ['12.0', null, '11.8', 'no CUDA_TOO_OLD'],
      ['10.2', null, '10.1', 'no CUDA_TOO_OLD'],
    ]);
  });

  test('runs with every newer driver, and with none that is older than its own', () => {
    assertAll([
      ['11.8', '450.80.02', null, 'yes CUDA_DRIVER_NEW_ENOUGH'],
      ['11.8', '450.80.01', null, 'no CUDA_DRIVER_TOO_OLD'],
      ['11.8', '590.10', null, 'yes CUDA_DRIVER_NEW_ENOUGH'],
      ['12.6', '525.60.11', '12.0', 'no CUDA_DRIVER_TOO_OLD'],
      ['13.0', '575.57.08', '12.9', 'no CUDA_DRIVER_TOO_OLD'],
      ['10.2', '440.33', null, 'yes CUDA_DRIVER_NEW_ENOUGH'],
      ['10.1', '410.48', null, 'no CUDA_DRIVER_TOO_OLD'],
      ['10.2', '450.80.02', null, 'yes CUDA_DRIVER_NEW_ENOUGH'],
    ]);
  });

  test('is unknown where no minimum is known, or more than is needed', () => {
    assertAll([
      ['9.0', '410.48', null, 'yes CUDA_DRIVER_NEW_ENOUGH'],
      ['9.0', '396.26', null, 'unknown CUDA_OF_NODE_NOT_SAID'],
      ['9.0', '396.26', '9.2', 'yes CUDA_NEW_ENOUGH'],
      ['14.0', '580.65.06', null, 'unknown CUDA_OF_NODE_NOT_SAID'],
      ['14.0', '580.65.06', '13.0', 'no CUDA_TOO_OLD'],
      ['14.1', '700.10', '14.0', 'unknown CUDA_MINOR_VERSION_UNKNOWN'],
    ]);
  });

  test('is unknown where what is said of the nodes cannot be', () => {
    assertAll([
      ['12.0', '450.80.02', '12.4', 'unknown CUDA_FACTS_DISAGREE'],
      ['12.4', '580.65.06', '11.8', 'unknown CUDA_FACTS_DISAGREE'],
      ['10.2', '440.33', '10.1', 'unknown CUDA_FACTS_DISAGREE'],
    ]);
  });

  test('is unknown where it is not said, or not read', () => {
    assertAll([
      ['12.4', null, null, 'unknown CUDA_OF_NODE_NOT_SAID'],
      ['12.4', 'latest', 'new', 'unknown CUDA_OF_NODE_NOT_SAID'],
      ['newest', null, '12.4', 'unknown CUDA_UNREADABLE'],
      ['12abc', null, '12.4', 'unknown CUDA_UNREADABLE'],
      ['', null, '12.4', 'unknown CUDA_UNREADABLE'],
    ]);
  });
});
