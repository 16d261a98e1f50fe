import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  build: {
    target: 'safari17',
    cssMinify: true,
    // Everything is on the disk already: what a view needs later is loaded later, not asked for early.
    modulePreload: false,
    assetsInlineLimit: 0,
  },
  server: { port: 5173, strictPort: true },
  test: { environment: 'jsdom', include: ['src/**/*.test.ts'] },
});
