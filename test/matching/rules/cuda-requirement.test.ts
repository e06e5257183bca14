import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judgeRequirement } from '../../../src/matching/rules/cuda-requirement.ts';
import { nodeGpu } from '../../support/compute.ts';

const GPU = nodeGpu({ vendor: 'nvidia', driver: '535.104.05', cuda: '12.2' });

/** Each requirement with what it says of {@link GPU}. */
function assertAll(cases: Readonly<Record<string, string>>, gpu = GPU): void {
  for (const [requirement, verdict] of Object.entries(cases)) {
    assert.equal(judgeRequirement(requirement, gpu), verdict, requirement);
  }
}

describe('NVIDIA_REQUIRE_CUDA', () => {
  test('has six operators, which compare number by number', () => {
    assertAll({
      ...{
        'cuda=12.2': 'yes',
        'cuda=12.2.0': 'yes',
        'cuda=12': 'no',
        'cuda!=12.2': 'no',
        'cuda!=12.1': 'yes',
      },
      ...{
        'cuda<12.2': 'no',
        'cuda<12.10': 'yes',
        'cuda<=12.2': 'yes',
        'cuda>12.2': 'no',
        'cuda>=12.2': 'yes',
      },
      ...{ 'driver>=535': 'yes', 'driver<536': 'yes', 'driver>=535.104.06': 'no', 'driver>535.104.4': 'yes' },
    });
  });

  test('holds where one of those between blanks does, of which all between commas must', () => {
    assertAll({
      'cuda>=12.4 driver>=535': 'yes',
      'cuda>=12.4 driver>=535,driver<536': 'yes',
      'cuda>=12.4 driver>=470,driver<471': 'no',
      '  cuda>=12.0  ,': 'yes',
      'cuda>=12.0,': 'yes',
      '': 'yes',
    });
  });

  test('is unknown as far as it asks for the GPU’s brand or architecture', () => {
    assertAll({
      'brand=tesla': 'unknown',
      'arch>=7.0': 'unknown',
      'brand=tesla,cuda>=12.4': 'no',
      'brand=tesla cuda>=12.0': 'yes',
      'cuda>=12.4 brand=tesla,driver>=535,driver<536': 'unknown',
      'cuda>=12.4 brand=tesla,driver>=470,driver<471': 'no',
    });
  });

  test('is unknown where NVIDIA’s program would refuse it', () => {
    assertAll({
      ...{
        'cuda==12.2': 'unknown',
        'cuda=>12': 'unknown',
        'cuda!12': 'unknown',
        cuda: 'unknown',
        '>=12': 'unknown',
      },
      ...{
        'cuda>=': 'unknown',
        'cuda>=twelve': 'unknown',
        'cudnn>=8': 'unknown',
        'constructor=1': 'unknown',
      },
    });
  });

  test('reads names in any case', () => {
    assertAll({ 'CUDA>=12.4': 'no', 'Driver>=535': 'yes' });
  });

  test('is unknown where nobody said what the nodes have', () => {
    assertAll({ 'cuda>=12.0': 'unknown', 'driver>=470': 'unknown' }, nodeGpu({ vendor: 'nvidia' }));
  });
});
