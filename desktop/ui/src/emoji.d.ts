/** One emoji a line, made by `emoji.plugin.ts`: emoji, group, kind, codes, name, words. */
declare module 'virtual:emoji' {
  const lines: string;
  export default lines;
}
