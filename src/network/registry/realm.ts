// The address of a token server that a registry may send the gateway to: no secret goes to any other.

/** A realm (Distribution's token authentication) that was admitted; registry-hosts.ts alone makes one. */
export class Realm {
  /** The origin of the registry whose tokens it gives. */
  readonly registry: string;
  readonly url: URL;

  private constructor(registry: string, url: URL) {
    this.registry = registry;
    this.url = url;
  }

  /**
   * For registry-hosts.ts, once it has compared the address with what is allowed: nothing is checked here.
   */
  static admitted(registry: URL, url: URL): Realm {
    return new Realm(registry.origin, url);
  }
}
