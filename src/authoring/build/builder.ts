// The process that builds a lab's signed source: without environment, with a bounded heap, and with OPA confined. It reads
// one order from its input and writes one answer to its output; it ends with the process that started it.
import { createInterface } from 'node:readline';
import { FederationError } from '../../model/errors.ts';
import { checkPolicy } from '../check.ts';
import { isFailure, type PolicyTest, ranOutOfTime, testPolicy } from '../evaluate/test.ts';
import type { Opa } from '../opa/opa.ts';
import { facilityOwner } from '../source/owner.ts';
import type { PolicyProblem } from '../source/problem.ts';
import { compilePolicy } from './compile.ts';
import { type BuildAnswer, type BuildOrder, buildOrderSchema, type Refused } from './order.ts';

/** Problems, warnings and failed tests that are reported, at most. */
const MAX_REPORTED = 20;
/** Characters of one text, at most, since the gateway parses the answer on its main thread. It shows fewer than this. */
const LENGTH = 16_384;

// Its input stays open as long as the answer is awaited. Its children are in its process group.
process.stdin.once('end', () => process.kill(process.platform === 'win32' ? process.pid : 0, 'SIGKILL'));
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await answerTo(buildOrderSchema.parse(JSON.parse(line)));
  process.stdout.write(JSON.stringify(answer), () => process.exit(0));
}

async function answerTo(order: BuildOrder): Promise<BuildAnswer> {
  try {
    return { built: await build(order) };
  } catch (error) {
    if (!(error instanceof FederationError)) throw error;
    return { refused: refusedFor(error) };
  }
}

async function build({ opa: path, owner: id, source, limits }: BuildOrder) {
  const { cpu, file, memory, wall } = limits;
  const opa: Opa = { path, confinement: { cpu, file, memory }, timeout: wall };
  const owner = facilityOwner(id, process.cwd());
  const checked = await checkPolicy(opa, owner);
  const compiled = await compilePolicy(opa, owner, { checked, source });
  const tests = await testPolicy(opa, owner, {
    compiled,
    deadline: limits.evaluation,
    timeout: limits.test,
    stopAtFailure: true,
  });
  const failed = tests.filter(isFailure);
  if (failed.length > 0) throw testsFailed(failed, tests.length);
  if (tests.every(({ outcome }) => outcome === 'skipped')) {
    throw new FederationError('POLICY_TESTS_FAILED', `every test of ${id} is skipped`, {
      hint: 'run at least one test: rename todo_test_… to test_…',
    });
  }
  return {
    revision: compiled.revision,
    bundle: Buffer.from(compiled.bytes).toString('base64'),
    tests: tests.length,
    warnings: checked.warnings.slice(0, MAX_REPORTED).map(describe),
  };
}

function testsFailed(failed: readonly PolicyTest[], all: number): FederationError {
  const [first] = failed;
  const late = failed.every(ranOutOfTime);
  return new FederationError(
    late ? 'POLICY_TOO_COSTLY' : 'POLICY_TESTS_FAILED',
    `${failed.length} of ${all} tests ${late ? 'ran out of time' : 'failed'}, the first is ${first?.name}: ${first?.detail ?? first?.outcome}`,
    {
      at: first?.at,
      extensions: {
        tests: failed
          .slice(0, MAX_REPORTED)
          .map(({ name, at, outcome, detail }) => ({ name, at, detail: detail ?? outcome })),
      },
    },
  );
}

function refusedFor({ code, message, at, hint, extensions }: FederationError): Refused {
  const { problems, tests } = (extensions ?? {}) as Pick<Refused, 'tests'> & {
    readonly problems?: readonly PolicyProblem[];
  };
  return {
    code,
    message: bounded(message),
    at: at === undefined ? at : bounded(at),
    hint: hint === undefined ? hint : bounded(hint),
    problems: problems?.slice(0, MAX_REPORTED).map(describe),
    tests: tests?.map(({ name, at: where, detail }) => ({
      name: bounded(name),
      at: bounded(where),
      detail: bounded(detail),
    })),
  };
}

function describe({ check, severity, file, line, column, message, hint }: PolicyProblem) {
  const texts = {
    file: bounded(file),
    message: bounded(message),
    hint: hint === null ? hint : bounded(hint),
  };
  return { check, severity, line, column, ...texts };
}

function bounded(text: string): string {
  return text.slice(0, LENGTH);
}
