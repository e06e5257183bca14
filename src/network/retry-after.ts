// When a server asks to be asked again: Retry-After (RFC 9110, section 10.2.3), and Docker Hub's X-Retry-After.

type Headers = Readonly<Record<string, string>>;

/** Seconds since the epoch begin here; a smaller number is a duration. */
const FIRST_UNIX_TIME = 1_000_000_000;

/** The three forms of an HTTP date (RFC 9110, section 5.6.7), all of them in GMT. */
const HTTP_DATES = [
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/**
 * Milliseconds to wait, from 0; null: the headers name no time that can be read. `now` is in milliseconds since the epoch;
 * names of headers are in lower case. Retry-After (RFC 9110, section 10.2.3) and Docker Hub's X-Retry-After are read alike:
 * a number as {@link untilSeconds} reads it, seconds from now or, from 1,000,000,000 on, since the epoch, with a fraction or
 * without; or an HTTP date (RFC 9110, section 5.6.7). Times are compared with the server's own `Date` where it sends one
 * that can be read, so that clocks may differ. The longer wait of both headers counts.
 */
export function retryAfter(headers: Headers, now: number): number | null {
  const serverNow = httpDate(headers.date ?? '') ?? now;
  const waits = [headers['retry-after'], headers['x-retry-after']].flatMap((value) => {
    const wait = value === undefined ? null : waitOf(value.trim(), serverNow);
    return wait === null ? [] : [wait];
  });
  return waits.length === 0 ? null : Math.max(0, ...waits);
}

/**
 * Milliseconds, from 0, until a number of seconds: since the epoch where it is 1,000,000,000 or more, else
 * from now; null: no number with at most 15 digits before the point and 15 behind it. `now` is in
 * milliseconds since the epoch.
 */
export function untilSeconds(text: string, now: number): number | null {
  if (!/^\d{1,15}(?:\.\d{1,15})?$/.test(text)) return null;
  const seconds = Number(text);
  return seconds >= FIRST_UNIX_TIME ? Math.max(0, seconds * 1_000 - now) : seconds * 1_000;
}

function waitOf(value: string, now: number): number | null {
  const wait = untilSeconds(value, now);
  if (wait !== null) return wait;
  const date = httpDate(value);
  return date === null ? null : Math.max(0, date - now);
}

/** Milliseconds since the epoch; null: no HTTP date. */
function httpDate(text: string): number | null {
  if (!HTTP_DATES.some((form) => form.test(text))) return null;
  const time = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(time) ? null : time;
}
