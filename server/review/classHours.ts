/** Class hours 学时. Guarantees: rounded down, so that no rounding ever creates credit. */

/**
 * One class hour, in minutes. 辽宁 2023: “线上培训每课时为45分钟”; 广东 2020: 每课时不少于45分钟.
 * Other rules count 30 or 60: seconds are what is stored, hours are only how they are shown.
 */
export const CLASS_HOUR_MINUTES = 45;

const HUNDREDTH_MS = (CLASS_HOUR_MINUTES * 60_000) / 100;

/** Credited milliseconds as class hours, down to two decimals. */
export function classHoursOf(creditedMs: number): number {
  return Math.floor(creditedMs / HUNDREDTH_MS) / 100;
}
