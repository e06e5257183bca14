// Judges how an OCI registry is spoken to: whether it answers below /v2/, who gives its tokens, whether it lets the
// gateway in.
import { type Challenge, parseChallenges } from '../../network/registry/challenge.ts';
import type { RegistryHosts } from '../../network/registry/registry-hosts.ts';
import { type Check, fail, pass, quoted, warn } from './check.ts';

/** The answer to a GET of `/v2/` without a credential. */
export interface RootAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The check `api`, whether `/v2/` answers as the OCI distribution specification says: 200, or 401 with a
 * challenge (RFC 9110, section 11.6.1); anything else fails.
 */
export function judgeApi({ status, headers }: RootAnswer): Check {
  const version = headers['docker-distribution-api-version'] ?? '';
  const said = version === '' ? '' : `, as ${quoted(version)}`;
  if (status === 200) return pass('api', `/v2/ answers HTTP 200${said}`);
  if (status === 401) {
    return challengesIn(headers).length > 0
      ? pass('api', `/v2/ answers HTTP 401 and says how to sign in${said}`)
      : fail(
          'api',
          '/v2/ answers HTTP 401, and does not say how to sign in',
          'Send a WWW-Authenticate header that follows RFC 9110: Bearer with a realm, or Basic.',
        );
  }
  const hint =
    status >= 300 && status < 400
      ? 'Give the address that it redirects to: the gateway asks the registry’s own host alone.'
      : 'Give the root of a registry that speaks the OCI distribution specification.';
  return fail('api', `/v2/ answers HTTP ${status}`, hint);
}

const challengesIn = (headers: RootAnswer['headers']): readonly Challenge[] =>
  parseChallenges(headers['www-authenticate'] ?? '');

/**
 * The check `realm`: where the registry sends the gateway for a token, and whether the gateway may go there.
 * It fails where neither Bearer with a realm nor Basic is offered, and for a realm that is no address, is not
 * https, or is at a host that is neither the registry's nor named. It passes where no token is asked for.
 */
export function judgeRealm({ status, headers }: RootAnswer, hosts: RegistryHosts): Check {
  if (status !== 401) return pass('realm', 'no token is asked for');
  const challenges = challengesIn(headers);
  const bearer = challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'));
  if (bearer === undefined) {
    return challenges.some(({ scheme }) => scheme === 'basic')
      ? pass('realm', 'the registry asks for a user and a password itself')
      : fail(
          'realm',
          'it asks for nothing that the gateway has',
          'Offer Bearer with a realm, or Basic, in WWW-Authenticate.',
        );
  }
  const text = bearer.parameters.get('realm') ?? '';
  if (!URL.canParse(text)) {
    return fail(
      'realm',
      `the realm ${quoted(text)} is no address`,
      'Send an absolute https address as realm.',
    );
  }
  const realm = new URL(text);
  if (hosts.realm(text) !== null) {
    const isOwn = realm.hostname === hosts.origin.hostname;
    return pass(
      'realm',
      `${realm.origin} gives tokens, ${isOwn ? 'the registry’s own host' : 'as is named'}`,
    );
  }
  if (realm.protocol !== 'https:') {
    return fail(
      'realm',
      `tokens are given at ${realm.origin}, which is not https`,
      'Serve the token server over https: the credential goes there.',
    );
  }
  return fail(
    'realm',
    `tokens are given at ${realm.host}, which is another host`,
    'If it is the registry’s own token server, name it: --realm here, and in federation.yaml',
    [`realms: [${yamlHost(realm.host)}]`],
  );
}

/** In quotes where YAML would read it otherwise. */
const yamlHost = (host: string): string => (/^[a-z0-9.-]+$/.test(host) ? host : JSON.stringify(host));

/** What came of asking with what the gateway has. */
export interface Admission {
  /** The status of `/v2/`; null: it was not answered. */
  readonly status: number | null;
  /** Why it was not answered; null: it was. */
  readonly failure: { readonly message: string; readonly hint?: string | undefined } | null;
  /** Whether the tags of a repository were listed. */
  readonly isReadable: boolean;
  readonly hasCredential: boolean;
}

/**
 * The check `authentication`: whether the gateway is let in, by the credential or as anybody; a list of tags
 * that was read is enough, and without either it fails.
 */
export function judgeAuthentication({ status, failure, isReadable, hasCredential }: Admission): Check {
  const how = hasCredential ? 'by the credential of federation.yaml' : 'without a credential';
  if (status === 200) return pass('authentication', `let in ${how}`);
  const refused = failure?.message ?? `/v2/ answers HTTP ${status}`;
  if (isReadable) return pass('authentication', `repositories are read ${how}, though ${refused}`);
  const usual = hasCredential
    ? 'Check that the credential is valid and may read.'
    : 'Let anybody read, or give the gateway an account that may: `credential` of the registry in federation.yaml.';
  return fail('authentication', `not let in ${how}: ${refused}`, failure?.hint ?? usual);
}

/** Whether `_catalog` is answered; `entries` are names and globs that are to be crawled. */
export interface RepositoryList {
  /** null: it was not asked, since every repository is named. */
  readonly status: number | null;
  readonly listed: number;
  /** Whether there are more than were read. */
  readonly more: boolean;
  readonly matched: number;
  /** Whether federation.yaml says that it is to be listed. */
  readonly isConfigured: boolean;
}

/**
 * The check `repositories`: whether `_catalog` lists what is to be crawled. A refused list fails where
 * federation.yaml wants one, and else warns; an empty list warns, and one of which nothing is to be crawled
 * fails.
 */
export function judgeRepositories({ status, listed, more, matched, isConfigured }: RepositoryList): Check {
  if (status === null) return pass('repositories', `${matched} named, so that no list is needed`);
  const count = `${more ? 'more than ' : ''}${listed}`;
  const lines = ['crawl: [<name of a repository>, <another>]'];
  if (status >= 300) {
    const seen = `the registry does not list its repositories (HTTP ${status})`;
    const hint = 'Name them: --repository here, and in federation.yaml';
    return isConfigured ? fail('repositories', seen, hint, lines) : warn('repositories', seen, hint, lines);
  }
  if (matched > 0) return pass('repositories', `${count} listed, ${matched} of them to be crawled`);
  return listed === 0
    ? warn('repositories', 'the list is empty', 'Push an image, or let the credential see the repositories.')
    : fail('repositories', `${count} listed, and none is to be crawled`, 'Correct the globs in `crawl`.');
}
