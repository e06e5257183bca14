// Callers who ask for a lab's own fields as fast as they can: what the lab withdraws is gone all the same.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { configOf, startGateway } from '../support/gateway.ts';
import { startRegistry, testNode } from '../support/registry.ts';
import { digestOf } from '../support/records.ts';

const TTL = 1_000;
const IMAGES = 40;
/** Milliseconds that the lab takes for its own fields. */
const SLOW = 150;

const images = Array.from({ length: IMAGES }, (_, n) =>
  testNode(`em/image-${n}`, { digest: digestOf(n + 1), sharing: 'open', license: 'MIT' }),
);
