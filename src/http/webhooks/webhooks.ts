// Webhooks: registries say here that something has changed. Whoever has a registry's secret can have repositories of its
// snapshot asked again, and nothing else; everybody else gets one answer, whatever there is.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Notification } from '../../catalog/notification.ts';
import type { FacilityConfig } from '../../config/facility.ts';
import type { SecretReference } from '../../config/secret.ts';
import { requireWebhookSecret } from '../../config/webhook.ts';
import { FederationError } from '../../model/errors.ts';
import { parseJsonOnce } from '../../model/json.ts';
import { type HashedSecret, hashedSecret } from '../hashed-secret.ts';
import { readRequestBody, refuseUnreadableBody } from '../request-body.ts';
import { refusesMethod, send } from '../respond.ts';
import { bringsSecret } from './authentication.ts';
import { namedRepositories } from './named-repositories.ts';

/** The route of all webhooks, as logs and metrics name it: their paths may end with a secret. */
export const WEBHOOKS = '/webhooks';

export interface Webhooks {
  /**
   * Answers a request of a path below {@link WEBHOOKS}: 202 without a body, METHOD_NOT_ALLOWED for all but POST. Rejects with
   * FORBIDDEN without the secret of a webhook that is there, with BAD_REQUEST for a body of no known format or not of JSON, and
   * as {@link refuseUnreadableBody} and {@link readRequestBody} do (PAYLOAD_TOO_LARGE beyond 256 KiB).
   */
  answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void>;
}

export interface WebhooksOptions {
  readonly facilities: readonly FacilityConfig[];
  readonly secret: (reference: SecretReference) => Promise<string>;
  /** Returns how many repositories are asked again. */
  readonly notify: (notification: Notification) => number;
  readonly logger: Logger;
}

/** Bytes, read on the event loop: a notification has some thousands. */
const MAX_BODY = 262_144;

const PATH = /^\/webhooks\/([^/]+)\/([^/]+)(?:\/([^/]+))?$/;

/** Whether the path (without a query) is that of a webhook, there or not: {@link WEBHOOKS}, or below it. */
export const isWebhook = (path: string): boolean => path === WEBHOOKS || path.startsWith(`${WEBHOOKS}/`);

/**
 * The webhooks of all registries that have one, whose secrets are read once, here; `answer` rejects as
 * {@link Webhooks} says. Rejects as `secret` does (see {@link readSecret}), and with CONFIG_INVALID where one
 * is not 32 to 256 unreserved characters of a URL (see {@link requireWebhookSecret}).
 */
export async function createWebhooks(options: WebhooksOptions): Promise<Webhooks> {
  const { facilities, secret, notify, logger } = options;
  const secrets = new Map<string, HashedSecret>();
  for (const { id, registries } of facilities) {
    for (const { key, webhook } of registries) {
      if (webhook === undefined) continue;
      const name = `${id}/${key}`;
      const text = requireWebhookSecret(await secret(webhook.secret), `the secret of the webhook of ${name}`);
      secrets.set(name, hashedSecret(text));
    }
  }
  return {
    async answer(request, response, path) {
      if (refusesMethod(request, response, ['POST'])) return;
      const [, facility = '', registry = '', inPath = null] = PATH.exec(path) ?? [];
      const expected = secrets.get(`${facility}/${registry}`) ?? null;
      if (!bringsSecret(request.headers, inPath, expected)) throw refused();
      refuseUnreadableBody(request, response);
      const named = namedRepositories(jsonOf(await readRequestBody(request, response, MAX_BODY)));
      if (named === null) throw unknownFormat();
      const repositories = notify({ facility, registry, named });
      logger.info({ facility, registry, repositories }, 'notification of a registry');
      send(response, 202, 'text/plain; charset=utf-8', '');
    },
  };
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return parseJsonOnce(bytes);
  } catch (cause) {
    throw new FederationError('BAD_REQUEST', 'A notification must be JSON.', { cause });
  }
}

/** The same for a registry that is not there, one without a webhook, and a wrong secret. */
const refused = (): FederationError =>
  new FederationError('FORBIDDEN', 'There is no such webhook, or this is not its secret.', {
    hint: 'A webhook is at /webhooks/<facility>/<registry>, with `webhook: {secret: …}` in federation.yaml; its secret is sent as `Authorization`, as `X-Gitlab-Token`, or at the end of the path.',
  });

const unknownFormat = (): FederationError =>
  new FederationError('BAD_REQUEST', 'This is no notification that panfed knows.', {
    hint: 'It knows those of Distribution, Harbor, Docker Hub, GitLab, Quay, zot and GitHub.',
  });
