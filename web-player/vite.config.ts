import { defineConfig, type Plugin } from 'vite';

/** What the server serves to every platform. */
const served = '/sdk/zhenxue.mjs';

/** The player loads the SDK as a platform's page does: as it is built, for its Worker is made of its own text. */
const builtSdk: Plugin = {
  name: 'built-sdk',
  apply: 'build',
  load: (id) => (id.endsWith('/sdk/watch.ts') ? `export { watch } from '${served}';` : null),
};

export default defineConfig({
  root: import.meta.dirname,
  base: '/player/',
  publicDir: false,
  plugins: [builtSdk],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rollupOptions: { external: [served] },
  },
});
