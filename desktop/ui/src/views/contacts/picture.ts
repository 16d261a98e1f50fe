/** Pictures as the core wants them to look for a QR code in them. */
import { readQrCode } from '../../ipc/generated';
import { t } from '../../text';

/** The most pixels on a side, of a photo and of a frame: a code fills a good part of either. */
const PHOTO = 1600;
const FRAME = 800;

interface Picture {
  source: CanvasImageSource;
  width: number;
  height: number;
  /** Where it begins in its source, if it is a part of that. */
  x?: number;
  y?: number;
}

/** Bytes in Base64. Not all at once: a call has only so many arguments. */
export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

/** How bright each pixel is, on white where it can be seen through. */
export function luma(pixels: Uint8ClampedArray): Uint8Array {
  const bright = new Uint8Array(pixels.length / 4);
  for (let at = 0; at < bright.length; at += 1) {
    const from = at * 4;
    const opaque = (pixels[from + 3] ?? 255) / 255;
    const own =
      ((pixels[from] ?? 0) * 77 + (pixels[from + 1] ?? 0) * 150 + (pixels[from + 2] ?? 0) * 29) >> 8;
    bright[at] = Math.round(own * opaque + 255 * (1 - opaque));
  }
  return bright;
}

const canvas = document.createElement('canvas');

async function read({ source, width, height, x = 0, y = 0 }: Picture, most: number): Promise<string | null> {
  const scale = Math.min(1, most / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  context.drawImage(source, x, y, width, height, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return readQrCode(canvas.width, canvas.height, base64(luma(data)));
}

/** What the QR code in a picture says; null where none is to be seen. Rejects what is no picture. */
async function codeIn(file: Blob): Promise<string | null> {
  const source = await createImageBitmap(file);
  const { width, height } = source;
  try {
    // What is too fine in full is clear from farther away, as with the eye.
    for (const most of [PHOTO, FRAME, FRAME / 2]) {
      const text = await read({ source, width, height }, most);
      if (text !== null) return text;
      if (Math.max(width, height) <= most / 2) break;
    }
    return null;
  } finally {
    source.close();
  }
}

/** The square in the middle: what is aimed at is there, and finer than in the whole. */
export function middle(width: number, height: number): { x: number; y: number; width: number; height: number } {
  const side = Math.min(width, height);
  return { x: (width - side) / 2, y: (height - side) / 2, width: side, height: side };
}

/** The same as a sentence for whoever chose the picture, where nothing could be read. */
export async function readCode(file: Blob): Promise<{ text: string | null; trouble: string | null }> {
  try {
    const text = await codeIn(file);
    return { text, trouble: text === null ? t('picture-no-code') : null };
  } catch {
    return { text: null, trouble: t('picture-unreadable') };
  }
}

/** The same for what a camera shows now. */
export async function codeInFrame(video: HTMLVideoElement): Promise<string | null> {
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0 || height === 0) return null;
  const aimed = await read({ source: video, ...middle(width, height) }, FRAME);
  return aimed ?? read({ source: video, width, height }, FRAME);
}

/** The first picture of what is pasted or dropped. */
export function pictureOf(data: DataTransfer | null): File | null {
  return [...(data?.files ?? [])].find(({ type }) => type.startsWith('image/')) ?? null;
}
