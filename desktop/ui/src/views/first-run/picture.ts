/** A picture as the core wants it to look for a QR code in it. */
import { readQrCode } from '../../ipc/generated';

/** The most pixels on a side: a code fills a good part of the picture that somebody takes of it. */
const MOST = 1600;

/** What the QR code in a picture says; null where none is to be seen. */
export async function codeIn(file: Blob): Promise<string | null> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, MOST / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  const luma = new Uint8Array(width * height);
  for (let at = 0; at < luma.length; at += 1) {
    const from = at * 4;
    luma[at] =
      ((data[from] ?? 0) * 77 + (data[from + 1] ?? 0) * 150 + (data[from + 2] ?? 0) * 29) >> 8;
  }
  let text = '';
  for (let at = 0; at < luma.length; at += 0x8000) {
    text += String.fromCharCode(...luma.subarray(at, at + 0x8000));
  }
  return readQrCode(width, height, btoa(text));
}
