// A lab's policy as the lab signed it: Rego source whose files are exactly those that its signature lists, with the
// scope and the key that federation.yaml names. Only verify.ts makes it, so that nothing else is ever compiled.

/** Rego source whose signature was verified. Only `verifySource` makes it. */
export interface SignedSource {
  readonly [verified]: true;
  /** The facility's id. */
  readonly owner: string;
  /** `metadata.version` of the signed manifest: a safe integer of 1 or more, larger in each bundle of a facility. */
  readonly version: number;
  /** Id of the key that signed it, as federation.yaml names it. */
  readonly signer: string;
  /**
   * `sha256:<64 hex>` of the signed payload, which lists every file with its hash. It identifies the content of a
   * version: another archive of the same content has the same.
   */
  readonly signed: string;
  /**
   * `sha256:<64 hex>` of the archive as received, for people who have that file. It may have been compressed or encoded
   * again on its way, so nothing is decided by it.
   */
  readonly digest: string;
  /**
   * By path from the bundle's root, with `/` between names and none before: Rego files, and data.json if there is one.
   */
  readonly files: ReadonlyMap<string, Uint8Array>;
}
declare const verified: unique symbol;
