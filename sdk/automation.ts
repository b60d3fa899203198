/**
 * Whether this browser is driven by a known automation tool. A file of its own (`automation.mjs`), fetched once the
 * lesson plays, and outside the budget of what a trainee waits for.
 *
 * Guarantees: nothing leaves the page but the answer, one bit. What the library calls automated without
 * knowing the tool, and clients that platforms ship as programs (Electron, CEF), are not: both are honest people's.
 */
import { load } from '@fingerprintjs/botd';

const honest = new Set(['unknown', 'electron', 'cef', 'cefsharp', 'awesomium']);

export async function isAutomated(): Promise<boolean> {
  // Without its own count of installations: no third party hears of a trainee.
  const library = await load({ monitoring: false });
  library.detect();
  return Object.values(library.getDetections() ?? {}).some((found) => found.bot && !honest.has(found.botKind));
}
