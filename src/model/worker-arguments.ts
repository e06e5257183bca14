// What every worker thread of this process is started with.

/**
 * Node's options of a thread, in the place of the process's own. Piscina requires a worker's file, and imports it where that fails: a
 * thread that is ended while it requires a module of ECMAScript aborts the whole process in Node 20 ("IsGraphAsync must be used on an
 * instantiated module"), so that it is made to import it.
 */
export const WORKER_ARGUMENTS: readonly string[] = ['--no-experimental-require-module'];
