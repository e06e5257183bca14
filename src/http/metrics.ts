// What the operator watches, in Prometheus' text format: requests, registries, policies, and what was refused.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Catalog } from '../catalog/catalog.ts';
import type { WallClock } from '../model/clock.ts';
import { FederationError } from '../model/errors.ts';
import type { PolicyCounters } from '../policy/decisions/failures.ts';
import type { PolicyEngine } from '../policy/engine.ts';
import type { DecisionLogCounters } from '../policy/log/queue.ts';
import { bringsBearer } from './bearer-secret.ts';
import type { Listener } from './listener.ts';
import { send } from './respond.ts';
import { createStoreMetrics, type ObservedStore, type StoreMetrics } from './store-metrics.ts';

export interface Metrics {
  /** Counts a request of a known route, with its status and duration in seconds. */
  request(route: string, status: number, seconds: number): void;
  /** Counts dropped values of a claim that an issuer may not assert. */
  dropped(issuer: string, claim: string, count: number): void;
  readonly policies: PolicyCounters;
  /** Records that the source of a facility's signed policy answered now. */
  policySourceAsked(owner: string): void;
  readonly decisionLog: DecisionLogCounters;
  readonly store: StoreMetrics;
  /** Counts a connection that was destroyed because its client did not read. */
  unread(cause: 'slow' | 'memory'): void;
  /** Sets the listener whose connections and unread answers are reported. */
  listening(listener: Listener): void;
  /** Answers where the request has the token; rejects with FORBIDDEN otherwise. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Answers on the metrics' own address: as `answer`, but without a token where none is configured. */
  answerAside(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export interface ObservedParts {
  readonly catalog: Catalog;
  readonly policy: PolicyEngine;
  /** null: there is none. */
  readonly store: ObservedStore | null;
}

export interface MetricsOptions {
  /** Called at each scrape; null until the federation runs. */
  readonly observed: () => ObservedParts | null;
  /** The token that allows reading; null: nobody may read, except on the metrics' own address. */
  readonly token: string | null;
  readonly clock: WallClock;
}

/**
 * The metrics of one gateway, in Prometheus' text format; ages and times are in seconds there. Also those of
 * Node.js and the process, of which the event loop's delay and garbage collections are measured from now on.
 * All gauges of panfed's own are read at a scrape, but for when the source of a signed policy answered, which
 * is noted when it does. `answer` and `answerAside` reject with FORBIDDEN without the token.
 */
export function createMetrics({ observed, token, clock }: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'panfed_request_seconds',
    help: 'Duration of HTTP requests by route and status.',
    labelNames: ['route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const dropped = new Counter({
    name: 'panfed_claims_dropped_total',
    help: 'Claims that an issuer may not make, by issuer and claim.',
    labelNames: ['issuer', 'claim'],
    registers: [registry],
  });
  const evaluated = new Counter({
    name: 'panfed_policy_evaluations_total',
    help: 'Classes that a module judged, by owner.',
    labelNames: ['owner'],
    registers: [registry],
  });
  const evaluating = new Counter({
    name: 'panfed_policy_evaluation_seconds_total',
    help: 'Time that judging took, waiting included, by owner.',
    labelNames: ['owner'],
    registers: [registry],
  });
  const explained = new Counter({
    name: 'panfed_policy_explanation_evaluations_total',
    help: 'Inputs that a module judged for explanations, by owner.',
    labelNames: ['owner'],
    registers: [registry],
  });
  const explaining = new Counter({
    name: 'panfed_policy_explanation_seconds_total',
    help: 'Time that judging for explanations took, waiting included, by owner.',
    labelNames: ['owner'],
    registers: [registry],
  });
  const failures = new Counter({
    name: 'panfed_policy_failures_total',
    help: 'Classes that are denied because a module gave no well-formed decision, by owner and cause.',
    labelNames: ['owner', 'cause'],
    registers: [registry],
  });
  const lookups = new Counter({
    name: 'panfed_policy_cache_lookups_total',
    help: 'Lookups of cached decisions, verdicts and matches, by whether they were found.',
    labelNames: ['cache', 'found'],
    registers: [registry],
  });
  const activated = new Counter({
    name: 'panfed_policy_activations_total',
    help: 'Revisions that came into force after the start, by owner.',
    labelNames: ['owner'],
    registers: [registry],
  });
  const asked = new Gauge({
    name: 'panfed_policy_source_asked_timestamp_seconds',
    help: 'When the source of the owner’s signed policy last answered.',
    labelNames: ['owner'],
    registers: [registry],
  });
  const refused = new Counter({
    name: 'panfed_policy_activation_failures_total',
    help: 'New revisions that were refused, so that the one in force stayed, by owner and code.',
    labelNames: ['owner', 'code'],
    registers: [registry],
  });
  const logged = new Counter({
    name: 'panfed_decision_log_entries_total',
    help: 'Entries of the decision log that were written.',
    registers: [registry],
  });
  const unlogged = new Counter({
    name: 'panfed_decision_log_dropped_total',
    help: 'Entries of the decision log that were lost, by cause.',
    labelNames: ['cause'],
    registers: [registry],
  });
  for (const gauge of REGISTRY_GAUGES) {
    new Gauge({
      name: gauge.name,
      help: gauge.help,
      labelNames: ['facility', 'registry'],
      registers: [registry],
      collect() {
        this.reset();
        for (const state of observed()?.catalog.states() ?? []) {
          const value = gauge.value(state, clock.wall());
          if (value !== null) this.set({ facility: state.facility, registry: state.registry }, value);
        }
      },
    });
  }
  new Gauge({
    name: 'panfed_policy_active',
    help: '1 if the policy of the owner is in force.',
    labelNames: ['owner'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { owner, status } of observed()?.policy.modules() ?? [])
        this.set({ owner }, status === 'ACTIVE' ? 1 : 0);
    },
  });
  new Gauge({
    name: 'panfed_policy_version',
    help: 'Version of the signed source of the policy in force, by its signer.',
    labelNames: ['owner', 'signer'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { owner, version, signer } of observed()?.policy.modules() ?? [])
        if (version !== null && signer !== null) this.set({ owner, signer }, version);
    },
  });
  new Gauge({
    name: 'panfed_policy_activated_timestamp_seconds',
    help: 'When the revision in force of the owner’s policy came into force.',
    labelNames: ['owner', 'revision'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { owner, revision, activated } of observed()?.policy.modules() ?? [])
        if (revision !== null && activated !== null) this.set({ owner, revision }, activated / 1_000);
    },
  });
  const unread = new Counter({
    name: 'panfed_connections_unread_total',
    help: 'Connections that were ended because their client did not read its answer, by cause.',
    labelNames: ['cause'],
    registers: [registry],
  });
  let listening: Listener | null = null;
  for (const { name, help, value } of LISTENER_GAUGES) {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        if (listening !== null) this.set(value(listening));
      },
    });
  }
  const store = createStoreMetrics(registry, () => observed()?.store ?? null);
  const sendMetrics = async (response: ServerResponse): Promise<void> =>
    send(response, 200, registry.contentType, await registry.metrics());
  return {
    request: (route, status, seconds) => requests.observe({ route, status }, seconds),
    dropped: (issuer, claim, count) => dropped.inc({ issuer, claim }, count),
    policies: {
      evaluated: (owner, inputs, milliseconds) => {
        evaluated.inc({ owner }, inputs);
        evaluating.inc({ owner }, milliseconds / 1_000);
      },
      explained: (owner, inputs, milliseconds) => {
        explained.inc({ owner }, inputs);
        explaining.inc({ owner }, milliseconds / 1_000);
      },
      failed: (owner, cause, inputs) => failures.inc({ owner, cause }, inputs),
      looked: (cache, found) => lookups.inc({ cache, found: String(found) }),
      activated: (owner) => activated.inc({ owner }),
      refused: (owner, code) => refused.inc({ owner, code }),
    },
    policySourceAsked: (owner) => asked.set({ owner }, clock.wall() / 1_000),
    decisionLog: {
      written: (entries) => logged.inc(entries),
      dropped: (cause, entries) => unlogged.inc({ cause }, entries),
    },
    store,
    unread: (cause) => unread.inc({ cause }),
    listening: (listener) => {
      listening = listener;
    },
    answer: async (request, response) => {
      if (token === null || !bringsBearer(request, token)) throw forbidden();
      await sendMetrics(response);
    },
    answerAside: async (request, response) => {
      if (token !== null && !bringsBearer(request, token)) throw forbidden();
      await sendMetrics(response);
    },
  };
}

type State = ReturnType<Catalog['states']>[number];

const REGISTRY_GAUGES: readonly {
  readonly name: string;
  readonly help: string;
  readonly value: (state: State, now: number) => number | null;
}[] = [
  {
    name: 'panfed_registry_up',
    help: '1 if the last check of the registry succeeded.',
    value: ({ status }) => (status === 'OK' ? 1 : 0),
  },
  {
    name: 'panfed_registry_records',
    help: 'Valid records of the registry.',
    value: ({ snapshot }) => snapshot?.records.length ?? 0,
  },
  {
    name: 'panfed_registry_quarantined',
    help: 'Records of the registry that broke the contract.',
    value: ({ snapshot }) => snapshot?.quarantinedCount ?? 0,
  },
  {
    name: 'panfed_registry_age_seconds',
    help: 'Seconds since the last check that succeeded.',
    value: ({ checkedAt }, now) => (checkedAt === null ? null : Math.max(0, (now - checkedAt) / 1_000)),
  },
];

const LISTENER_GAUGES: readonly {
  readonly name: string;
  readonly help: string;
  readonly value: (listener: Listener) => number;
}[] = [
  {
    name: 'panfed_connections',
    help: 'Connections to the gateway that are open.',
    value: ({ connections }) => connections(),
  },
  {
    name: 'panfed_answers_waiting_bytes',
    help: 'Bytes of answers that clients have not taken yet.',
    value: ({ waiting }) => waiting.bytes,
  },
];

/** The message does not show whether a token is configured. */
function forbidden(): FederationError {
  return new FederationError('FORBIDDEN', 'Metrics are for the operator.', {
    hint: 'Send their token, or read them at their own address: telemetry.metrics in federation.yaml.',
  });
}
