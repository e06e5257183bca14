// Jobs of Kubernetes against the schemas of its own API: a file of theirs is validated as `kubectl create` would, and its amounts by the
// grammar of quantities, which no schema has.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { parseQuantity } from '../../src/matching/nodes/quantity.ts';
import { jobFor, runnable } from '../support/jobs.ts';
import { needs, onPath } from '../support/real.ts';

const VALIDATOR = onPath('kubernetes-validate');

/** Whether Kubernetes takes the text, and what it says. */
function validated(text: string): { readonly isValid: boolean; readonly said: string } {
  const folder = mkdtempSync(join(tmpdir(), 'panfed-kubernetes-'));
  try {
    writeFileSync(join(folder, 'job.yaml'), text);
    const said = execFileSync(VALIDATOR ?? '', ['--strict', 'job.yaml'], {
      ...{ cwd: folder, encoding: 'utf8', stdio: 'pipe' },
    });
    return { isValid: true, said };
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return { isValid: false, said: `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('a Job', needs('kubernetes-validate (PyPI)', VALIDATOR), () => {
  const job = jobFor(
    runnable('kubernetes', null, {
      requires: { cpus: 4, memory: 2 ** 33 + 1, gpu: { vendor: 'AMD', minimumCuda: null, memory: null } },
      resource: { partition: 'photon-science' },
      framework: 'Crystal_FEL',
    }),
    {
      command: [
        'sh',
        '-c',
        'echo "$(HOME)" $$; #x',
        'yes',
        '12',
        '12:30',
        'null',
        '~',
        '- a: b',
        '\u202e',
        'two\nlines',
        '',
      ],
      data: ["/asap3/it's $(x)", '/gpfs/b'],
      credentials: 'my-registry',
    },
  );

  test('with all that can be in it is valid', () => {
    const { isValid, said } = validated(job.text);
    assert.ok(isValid, said);
  });

  test('of nothing but an image is valid', () => {
    const { isValid, said } = validated(jobFor(runnable('kubernetes', null)).text);
    assert.ok(isValid, said);
  });

  test('that is wrong is not, so that the validator sees something', () => {
    assert.equal(
      validated(job.text.replace('restartPolicy: Never', 'restartPolicy: [Never]')).isValid,
      false,
    );
    assert.equal(validated(job.text.replace('backoffLimit: 0', 'backofLimit: 0')).isValid, false);
  });

  test('has amounts that are quantities', () => {
    const [{ resources }] = parse(job.text).spec.template.spec.containers;
    assert.equal(parseQuantity(resources.limits.memory), 2 ** 33 + 1);
    assert.equal(parseQuantity(resources.limits.cpu), 4);
    assert.equal(parseQuantity(String(resources.limits['amd.com/gpu'])), 1);
    assert.equal(parseQuantity('4x'), null);
  });
});
