/**
 * Times for people. Guarantees: always Chinese time, wherever the browser stands, since
 * days, classes and rules are counted in it; durations are rounded down.
 */
const zone = 'Asia/Shanghai';

const clockParts = new Intl.DateTimeFormat('en-GB', {
  timeZone: zone,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const minuteParts = new Intl.DateTimeFormat('en-GB', {
  timeZone: zone,
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const dayParts = new Intl.DateTimeFormat('en-CA', {
  timeZone: zone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** @example timeOfDay(0) // '08:00:00' */
export const timeOfDay = (at: number | string): string => clockParts.format(new Date(at));
/** @example minuteOfDay(0) // '08:00' */
export const minuteOfDay = (at: number | string): string => minuteParts.format(new Date(at));
/** @example dayOf(0) // '1970-01-01' */
export const dayOf = (at: number | string): string => dayParts.format(new Date(at));

/** The time where it was today, else day and time. */
export function timeOrDay(at: string, now: number = Date.now()): string {
  return dayOf(at) === dayOf(now) ? timeOfDay(at) : `${dayOf(at).slice(5)} ${minuteOfDay(at)}`;
}

/** A day before or after. @example shiftDay('2025-03-01', -1) // '2025-02-28' */
export function shiftDay(day: string, by: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + by * 86_400_000).toISOString().slice(0, 10);
}

/** @example duration(3683.9) // '1:01:23' */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const tail = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}
