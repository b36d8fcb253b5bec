import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const SERVER = 'http://127.0.0.1:8420';

export default defineConfig({
  plugins: [svelte()],
  build: {
    outDir: '../src/catseye/api/static',
    emptyOutDir: true,
    target: 'es2022',
    rollupOptions: { input: ['index.html', 'truth.html', 'calibrate.html', 'network.html'] }, // of `catseye watch`, `truth`, `calibrate` and `serve`
    assetsInlineLimit: 0, // the content security policy allows no data: addresses
    modulePreload: { polyfill: false },
  },
  server: {
    // `npm run dev` beside a running `catseye watch`; the Origin check wants one host, so it is rewritten
    proxy: {
      '/api': { target: SERVER, ws: true, changeOrigin: true, headers: { Origin: SERVER } },
      '/healthz': { target: SERVER, changeOrigin: true },
    },
  },
  test: { include: ['src/**/*.test.ts'] },
});
