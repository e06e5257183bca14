import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Judged, judge } from '../../../src/matching/candidate.ts';
import { needsOf, type Stating } from '../../../src/matching/needs.ts';
import type { Question } from '../../../src/matching/question.ts';
import { DIMENSIONS, whole } from '../../../src/matching/verdict.ts';
import type { ComputeResource, NodeGpu, NodeType } from '../../../src/model/compute.ts';
import type { Requirements } from '../../../src/model/image.ts';
import { inert } from '../../../src/model/inert.ts';
import { loadVocabulary } from '../../../src/vocabulary/load.ts';
import { loadMicroarchitectures } from '../../../src/vocabulary/microarchitectures.ts';
import fc, { runs } from '../../support/fast-check.ts';
import { image, question, requirements, resource } from './arbitrary.ts';

const known = { vocabulary: loadVocabulary(), microarchitectures: loadMicroarchitectures() };
const RUNS = { numRuns: runs(200) };

/** What is judged. */
interface Asked {
  readonly image: Stating;
  readonly resource: ComputeResource;
  readonly question: Question;
}

const judged = ({ image: stating, resource: at, question: asked }: Asked): Judged =>
  judge(needsOf(stating), at, asked, known);

const asked = (nodes: number): fc.Arbitrary<Asked> =>
  fc.record({ image, resource: resource(nodes), question });

const verdicts = (asking: Asked): ReadonlyMap<string, string> =>
  new Map(judged(asking).findings.map(({ dimension, verdict, code }) => [dimension, `${verdict} ${code}`]));

/** Dimensions that say `before` of the one and `after` of the other. */
function turned(one: Asked, other: Asked, isBefore: RegExp, isAfter: RegExp): readonly string[] {
  const then = verdicts(other);
  return [...verdicts(one)].flatMap(([dimension, first]) => {
    const second = then.get(dimension) ?? '';
    return isBefore.test(first) && isAfter.test(second) ? [`${dimension}: ${first} → ${second}`] : [];
  });
}

/** With what `more` says where nothing was said, and the larger of two amounts. */
function required(before: Requirements, more: Requirements): Requirements {
  const larger = (a: number | null, b: number | null): number | null =>
    a === null || b === null ? (a ?? b) : Math.max(a, b);
  const list = (a: readonly string[], b: readonly string[]): readonly string[] => (a.length > 0 ? a : b);
  return {
    architectures: list(before.architectures, more.architectures),
    cpus: larger(before.cpus, more.cpus),
    memory: larger(before.memory, more.memory),
    gpu:
      before.gpu === null
        ? more.gpu
        : {
            vendor: before.gpu.vendor,
            minimumCuda: before.gpu.minimumCuda ?? more.gpu?.minimumCuda ?? null,
            memory: larger(before.gpu.memory, more.gpu?.memory ?? null),
          },
    mpi: before.mpi ?? more.mpi,
    engines: list(before.engines, more.engines),
    glibc: before.glibc ?? more.glibc,
  };
}

/** As {@link required}, of a question. */
const narrowed = (before: Question, more: Question): Question => ({
  formats: before.formats?.length === 0 ? more.formats : before.formats,
  techniques: before.techniques?.length === 0 ? more.techniques : before.techniques,
  size: before.size ?? more.size,
  path: before.path ?? more.path,
  facility: before.facility ?? more.facility,
  cpus: before.cpus === null ? more.cpus : before.cpus + (more.cpus ?? 0),
  memory: before.memory === null ? more.memory : before.memory + (more.memory ?? 0),
  time: before.time === null ? more.time : before.time + (more.time ?? 0),
});

type Blank = (asking: Asked) => Asked;

const ofImage =
  (change: (stating: Stating) => Partial<Stating>): Blank =>
  (asking) => ({ ...asking, image: { ...asking.image, ...change(asking.image) } });
const ofRequires = (change: (requires: Requirements) => Partial<Requirements>): Blank =>
  ofImage(({ requires }) => ({ requires: { ...requires, ...change(requires) } }));
const without = (...names: readonly string[]): Blank =>
  ofImage(({ environment }) => ({ environment: environment.filter(({ name }) => !names.includes(name)) }));
const ofResource =
  (change: Partial<ComputeResource>): Blank =>
  (asking) => ({ ...asking, resource: { ...asking.resource, ...change } });
const ofQuestion =
  (change: (question: Question) => Partial<Question>): Blank =>
  (asking) => ({ ...asking, question: { ...asking.question, ...change(asking.question) } });
const ofNodes =
  (change: (node: NodeType) => Partial<NodeType>): Blank =>
  (asking) => ({
    ...asking,
    resource: {
      ...asking.resource,
      nodes: asking.resource.nodes.map((node) => ({ ...node, ...change(node) })),
    },
  });
const ofGpus = (change: Partial<NodeGpu>): Blank =>
  ofNodes(({ gpus }) => ({ gpus: gpus?.map((gpu) => ({ ...gpu, ...change })) ?? null }));
const both =
  (one: Blank, other: Blank): Blank =>
  (asking) =>
    other(one(asking));

/**
 * The facts, and how each becomes unknown. Two of them are said in more than one place, of which the others would still say it:
 * what an image runs on (its platforms, narrowed by `requires.architectures`), and which CUDA it needs.
 */
const FACTS: Readonly<Record<string, Blank>> = {
  'what the image runs on': both(
    ofImage(() => ({ platforms: [] })),
    ofRequires(() => ({ architectures: [] })),
  ),
  'the CUDA that the image needs': both(
    ofRequires(({ gpu }) => ({ gpu: gpu === null ? null : { ...gpu, minimumCuda: null } })),
    without('CUDA_VERSION', 'NVIDIA_REQUIRE_CUDA'),
  ),
  'requires.cpus': ofRequires(() => ({ cpus: null })),
  'requires.memory': ofRequires(() => ({ memory: null })),
  'requires.gpu': ofRequires(() => ({ gpu: null })),
  'requires.gpu.memory': ofRequires(({ gpu }) => ({ gpu: gpu === null ? null : { ...gpu, memory: null } })),
  'requires.mpi': ofRequires(() => ({ mpi: null })),
  'requires.engines': ofRequires(() => ({ engines: [] })),
  'requires.glibc': ofRequires(() => ({ glibc: null })),
  reads: ofImage(() => ({ reads: [] })),
  techniques: ofImage(() => ({ techniques: [] })),
  ...Object.fromEntries(
    ['OPENMPI_VERSION', 'MPICH_VERSION', 'MVAPICH2_VERSION', 'MPI_VERSION', 'ROCM_VERSION'].map((name) => [
      name,
      without(name),
    ]),
  ),
  architecture: ofNodes(() => ({ architecture: null })),
  microarchitecture: ofNodes(() => ({ microarchitecture: null })),
  features: ofNodes(() => ({ features: [] })),
  glibc: ofNodes(() => ({ glibc: null })),
  cores: ofNodes(() => ({ cores: null })),
  'memory of a node': ofNodes(() => ({ memory: null })),
  gpus: ofNodes(() => ({ gpus: null })),
  'vendor of a GPU': ofGpus({ vendor: null }),
  'memory of a GPU': ofGpus({ memory: null }),
  driver: ofGpus({ driver: null }),
  cuda: ofGpus({ cuda: null }),
  engines: ofResource({ engines: [] }),
  subuids: ofResource({ subuids: null }),
  timeLimit: ofResource({ timeLimit: null }),
  mpi: ofResource({ mpi: null }),
  'formats of the data': ofQuestion(({ formats }) => ({ formats: formats?.length === 0 ? [] : null })),
  'techniques of the data': ofQuestion(({ techniques }) => ({
    techniques: techniques?.length === 0 ? [] : null,
  })),
};

describe('the laws of matching', () => {
  test('a requirement more of the image never takes back a no', () => {
    fc.assert(
      fc.property(asked(1), requirements, (before, more) => {
        const requires = required(before.image.requires, more);
        const after = { ...before, image: { ...before.image, requires } };
        assert.deepEqual(turned(before, after, /^no/, /^(?!no)/), []);
      }),
      RUNS,
    );
  });

  test('a requirement more of the question never takes back a no', () => {
    fc.assert(
      fc.property(asked(1), question, (before, more) => {
        const after = { ...before, question: narrowed(before.question, more) };
        assert.deepEqual(turned(before, after, /^no/, /^(?!no)/), []);
      }),
      RUNS,
    );
  });

  test('requirements more never make a resource of several node types suit', () => {
    fc.assert(
      fc.property(asked(3), requirements, question, (before, more, narrower) => {
        const after = {
          ...before,
          image: { ...before.image, requires: required(before.image.requires, more) },
          question: narrowed(before.question, narrower),
        };
        if (whole(judged(before).findings) === 'no') assert.equal(whole(judged(after).findings), 'no');
      }),
      RUNS,
    );
  });

  for (const [fact, blank] of Object.entries(FACTS)) {
    test(`without ${fact} no no becomes a yes`, () => {
      fc.assert(
        fc.property(asked(1), (before) => {
          assert.deepEqual(turned(before, blank(before), /^no/, /^yes/), []);
        }),
        { numRuns: runs(60) },
      );
    });
  }

  test('without any number of facts no no becomes a yes, nor does the whole at several node types', () => {
    fc.assert(
      fc.property(asked(3), fc.subarray(Object.keys(FACTS)), (before, facts) => {
        const after = facts.reduce((asking, fact) => FACTS[fact]?.(asking) ?? asking, before);
        const [node] = before.resource.nodes;
        assert.ok(node);
        const alone = (asking: Asked): Asked => ({
          ...asking,
          resource: { ...asking.resource, nodes: asking.resource.nodes.slice(0, 1) },
        });
        assert.deepEqual(turned(alone(before), alone(after), /^no/, /^yes/), []);
        if (whole(judged(before).findings) === 'no') assert.notEqual(whole(judged(after).findings), 'yes');
      }),
      RUNS,
    );
  });

  test('each finding has a code and inert sentences, and what is not a yes a remedy', () => {
    fc.assert(
      fc.property(asked(2), (asking) => {
        const { findings } = judged(asking);
        const others = ['license', 'policy', 'trust'];
        assert.deepEqual(
          findings.map(({ dimension }) => dimension),
          DIMENSIONS.filter((dimension) => !others.includes(dimension)),
        );
        for (const { code, message, remedy, verdict } of findings) {
          assert.match(code, /^[A-Z][A-Z0-9_]+$/);
          for (const text of [message, ...(remedy === null ? [] : [remedy])]) {
            assert.match(text, /^[A-Z].*\.$/u);
            assert.equal(inert(text), text);
            assert.ok(text.length < 1_000, text);
          }
          assert.equal(remedy === null, verdict === 'yes', code);
        }
      }),
      RUNS,
    );
  });

  test('each code has one verdict, and is of one dimension', () => {
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(asked(1), (asking) => {
        for (const { dimension, verdict, code } of judged(asking).findings) {
          const kind = `${dimension} ${verdict}`;
          assert.equal(seen.get(code) ?? kind, kind, code);
          seen.set(code, kind);
        }
      }),
      RUNS,
    );
  });
});
