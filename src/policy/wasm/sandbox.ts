// One compiled module, ready to evaluate, within bounds of memory. Runs only in a worker thread. It avoids two problems
// of the SDK: memory is allocated in advance and has a maximum, since growing goes a page at a time; and an instance
// that threw is discarded, since each abort leaks stack until, after 1,024 of them, every call fails.

// TypeScript has the types of WebAssembly in its DOM library.
/// <reference lib="dom" />
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as Sdk from '@open-policy-agent/opa-wasm';
import { LosslessNumber, stringify } from 'lossless-json';
import { mayBeLarge, parseExact } from './exact-json.ts';
import { isOneObject } from './json-end.ts';

// As CommonJS: of the names in its types, the package's module for `import` exports only `loadPolicy`.
const require = createRequire(import.meta.url);
const { loadPolicySync }: typeof Sdk = require('@open-policy-agent/opa-wasm');
type LoadedPolicy = Sdk.LoadedPolicy;

const PAGE = 65_536;
const INITIAL_PAGES = 128;
const MAXIMUM_PAGES = 1_024;

/** The data of a module, as they are sent to workers. */
export interface ModuleData {
  /** UTF-8; shared, not copied. */
  readonly json: SharedArrayBuffer;
  /**
   * Pages of memory (64 KiB) that are allocated in advance: what the data take, or the maximum until that is measured.
   */
  readonly pages: number;
}

/** The facts that a module states about itself. */
export interface ModuleFacts {
  /** Pages of memory (64 KiB) that its data take; 0: it has none. */
  readonly dataPages: number;
  readonly entrypoints: readonly string[];
  /** Built-ins that it calls and the SDK does not have: they would fail when they are reached. */
  readonly missingBuiltins: readonly string[];
}

/** Why there is no answer; `malformed`, `deadline` and `refused` are detected outside of the sandbox. */
export type FailureCause = 'undefined' | 'threw' | 'large' | 'malformed' | 'deadline' | 'refused';

export interface Failure {
  readonly failure: FailureCause;
  /** What was thrown; only for the log. */
  readonly detail: string;
}

/** JSON of the one result, or why there is none. */
export type Answer = string | Failure;

/** Evaluates one module. Its methods never throw. */
export class Sandbox {
  readonly #module: WebAssembly.Module;
  readonly #entrypoint: string;
  readonly #data: ModuleData | null;
  /** Pages of a new instance. */
  readonly #pages: number;
  #policy: LoadedPolicy | null = null;
  /** Address of the last answer's text in the module's memory. */
  #answerAt = 0;

  /** Makes no instance yet. `data` null, as by default: the module has none. */
  constructor(module: WebAssembly.Module, entrypoint: string, data: ModuleData | null = null) {
    this.#module = module;
    this.#entrypoint = entrypoint;
    this.#data = data;
    this.#pages = INITIAL_PAGES + (data?.pages ?? 0);
  }

  /** Whether an evaluation would first have to load the module's data, which takes a while. */
  get needsData(): boolean {
    return this.#data !== null && this.#policy === null;
  }

  /** Makes the instance that the next evaluation needs; null: it exists. */
  prepare(): Failure | null {
    try {
      this.#policy ??= this.#load();
      return null;
    } catch (thrown) {
      return { failure: 'threw', detail: detailOf(thrown) };
    }
  }

  /** Bytes of memory of the present instance; 0: there is none. */
  get bytes(): number {
    return this.#policy?.mem.buffer.byteLength ?? 0;
  }

  /**
   * Evaluates one input, given as JSON of well-formed strings, at the module's own entry point unless another is given. An answer
   * is at most `maximum` UTF-16 code units.
   */
  evaluate(input: string, maximum: number, entrypoint = this.#entrypoint): Answer {
    try {
      this.#policy ??= this.#load();
      const { mem } = this.#policy;
      const results: unknown = this.#policy.evaluate(bytesOf(input), entrypoint);
      // Memory that grew never shrinks, and there is an instance for each module in each worker.
      if (this.bytes > this.#pages * PAGE) this.#policy = null;
      if (!Array.isArray(results) || results.length !== 1 || !Object.hasOwn(results[0], 'result')) {
        return { failure: 'undefined', detail: 'the entry point is undefined for this input' };
      }
      const json = this.#exact(JSON.stringify(results[0].result), mem);
      if (json.length > maximum)
        return { failure: 'large', detail: `the answer has ${json.length} characters` };
      return json;
    } catch (thrown) {
      this.#policy = null;
      return { failure: 'threw', detail: detailOf(thrown) };
    }
  }

  /**
   * The SDK parses the answer with JSON.parse: if that may have rounded, the answer is read again from the module's
   * memory.
   */
  #exact(json: string, mem: WebAssembly.Memory): string {
    if (!mayBeLarge(json)) return json;
    const results = parseExact(textAt(mem, this.#answerAt), (digits) => new LosslessNumber(digits));
    return stringify((results as readonly [{ readonly result: unknown }])[0].result) ?? json;
  }

  /** The module's facts, from a new instance that is loaded with its data. */
  facts(): ModuleFacts | Failure {
    try {
      if (this.#data !== null && !isOneObject(new Uint8Array(this.#data.json))) {
        return { failure: 'threw', detail: 'data.json is not one JSON object and nothing else' };
      }
      // Without growing, which is slow: memory beyond the data's maximum is not tried.
      const policy = this.#load(this.#pages);
      const called = Object.keys(builtinsOf(policy));
      return {
        dataPages: dataPagesOf(policy),
        entrypoints: Object.keys(policy.entrypoints),
        missingBuiltins: called.filter((name) => !Object.hasOwn(implemented(), name)).sort(),
      };
    } catch (thrown) {
      return { failure: 'threw', detail: detailOf(thrown) };
    }
  }

  /** Records the address of each answer, which the SDK hides, by wrapping the exports that it calls. */
  #noteAnswers(policy: LoadedPolicy): void {
    const instance = policy as unknown as { wasmInstance: { readonly exports: Abi } };
    const { exports } = instance.wasmInstance;
    const opa_eval: Abi['opa_eval'] = (...given) => {
      this.#answerAt = exports.opa_eval(...given);
      return this.#answerAt;
    };
    instance.wasmInstance = { exports: { ...exports, opa_eval } };
  }

  #load(maximum = MAXIMUM_PAGES - INITIAL_PAGES + this.#pages): LoadedPolicy {
    const policy = loadPolicySync(this.#module, { initial: this.#pages, maximum });
    // The SDK does not accept shared memory, so the data are copied.
    this.#noteAnswers(policy);
    if (this.#data !== null) policy.setData(new Uint8Array(new Uint8Array(this.#data.json)).buffer);
    return policy;
  }
}

/** The zero-terminated text in a module's memory. */
function textAt(memory: WebAssembly.Memory, start: number): string {
  const bytes = new Uint8Array(memory.buffer);
  return new TextDecoder().decode(bytes.subarray(start, bytes.indexOf(0, start)));
}

function bytesOf(text: string): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = new TextEncoder().encode(text);
  if (byteOffset === 0 && byteLength === buffer.byteLength) return buffer;
  return buffer.slice(byteOffset, byteOffset + byteLength);
}

/** The SDK throws strings, objects and errors. */
function detailOf(thrown: unknown): string {
  const detail = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : thrown;
  return (typeof detail === 'string' ? detail : JSON.stringify(detail)).slice(0, 256);
}

/** Pages of the heap from its base to where evaluations begin: the data's text and its parsed form. */
function dataPagesOf(policy: LoadedPolicy): number {
  const { baseHeapPtr, dataHeapPtr } = policy as unknown as {
    readonly baseHeapPtr: number;
    readonly dataHeapPtr: number;
  };
  return Math.ceil((dataHeapPtr - baseHeapPtr) / PAGE);
}

/** The part of OPA's ABI that the SDK does not wrap. https://www.openpolicyagent.org/docs/wasm */
interface Abi {
  readonly builtins: () => number;
  readonly opa_json_dump: (address: number) => number;
  readonly opa_eval: (...given: readonly number[]) => number;
}

/**
 * The built-ins of a module: the SDK hides this table; the ABI gives it as zero-terminated JSON in the module's memory.
 */
function builtinsOf({ mem, wasmInstance }: LoadedPolicy): Record<string, number> {
  const { builtins, opa_json_dump } = (wasmInstance as { exports: unknown }).exports as Abi;
  const start = opa_json_dump(builtins());
  return JSON.parse(textAt(mem, start));
}

/** The built-ins that the SDK has in JavaScript, from its own table, which it does not export. */
function implemented(): object {
  return require(join(dirname(require.resolve('@open-policy-agent/opa-wasm')), 'builtins', 'index.js'));
}
