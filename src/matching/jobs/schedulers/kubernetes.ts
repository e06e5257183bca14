// A Job of Kubernetes: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/
import { Document, visit } from 'yaml';
import { architectureOf } from '../../nodes/architectures.ts';
import type { JobPlan } from '../plan.ts';
import { sh } from '../shell.ts';
import { UNSHOWN } from '../unshown.ts';
import type { JobFile } from './scheduler.ts';

/** What device plugins call a GPU, unless the resource says otherwise. */
const GPUS = { nvidia: 'nvidia.com/gpu', amd: 'amd.com/gpu', other: null } as const;

/** The cluster's own runtime pulls and runs the image: there is no script, and each argument is passed on as it is. */
export function writeKubernetes(plan: JobPlan): JobFile {
  const { name: anyName, resource, node, image, cpus, memory, time, gpu, command, data, credentials } = plan;
  const architecture = architectureOf(node)?.oci;
  const name = labelOf(anyName);
  const gpuResource = gpu === null ? null : (resource.gpuResource ?? GPUS[gpu]);
  const amounts = {
    ...(cpus === null ? {} : { cpu: String(cpus) }),
    ...(memory === null ? {} : { memory: String(memory) }),
  };
  const volumes = data.map((path, at) => ({ name: `data-${at}`, hostPath: { path, type: '' } }));
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, ...(resource.partition === null ? {} : { namespace: resource.partition }) },
    spec: {
      backoffLimit: 0,
      ...(time === null ? {} : { activeDeadlineSeconds: time }),
      template: {
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          ...(architecture === undefined ? {} : { nodeSelector: { 'kubernetes.io/arch': architecture } }),
          ...(credentials === null ? {} : { imagePullSecrets: [{ name: credentials }] }),
          containers: [
            {
              name,
              image: image.reference,
              ...(command.length === 0 ? {} : { command: command.map(unexpanded) }),
              securityContext: { allowPrivilegeEscalation: false },
              resources: {
                requests: amounts,
                limits: { ...amounts, ...(gpuResource === null ? {} : { [gpuResource]: 1 }) },
              },
              ...(data.length === 0
                ? {}
                : {
                    volumeMounts: volumes.map(({ name: volume, hostPath: { path } }) => ({
                      ...{ name: volume, mountPath: path, readOnly: true },
                    })),
                  }),
            },
          ],
          ...(data.length === 0 ? {} : { volumes }),
        },
      },
    },
  };
  const fileName = `${name}.yaml`;
  return {
    fileName,
    text: yamlOf(job),
    submit: String(sh`kubectl create -f ${fileName}`),
    notes: [
      ...(data.length === 0
        ? []
        : ['Data are mounted from the nodes (`hostPath`), which the cluster has to allow.']),
      ...(gpu !== null && gpuResource === null
        ? [
            'It asks for no GPU, for nobody said what the cluster calls one: state `gpuResource` of the resource in federation.yaml.',
          ]
        : []),
    ],
  };
}

/** What a text has that is not shown, line feeds too; and what the lines of a document have. */
const HAS_UNSHOWN = new RegExp(`[${UNSHOWN}]`, 'u');
const UNSHOWN_WITHIN_LINES = new RegExp(String.raw`(?!\n)[${UNSHOWN}]`, 'gu');

/**
 * Kubernetes reads YAML 1.1, where a plain `yes` or `12:30` is no text, and U+0085, U+2028 and U+2029 end a line: texts with what is
 * not shown are in double quotes, where it stands as an escape.
 */
function yamlOf(value: object): string {
  const document = new Document(value, { version: '1.1' });
  visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === 'string' && HAS_UNSHOWN.test(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
    },
  });
  return document
    .toString({ lineWidth: 0 })
    .replaceAll(
      UNSHOWN_WITHIN_LINES,
      (one) => `\\U${(one.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`,
    );
}

/** A name of RFC 1123. */
const labelOf = (name: string): string => name.toLowerCase().replaceAll('_', '-');

/** Kubernetes replaces `$(NAME)`, and reads `$$` as one `$`. */
const unexpanded = (text: string): string => text.replaceAll('$', () => '$$');
