// Scalars whose text has a grammar of its own: URLs and times. Text that does not follow it gives null.

/**
 * An http or https URL without credentials in its normal form (WHATWG URL), in which blanks, double quotes and angle
 * brackets are escaped; null for any other text, and for null.
 */
export function webUrl(text: string | null): string | null {
  if (text === null || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  // A user name or password in a link is somebody's secret, or a disguise of where the link goes.
  return url.username === '' && url.password === '' ? url.href : null;
}

/** RFC 3339, and as labels write it: only a date, or a blank instead of the T. */
const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d))?$/;

/**
 * A time (RFC 3339) as RFC 3339 in UTC, to the millisecond, with what is finer cut off; a date alone is its midnight,
 * and a time without a zone is in UTC. null if it is not a valid time since year 1000, and for null.
 */
export function utcTime(text: string | null): string | null {
  const [, year, month, day, clock = '00:00:00', fraction = '0', zone = 'Z'] = TIME.exec(text ?? '') ?? [];
  // Go, and so every container engine, writes an unknown time as year 1.
  if (year === undefined || year < '1000') return null;
  const date = `${year}-${month}-${day}`;
  // Date reads February 30 as March 1 or 2: such a date is not valid.
  const midnight = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== date) return null;
  const milliseconds = fraction.slice(0, 3).padEnd(3, '0');
  const time = new Date(`${date}T${clock}.${milliseconds}${zone.toUpperCase()}`);
  if (Number.isNaN(time.getTime())) return null;
  const utc = time.toISOString();
  return TIME.test(utc) ? utc : null;
}
