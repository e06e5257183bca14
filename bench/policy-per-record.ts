// The same modules in as many workers, evaluated for each record separately.
import type { Snapshot } from '../src/catalog/snapshot.ts';
import type { Config } from '../src/config/schema.ts';
import type { Decision } from '../src/model/decision.ts';
import type { Subject } from '../src/model/subject.ts';
import type { PolicyModule } from '../src/policy/wasm/module.ts';
import { built } from './built.ts';
import { judging } from './policy-rules.ts';

const { WorkerPool } = await built<typeof import('../src/policy/wasm/pool.ts')>('policy/wasm/pool');
const { loadModule } = await built<typeof import('../src/policy/wasm/module.ts')>('policy/wasm/module');
const { evaluate } = await built<typeof import('../src/policy/wasm/evaluator.ts')>('policy/wasm/evaluator');
const { recordInput, requestInput, subjectInput } =
  await built<typeof import('../src/policy/decisions/input.ts')>('policy/decisions/input');

export interface PerRecord {
  /** Number of classes of records that the federation's module cannot distinguish. */
  readonly classes: number;
  /** The allowed actions for each record: 1 discover, 2 pull, 4 execute. */
  judge(subject: Subject): Promise<Uint8Array>;
  /** The number of different reason codes that the module of each owner gave. */
  readonly reached: ReadonlyMap<string, number>;
  end(): Promise<void>;
}

/** One module and its input: JSON of what it reads of each record, and the record's index. */
interface Judge {
  readonly module: PolicyModule;
  readonly inputs: readonly string[];
  readonly places: readonly number[];
  readonly codes: Set<string>;
}

/** Milliseconds for a batch: long, so that none is ended by its deadline. */
const PATIENCE = 60_000;

/** Loads the modules, and prepares their inputs for all records of the snapshots. Rejects if a module does not load. */
export async function createPerRecord(config: Config, snapshots: readonly Snapshot[]): Promise<PerRecord> {
  const pool = new WorkerPool({ deadline: PATIENCE });
  const records = snapshots.flatMap((snapshot) => snapshot.records);
  const judges: Judge[] = [];
  for (const { owner, path } of judging(config)) {
    const module = await loadModule(pool, path, owner);
    const places = [...records.keys()].filter(
      (place) => owner === 'federation' || records[place]?.facility === owner,
    );
    const inputs = places.map((place) =>
      module.projection.record(recordInput(records[place] as (typeof records)[number])),
    );
    judges.push({ module, inputs, places, codes: new Set() });
  }
  pool.keepOnly(new Set(judges.map(({ module }) => module.compiled.key)));

  async function judgeBy({ module, inputs, places, codes }: Judge, subject: Subject, bits: Uint8Array) {
    const { projection, compiled } = module;
    const rest = [projection.subject(subjectInput(subject)), projection.request(requestInput(null))];
    const answers = await evaluate(pool, {
      module: compiled,
      before: '{"record":',
      inputs,
      after: `,"subject":${rest[0]},"request":${rest[1]}}`,
      maximum: Number.POSITIVE_INFINITY,
    });
    const known = new Map<unknown, number>();
    for (const [index, answer] of answers.entries()) {
      if (typeof answer !== 'string') throw new Error(`${module.owner}: ${answer.detail}`);
      let allowed = known.get(answer);
      if (allowed === undefined) {
        const decision = JSON.parse(answer) as Decision;
        for (const { code } of decision.reasons) codes.add(code);
        allowed = (decision.discover ? 1 : 0) | (decision.pull ? 2 : 0) | (decision.execute ? 4 : 0);
        known.set(answer, allowed);
      }
      const place = places[index] ?? 0;
      bits[place] = (bits[place] ?? 0) & allowed;
    }
  }

  return {
    classes: new Set(judges[0]?.inputs).size,
    judge: async (subject) => {
      const bits = new Uint8Array(records.length).fill(7);
      await Promise.all(judges.map((judge) => judgeBy(judge, subject, bits)));
      return bits;
    },
    get reached() {
      return new Map(judges.map(({ module, codes }) => [module.owner, codes.size]));
    },
    end: () => pool.close(),
  };
}
