import { describe, expect, it } from 'vitest';
import { buildSdk } from '../../sdk/build.ts';
import { causes } from '../../sdk/wire.ts';

describe('the bundle', () => {
  it('stays inside its budget, and carries no schema and no threshold of the detector', async () => {
    const { script, module, gzip } = await buildSdk();
    expect(gzip.all).toBeLessThanOrEqual(24 * 1024);
    expect(gzip.ours).toBeLessThanOrEqual(10 * 1024);
    for (const bundle of [script, module]) {
      const text = new TextDecoder().decode(bundle);
      expect(text).not.toMatch(/ZodError|strictObject|polling-xhr|firstViewingMax|maxGap/);
      // Only the wire's words, spelt as the wire spells them.
      for (const cause of causes.filter((one) => one !== 'interval' && one !== 'playing'))
        expect(text).toContain(cause);
    }
  });
});
