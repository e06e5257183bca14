// What a registry's credential is, and the only places that it can be sent to: the registry itself and its realms.
import { isDeepStrictEqual } from 'node:util';
import { FederationError } from '../../model/errors.ts';
import { Credential, SecretForm } from '../credential.ts';
import type { Realm } from './realm.ts';

/** What federation.yaml or a Docker configuration gives for a registry. */
export type LoginSecret =
  /** Sent to the registry as it is. */
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** An identity token: given to the realm for tokens (OAuth 2.0, `refresh_token`). */
  | { readonly kind: 'identity'; readonly token: string };

/** A registry's credential. Its secret appears in no log, no JSON and no inspection. */
export class RegistryLogin {
  readonly kind: LoginSecret['kind'];
  /** The origin of the registry. */
  readonly registry: string;
  readonly #secret: LoginSecret;

  /** Nothing of the secret is checked before it is used. */
  constructor(registry: URL, secret: LoginSecret) {
    this.registry = registry.origin;
    this.kind = secret.kind;
    this.#secret = secret;
  }

  /**
   * For requests to the registry itself; null for an identity token, which is for realms alone.
   * @throws FederationError CONFIG_INVALID as {@link Credential.for} and {@link Credential.basic} do.
   */
  forRegistry(): Credential | null {
    const secret = this.#secret;
    if (secret.kind === 'token') return Credential.for(this.registry, secret.token);
    if (secret.kind === 'identity') return null;
    return Credential.basic(this.registry, secret.username, secret.password);
  }

  /**
   * For a GET of a token, by HTTP Basic (RFC 7617); null where the credential is no user and password.
   * @throws FederationError INTERNAL for another registry's realm, CONFIG_INVALID as {@link Credential.basic}
   * does.
   */
  forRealm(realm: Realm): Credential | null {
    const secret = this.#secret;
    this.#require(realm);
    return secret.kind === 'password' ? Credential.basic(realm.url, secret.username, secret.password) : null;
  }

  /**
   * The form for a POST of a token (OAuth 2.0, RFC 6749, section 6), with the fields and the identity token;
   * null where the credential is none.
   * @throws FederationError INTERNAL for another registry's realm.
   */
  formFor(realm: Realm, fields: Readonly<Record<string, string>>): SecretForm | null {
    const secret = this.#secret;
    this.#require(realm);
    if (secret.kind !== 'identity') return null;
    return SecretForm.for(realm.url, { ...fields, grant_type: 'refresh_token', refresh_token: secret.token });
  }

  /**
   * The JSON for signing in to Docker Hub's API, with user and password; null where the credential is no such.
   * @throws FederationError INTERNAL for another registry's realm.
   */
  signInFor(realm: Realm): SecretForm | null {
    const secret = this.#secret;
    this.#require(realm);
    if (secret.kind !== 'password') return null;
    return SecretForm.json(realm.url, { identifier: secret.username, secret: secret.password });
  }

  /**
   * The password as a bearer token, for an API that takes access tokens so; null where the credential is no password, or
   * not of `user`; null: of any.
   * @throws FederationError INTERNAL for another registry's realm, CONFIG_INVALID for a password that is no such token.
   */
  tokenFor(api: Realm, user: string | null): Credential | null {
    const secret = this.#secret;
    this.#require(api);
    if (secret.kind !== 'password' || (user !== null && secret.username !== user)) return null;
    return Credential.for(api.url, secret.password);
  }

  /** Whether it has the same secret for the same registry. */
  equals(other: RegistryLogin): boolean {
    return this.registry === other.registry && isDeepStrictEqual(this.#secret, other.#secret);
  }

  #require(realm: Realm): void {
    if (realm.registry === this.registry) return;
    throw new FederationError('INTERNAL', `the credential of ${this.registry} is not for this realm`);
  }
}
