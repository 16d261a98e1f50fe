import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';
import { emoji } from './emoji.plugin.ts';

export default defineConfig({
  plugins: [emoji(), svelte(), svelteTesting()],
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
