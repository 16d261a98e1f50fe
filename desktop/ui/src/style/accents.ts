/** The colours that a person can choose from. */

/** Hue and chroma of each accent, readable on light and dark. */
export const ACCENTS: Record<string, { hue: number; chroma: number }> = {
  teal: { hue: 195, chroma: 0.085 },
  blue: { hue: 255, chroma: 0.13 },
  violet: { hue: 295, chroma: 0.13 },
  pink: { hue: 355, chroma: 0.13 },
  orange: { hue: 50, chroma: 0.11 },
  green: { hue: 150, chroma: 0.1 },
  grey: { hue: 250, chroma: 0.015 },
};
