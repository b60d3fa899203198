import { defineConfig, type Plugin } from 'vite';

/** What the server serves to every platform. */
const [served, servedExam] = ['/sdk/zhenxue.mjs', '/sdk/exam.mjs'];

/** The pages load the SDK as a platform's page does: as it is built, for its Worker is made of its own text. */
const builtSdk: Plugin = {
  name: 'built-sdk',
  apply: 'build',
  load(id) {
    if (id.endsWith('/sdk/watch.ts')) return `export { watch } from '${served}';`;
    return id.endsWith('/sdk/exam.ts') ? `export { exam } from '${servedExam}';` : null;
  },
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
    rollupOptions: {
      input: [`${import.meta.dirname}/index.html`, `${import.meta.dirname}/exam.html`],
      external: [served, servedExam],
    },
  },
});
