/**
 * How this person likes it on this machine. Nothing of it is about anybody else, so it stays in the
 * webview's own store and never reaches the core.
 */
import { ACCENTS } from '../style/accents';
import { direction, speak, type Locale } from '../text';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'roomy' | 'compact';
export type Contrast = 'system' | 'more';
export type Motion = 'system' | 'less';

export interface Preferences {
  theme: Theme;
  accent: string;
  /** Per cent. */
  fontSize: number;
  density: Density;
  contrast: Contrast;
  motion: Motion;
  locale: Locale;
  /** Enter sends and Shift+Enter begins a line; otherwise Ctrl+Enter sends. */
  enterSends: boolean;
  /** 0 none, 1 to 5 from light to dark. */
  skinTone: number;
  /** At a font size of 100 %, in pixels. */
  listWidth: number;
}

export const FONT_SIZES = [85, 100, 115, 130, 150] as const;

const STANDARD: Preferences = {
  theme: 'system',
  accent: 'teal',
  fontSize: 100,
  density: 'roomy',
  contrast: 'system',
  motion: 'system',
  locale: 'en',
  enterSends: true,
  skinTone: 0,
  listWidth: 320,
};

const KEY = 'preferences';

/** What was kept, as far as it is of the form that is wanted. */
function read(): Preferences {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (typeof kept !== 'object' || kept === null) {
      return { ...STANDARD };
    }
    const known = Object.entries(kept).filter(
      ([name, value]) => typeof value === typeof STANDARD[name as keyof Preferences],
    );
    return { ...STANDARD, ...Object.fromEntries(known) };
  } catch {
    return { ...STANDARD };
  }
}

export const preferences: Preferences = $state(read());

export function prefer(changes: Partial<Preferences>): void {
  Object.assign(preferences, changes);
  localStorage.setItem(KEY, JSON.stringify(preferences));
  show();
}

const dark = matchMedia('(prefers-color-scheme: dark)');
const contrast = matchMedia('(prefers-contrast: more)');

/** Puts the preferences on the page. */
export function show(): void {
  const page = document.documentElement;
  const { theme, accent, fontSize, density, locale, motion } = preferences;
  page.dataset['theme'] = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
  page.dataset['density'] = density;
  page.dataset['contrast'] =
    preferences.contrast === 'more' || contrast.matches ? 'more' : 'normal';
  page.dataset['motion'] = motion;
  const { hue, chroma } = ACCENTS[accent] ?? { hue: 195, chroma: 0.085 };
  page.style.setProperty('--accent-hue', String(hue));
  page.style.setProperty('--accent-chroma', String(chroma));
  page.style.setProperty('--font-scale', String(fontSize / 100));
  page.style.setProperty('--list-width', `${preferences.listWidth / 16}rem`);
  page.dir = direction(locale);
  page.lang = locale === 'en' ? 'en' : 'en-x-bidi';
  speak(locale);
}

dark.addEventListener('change', show);
contrast.addEventListener('change', show);
