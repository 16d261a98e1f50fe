/** Every word that is shown comes from a catalogue. */
import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle';

/** What can be chosen. The pseudo-locale is for us: English, written from right to left. */
export type Locale = 'en' | 'x-bidi';

const sources = import.meta.glob<string>('./en/*.ftl', {
  query: '?raw',
  import: 'default',
  eager: true,
});

let bundle = build('en');

/** Letters as they are, but in the other direction: what stays left to right was not translated. */
function turned(text: string): string {
  return `\u202e${text}\u202c`;
}

function build(locale: Locale): FluentBundle {
  const options = { useIsolating: true, ...(locale === 'x-bidi' ? { transform: turned } : {}) };
  const made = new FluentBundle('en', options);
  for (const [file, source] of Object.entries(sources)) {
    for (const error of made.addResource(new FluentResource(source))) {
      throw new Error(`${file}: ${error.message}`);
    }
  }
  return made;
}

/** Changes the language; whoever shows words has to be drawn anew. */
export function speak(locale: Locale): void {
  bundle = build(locale);
}

export function direction(locale: Locale): 'ltr' | 'rtl' {
  return locale === 'x-bidi' ? 'rtl' : 'ltr';
}

/** A message of the catalogue. One that is missing shows its name: a test finds it before a person does. */
export function t(id: string, args?: Record<string, FluentVariable>): string {
  const message = bundle.getMessage(id);
  if (!message?.value) {
    return id;
  }
  return bundle.formatPattern(message.value, args);
}
