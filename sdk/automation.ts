/**
 * Whether this browser is driven by a known automation tool. A file of its own (`automation.mjs`), fetched once the
 * lesson plays, and outside the budget of what a trainee waits for.
 *
 * Guarantees: nothing leaves the page but the answer, one bit. What the library calls automated without
 * knowing the tool, and clients that platforms ship as programs (Electron, CEF), are not: both are honest people's.
 */
import { collect, detect, detectors, sources } from '@fingerprintjs/botd';

const honest = new Set(['unknown', 'electron', 'cef', 'cefsharp', 'awesomium']);

/** Not by the library's own `load`: that brings a count of installations, told to its makers. */
export async function isAutomated(): Promise<boolean> {
  const [found] = detect(await collect(sources), detectors);
  return Object.values(found).some((one) => one.bot && !honest.has(one.botKind));
}
