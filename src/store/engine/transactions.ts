// What Kysely's drivers lack. What ended a transaction is what its caller sees: Kysely rejects with the failure of the ROLLBACK behind it where that
// fails, too: SQLite has rolled back by itself where the disk is full, and a server that is gone does not answer again.
import type { DatabaseConnection, Dialect, Driver } from 'kysely';
import { preparing } from '../../model/pace.ts';

/** The dialect, whose transactions reject with what ended them, whatever comes of their ROLLBACK. */
export const rejectingWithCause = (dialect: Dialect): Dialect => withDriver(dialect, withTolerantRollback);

/**
 * The dialect of an engine whose calls block, with a rest between statements when it is due by {@link preparing}, after 5 ms:
 * a transaction of very many would else let nobody read meanwhile.
 */
export const restingBetween = (dialect: Dialect): Dialect => withDriver(dialect, withRests);

function withDriver(dialect: Dialect, changed: (driver: Driver) => Driver): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => changed(dialect.createDriver()),
  };
}

/** The connections that rest: the driver gives the same one again and again. */
const RESTING = new WeakSet<DatabaseConnection>();

function withRests(driver: Driver): Driver {
  const acquire = driver.acquireConnection.bind(driver);
  driver.acquireConnection = async () => {
    const connection = await acquire();
    if (RESTING.has(connection)) return connection;
    RESTING.add(connection);
    const execute = connection.executeQuery.bind(connection);
    connection.executeQuery = async (query) => {
      if (preparing.due()) await preparing.rest();
      return execute(query);
    };
    return connection;
  };
  return driver;
}

function withTolerantRollback(driver: Driver): Driver {
  const rollback = driver.rollbackTransaction.bind(driver);
  // PostgreSQL's driver has marked the connection by then, so that nobody gets it again; SQLite's is closed with the store.
  driver.rollbackTransaction = (connection: DatabaseConnection) =>
    rollback(connection).catch(() => undefined);
  return driver;
}
