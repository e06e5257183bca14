// What ended a transaction is what its caller sees. Kysely rejects with the failure of the ROLLBACK behind it where that
// fails, too: SQLite has rolled back by itself where the disk is full, and a server that is gone does not answer again.
import type { DatabaseConnection, Dialect, Driver } from 'kysely';

/** The dialect, whose transactions reject with what ended them. */
export function rejectingWithCause(dialect: Dialect): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => withTolerantRollback(dialect.createDriver()),
  };
}

function withTolerantRollback(driver: Driver): Driver {
  const rollback = driver.rollbackTransaction.bind(driver);
  // PostgreSQL's driver has marked the connection by then, so that nobody gets it again; SQLite's is closed with the store.
  driver.rollbackTransaction = (connection: DatabaseConnection) =>
    rollback(connection).catch(() => undefined);
  return driver;
}
