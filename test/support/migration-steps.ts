// The store's own migrations and many steps more, each of which takes a few milliseconds.
import { sql } from 'kysely';
import { MIGRATIONS, type Migration } from '../../src/store/schema/migrations.ts';

const MORE = 40;
const ROWS = 2_000;

const step =
  (number: number): Migration =>
  async (db) => {
    await sql.raw(`CREATE TABLE step_${number} (n integer PRIMARY KEY)`).execute(db);
    await sql
      .raw(
        `INSERT INTO step_${number} WITH RECURSIVE count(n) AS
          (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < ${ROWS}) SELECT n FROM count`,
      )
      .execute(db);
  };

export const STEPS: readonly Migration[] = [
  ...MIGRATIONS,
  ...Array.from({ length: MORE }, (_, number) => step(number)),
];

/** The tables of the steps, by name. */
export const STEP_TABLES: readonly string[] = Array.from({ length: MORE }, (_, number) => `step_${number}`);
