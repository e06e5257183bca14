// Reads back everything that a store has, and says what of it is not as panfed wrote it.
import { type Kysely, sql } from 'kysely';
import { hasDigest } from '../../model/digest.ts';
import { FederationError } from '../../model/errors.ts';
import { createCrawlStore } from '../crawls/crawls.ts';
import { partCount } from '../crawls/parts.ts';
import { MAX_ADDRESS_BYTES, MAX_REGISTRIES, NAME_COLUMNS } from '../crawls/registry-rows.ts';
import { DOCUMENT_COLUMNS, type DocumentSource, isSealedDocument, MAX_DOCUMENT_BYTES } from '../documents.ts';
import type { Engine, StorePlace } from '../engine/engine.ts';
import { faultOf, REPLACE_FILE } from '../engine/fault.ts';
import { createHistorySeal } from '../history/history-seal.ts';
import { isValidSpan, joinedSpans } from '../history/joined-spans.ts';
import { schemaVersion } from '../schema/migrate.ts';
import { requireOwnObjects } from '../schema/objects.ts';
import { type Bytes, bytesOf, type Schema } from '../schema/schema.ts';
import type { Seal } from '../seal.ts';
import { STATE_COLUMNS } from '../state.ts';
import { textUpTo } from '../up-to.ts';

/** One thing that is not as it was written. */
export interface StoreFinding {
  /** `registry esrf/internal`, `history esrf/internal`, `document sha256:…`, `state …`, `file`, `database`. */
  readonly at: string;
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
}

export interface StoreCheck {
  /** How many of each were read back. */
  readonly registries: number;
  readonly nodes: number;
  readonly documents: number;
  readonly states: number;
  /** Times in which a tag pointed to an image. */
  readonly tags: number;
  readonly findings: readonly StoreFinding[];
}

type Counts = { -readonly [Name in keyof Omit<StoreCheck, 'findings'>]: number };

/**
 * Reads all of the store back, as of one moment, and compares it with its MACs and digests, of up to 10,000
 * registries, without what has a name of more than 4,096 bytes, which nothing reads; changes nothing. Of
 * damaged pages at most 20 are findings. Damage (STORE_DAMAGED) is a finding. Rejects with STORE_NEWER as
 * {@link schemaVersion} does, and with the engine's error where it cannot be read, of which {@link faultOf}
 * makes STORE_UNAVAILABLE.
 */
export async function checkStore(engine: Engine, place: StorePlace, seal: Seal): Promise<StoreCheck> {
  const counts: Counts = { registries: 0, nodes: 0, documents: 0, states: 0, tags: 0 };
  const findings: StoreFinding[] = [];
  try {
    await schemaVersion(engine);
    if (engine.kind === 'sqlite') findings.push(...(await checkPages(engine.db)));
    await requireOwnObjects(engine, place);
    const tables = await engine.tables();
    // All of one moment: the gateway may commit a crawl meanwhile.
    const transaction = engine.db.transaction();
    const snapshot =
      engine.kind === 'postgres' ? transaction.setIsolationLevel('repeatable read') : transaction;
    await snapshot.execute(async (db) => {
      if (tables.has('registry')) findings.push(...(await checkCrawls(db, seal, counts)));
      if (tables.has('tag')) findings.push(...(await checkHistories(db, seal, counts)));
      if (tables.has('document')) findings.push(...(await checkDocuments(db, seal, counts)));
      if (tables.has('state')) findings.push(...(await checkStates(db, seal, counts)));
    });
  } catch (error) {
    const { code, message, hint = '' } = faultOf(error, place);
    if (code !== 'STORE_DAMAGED') throw error;
    findings.push({ at: engine.kind === 'sqlite' ? 'file' : 'database', message, hint });
  }
  return { ...counts, findings };
}

/** Damaged pages that are reported. */
const MAX_PAGES = 20;

async function checkPages(db: Kysely<Schema>): Promise<StoreFinding[]> {
  const { rows } = await sql<{ integrity_check: string }>`
    SELECT integrity_check FROM pragma_integrity_check(${sql.lit(MAX_PAGES)})`.execute(db);
  return rows
    .filter(({ integrity_check }) => integrity_check !== 'ok')
    .map(({ integrity_check }) => ({ at: 'file', message: integrity_check, hint: REPLACE_FILE }));
}

async function checkCrawls(db: Kysely<Schema>, seal: Seal, counts: Counts): Promise<StoreFinding[]> {
  const crawls = createCrawlStore({
    isReadOnly: true,
    db,
    seal,
    now: () => 0,
    onCommit: async () => {},
  });
  const rows = await db
    .selectFrom('registry')
    .select(['mapping'])
    .select(NAME_COLUMNS)
    .select([
      textUpTo('kind', MAX_ADDRESS_BYTES).as('kind'),
      textUpTo('address', MAX_ADDRESS_BYTES).as('address'),
    ])
    .where('crawled_at', '>', 0)
    .orderBy('facility')
    .orderBy('registry')
    .limit(MAX_REGISTRIES)
    .execute();
  const findings: StoreFinding[] = [];
  for (const key of rows) {
    counts.registries += 1;
    try {
      const crawl = await crawls.find(key);
      for (let part = 0; crawl !== null && part < partCount(crawl); part += 1) {
        counts.nodes += (await crawls.read(key, crawl, part))?.ends.length ?? 0;
      }
    } catch (error) {
      if (!(error instanceof FederationError)) throw error;
      const { message, hint = '' } = error;
      findings.push({ at: `registry ${key.facility}/${key.registry}`, message, hint });
    }
  }
  return findings;
}

/** A finding for each registry: whoever forges rows can forge very many. */
async function checkHistories(db: Kysely<Schema>, seal: Seal, counts: Counts): Promise<StoreFinding[]> {
  const registries = await db
    .selectFrom('registry')
    .select(['id'])
    .select(NAME_COLUMNS)
    .orderBy('facility')
    .orderBy('registry')
    .limit(MAX_REGISTRIES)
    .execute();
  const findings: StoreFinding[] = [];
  for (const { id, ...name } of registries) {
    const rowSeal = createHistorySeal(seal, name, ({ message, hint = '' }) =>
      findings.push({ at: `history ${name.facility}/${name.registry}`, message, hint }),
    );
    let invalid = 0;
    for (let after = Number.MIN_SAFE_INTEGER; ; ) {
      const rows = await joinedSpans(db, id)
        .where('tag.id', '>', after)
        .orderBy('tag.id')
        .limit(NAMES)
        .execute();
      counts.tags += rows.length;
      invalid += rows.filter((row) => !isValidSpan(rowSeal, row)).length;
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.id;
    }
    rowSeal.report(invalid);
  }
  return findings;
}

/** Names that are read at a time. Documents themselves are read one by one: each may have megabytes. */
const NAMES = 1_000;

/** Bytes of a name; nothing reads what has a longer one. */
const MAX_NAME_BYTES = 4_096;

async function checkDocuments(db: Kysely<Schema>, seal: Seal, counts: Counts): Promise<StoreFinding[]> {
  const findings: StoreFinding[] = [];
  const registries = await db
    .selectFrom('registry')
    .select(['id', ...NAME_COLUMNS])
    .orderBy('id')
    .limit(MAX_REGISTRIES)
    .execute();
  for (const { id, facility, registry } of registries) {
    for (let after = { repository: '', digest: '' }; ; ) {
      const names = await db
        .selectFrom('document')
        .select(['repository', 'digest'])
        .where('registry_id', '=', id)
        .where(sql<boolean>`octet_length(repository) + octet_length(digest) <= ${sql.lit(MAX_NAME_BYTES)}`)
        .where(({ eb, refTuple, tuple }) =>
          eb(refTuple('repository', 'digest'), '>', tuple(after.repository, after.digest)),
        )
        .orderBy('repository')
        .orderBy('digest')
        .limit(NAMES)
        .execute();
      for (const name of names) {
        const row = await db
          .selectFrom('document')
          .select(DOCUMENT_COLUMNS)
          .where('registry_id', '=', id)
          .where('repository', '=', name.repository)
          .where('digest', '=', name.digest)
          .executeTakeFirstOrThrow();
        counts.documents += 1;
        const message = faultOfDocument(seal, { facility, registry, ...name, ...row });
        if (message !== null) {
          const at = `document ${facility}/${registry}/${name.repository}@${name.digest}`;
          findings.push({ at, message, hint: DOCUMENT_HINT });
        }
      }
      const last = names.at(-1);
      if (last === undefined) break;
      after = last;
    }
  }
  return findings;
}

const DOCUMENT_HINT =
  'Nothing is lost: it is not used, and fetched again when it is needed. Check the disk of the store.';

/** null: it is what panfed wrote. */
function faultOfDocument(
  seal: Seal,
  row: DocumentSource & { readonly digest: string; readonly mac: string; readonly body: Bytes | null },
): string | null {
  if (row.body === null) return `It has more than ${MAX_DOCUMENT_BYTES} bytes.`;
  if (!hasDigest(bytesOf(row.body), row.digest)) return 'Its bytes have another digest.';
  return isSealedDocument(seal, row)
    ? null
    : 'Its name is not what panfed wrote, or it was sealed with another secret.';
}

async function checkStates(db: Kysely<Schema>, seal: Seal, counts: Counts): Promise<StoreFinding[]> {
  const findings: StoreFinding[] = [];
  for (let after = ''; ; ) {
    const keys = await db
      .selectFrom('state')
      .select('key')
      .where('key', '>', after)
      .where(sql<boolean>`octet_length(key) <= ${sql.lit(MAX_NAME_BYTES)}`)
      .orderBy('key')
      .limit(NAMES)
      .execute();
    for (const { key } of keys) {
      const { value, mac } = await db
        .selectFrom('state')
        .select(STATE_COLUMNS)
        .where('key', '=', key)
        .executeTakeFirstOrThrow();
      counts.states += 1;
      if (seal.isValid('state', [key, value], bytesOf(mac))) continue;
      findings.push({
        at: `state ${key}`,
        message: 'It is not what panfed wrote, or was sealed with another secret.',
        hint: 'It counts as if it were not there. If nobody changed the store or the secret, check its disk.',
      });
    }
    const last = keys.at(-1);
    if (last === undefined) return findings;
    after = last.key;
  }
}
