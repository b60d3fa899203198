import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/player/',
  publicDir: false,
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022',
    modulePreload: { polyfill: false },
  },
});
