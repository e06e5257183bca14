import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import fc from '../../../support/fast-check.ts';
import { jobFor, REFERENCE, runnable } from '../../../support/jobs.ts';

/** What Kubernetes makes of an argument: `$$` is one `$`, and `$(NAME)` its variable's value. */
const expanded = (text: string): string =>
  text.replaceAll(/\$(\$|\([^)]*\))/g, (_, what) => (what === '$' ? '$' : 'EXPANDED'));

describe('a Job of Kubernetes', () => {
  test('passes each word of the command on as it is', () => {
    const word = fc.string({
      unit: fc.constantFrom(...'$()A \n:#-\'"\\{}[]&*!|>%@`', '$$(A)', 'é'),
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (command) => {
        const { text } = jobFor(runnable('kubernetes', null), { command });
        const [container] = parse(text).spec.template.spec.containers;
        assert.deepEqual(container.command.map(expanded), command);
      }),
    );
  });

  test('has what a reader of YAML 1.1 takes for a line end, and what is not shown, as escapes', () => {
    // By YAML 1.1 (5.4, line breaks) the first three begin a line; a byte order mark and controls are refused, or left out.
    for (const hidden of [
      '\u2028',
      '\u2029',
      '\u0085',
      '\ufeff',
      '\x7f',
      '\x9b',
      '\u202e',
      '\u200b',
      '\u{e0041}',
    ]) {
      const command = [`a${hidden}- b`, hidden, `${'long '.repeat(40)}\n${hidden}"`];
      const { text } = jobFor(runnable('kubernetes', null), { command });
      assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{C}\p{Zl}\p{Zp}]/u);
      assert.deepEqual(parse(text).spec.template.spec.containers[0].command, command);
    }
  });

  test('says what it needs, where it runs and what it may not', () => {
    const gpu = { vendor: 'nvidia', minimumCuda: null, memory: null };
    const one = runnable('kubernetes', null, {
      requires: { cpus: 4, memory: 2 ** 33, gpu },
      resource: { partition: 'photon-science' },
      framework: 'Crystal_FEL',
    });
    const job = jobFor({ ...one, question: { ...one.question, time: 3_600 } }, { data: ['/asap3/a b'] });
    assert.equal(job.fileName, 'crystal-fel.yaml');
    assert.equal(job.submit, 'kubectl create -f crystal-fel.yaml');
    assert.deepEqual(parse(job.text), {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'crystal-fel', namespace: 'photon-science' },
      spec: {
        backoffLimit: 0,
        activeDeadlineSeconds: 3_600,
        template: {
          spec: {
            restartPolicy: 'Never',
            automountServiceAccountToken: false,
            nodeSelector: { 'kubernetes.io/arch': 'amd64' },
            containers: [
              {
                name: 'crystal-fel',
                image: REFERENCE,
                securityContext: { allowPrivilegeEscalation: false },
                resources: {
                  requests: { cpu: '4', memory: '8589934592' },
                  limits: { cpu: '4', memory: '8589934592', 'nvidia.com/gpu': 1 },
                },
                volumeMounts: [{ name: 'data-0', mountPath: '/asap3/a b', readOnly: true }],
              },
            ],
            volumes: [{ name: 'data-0', hostPath: { path: '/asap3/a b', type: '' } }],
          },
        },
      },
    });
  });
});
