// Prints how many bytes `dist` has as it would be sent: text compressed, what is compressed already as
// it is. `--each` lists every file, the heaviest first.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const dist = join(import.meta.dirname, 'dist');
const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };

const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    const size = /\.(woff2|png)$/.test(path) ? bytes.length : brotliCompressSync(bytes, quality).length;
    return { path: path.slice(dist.length + 1), size };
  });

if (process.argv.includes('--each')) {
  for (const { path, size } of files.sort((a, b) => b.size - a.size)) {
    console.log(String(size).padStart(8), path);
  }
}
console.log(files.reduce((sum, { size }) => sum + size, 0));
