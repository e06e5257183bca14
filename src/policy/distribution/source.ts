// A lab's policy as the lab signed it: Rego source whose every file is what its signature lists, of the scope and the key
// that federation.yaml names. Made by verify.ts alone, so that nothing else is ever compiled.

/** Rego source that passed its signature. Made by `verifySource` alone. */
export interface SignedSource {
  readonly [verified]: true;
  /** The facility's id. */
  readonly owner: string;
  /** `metadata.version` of the signed manifest: a safe integer of 1 or more, larger in each bundle of a facility. */
  readonly version: number;
  /** Id of the key that signed it, as federation.yaml names it. */
  readonly signer: string;
  /**
   * `sha256:<64 hex>` of what is signed: the payload that lists every file with its hash. What a version names: another
   * archive of the same content has the same.
   */
  readonly signed: string;
  /**
   * `sha256:<64 hex>` of the archive as it came, for whoever has that file. It may have been compressed or encoded anew on
   * its way: nothing is decided by it.
   */
  readonly digest: string;
  /** By path from the bundle's root, with `/` between and none before: Rego files, and data.json where there is one. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}
declare const verified: unique symbol;
