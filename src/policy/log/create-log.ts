// The decision log of this process: entries as they are decided, uses an interval, one queue, one sink.

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { DecisionLogConfig } from '../../config/decision-log.ts';
import type { SecretReference } from '../../config/secret.ts';
import type { WallClock } from '../../model/clock.ts';
import { Credential } from '../../network/credential.ts';
import type { HttpClient } from '../../network/http-client.ts';
import { decidedBatch, type EntryContext, usesBatch } from './entry.ts';
import { fileSink } from './file.ts';
import { httpSink } from './http.ts';
import { type DecisionLog, NO_DECISION_LOG } from './log.ts';
import { createMask } from './mask.ts';
import { type DecisionLogCounters, EntryQueue, type Sink } from './queue.ts';
import { Uses } from './uses.ts';

export interface DecisionLogOptions {
  /** undefined: nothing is logged. */
  readonly config: DecisionLogConfig | undefined;
  /** The folder that a relative path starts from. */
  readonly baseDirectory: string;
  /** The federation's name, a label of every entry. */
  readonly federation: string;
  readonly httpClient: HttpClient;
  readonly secret: (reference: SecretReference) => Promise<string>;
  readonly logger: Logger;
  readonly counters: DecisionLogCounters;
  readonly clock: WallClock;
}

export interface RunningDecisionLog extends DecisionLog {
  /** Writes the waiting entries, for at most five seconds; those left then are dropped and counted. Never rejects. */
  close(): Promise<void>;
}

/**
 * A running log in the form of OPA's decision logs; its queue is bounded by `config.queueBytes` bytes, beyond which
 * entries are dropped and counted. Without `config` (undefined) it logs nothing. Uses are written every
 * `config.interval` seconds. Rejects with CONFIG_INVALID if its file cannot be written, or its token cannot be read or
 * is not a valid token.
 */
export async function createDecisionLog(options: DecisionLogOptions): Promise<RunningDecisionLog> {
  const { config, counters, logger, clock } = options;
  if (config === undefined) return { ...NO_DECISION_LOG, close: async () => {} };
  const { queueBytes, batchBytes, delay } = config;
  const context: EntryContext = {
    labels: {
      app: 'panfed',
      federation: options.federation,
      id: randomUUID(),
      version: await ownVersion(),
    },
    mask: createMask(config),
    clock,
  };
  const queue = new EntryQueue({
    ...{ sink: await sinkOf(config, options), counters, logger },
    ...{ queueBytes, batchBytes, delay },
  });
  const uses = new Uses(clock, (batch) => queue.add(usesBatch(batch, context)));
  const timer = setInterval(() => uses.flush(), config.interval * 1_000);
  timer.unref();
  return {
    decided: (classes) => queue.add(decidedBatch(classes, context)),
    used: (verdict, describe) => uses.add(verdict, describe),
    async close() {
      clearInterval(timer);
      uses.flush();
      await queue.close();
    },
  };
}

async function sinkOf(
  { file, http }: DecisionLogConfig,
  { baseDirectory, httpClient, secret, logger, clock }: DecisionLogOptions,
): Promise<Sink> {
  if (file !== undefined) {
    const path = resolve(baseDirectory, file.path);
    return fileSink({ ...file, path }, clock, () =>
      logger.warn({ path }, 'the decision log is another user’s file, and others may read it'),
    );
  }
  const { url, token } = http ?? { url: '' };
  const credential = token === undefined ? null : Credential.for(url, await secret(token));
  return httpSink({ httpClient, url, credential });
}

async function ownVersion(): Promise<string> {
  const manifest = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
