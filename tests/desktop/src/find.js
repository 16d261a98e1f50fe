// What stands before every script: finds things as people name them.
const implicit = {
  button: 'button, summary, input[type=submit], input[type=button]',
  textbox: 'input:not([type]), input[type=text], input[type=url], input[type=email], textarea, [contenteditable=true], [contenteditable=plaintext-only]',
  searchbox: 'input[type=search]',
  checkbox: 'input[type=checkbox]:not([role=switch])',
  radio: 'input[type=radio]',
  link: 'a[href]',
  heading: 'h1, h2, h3, h4',
  dialog: 'dialog[open]',
  combobox: 'select',
  listitem: 'li',
  article: 'article',
  option: 'option',
  list: 'ul, ol',
  main: 'main',
  navigation: 'nav',
  complementary: 'aside',
  region: 'section',
  img: 'img, svg[aria-label]',
};
const words = (text) => (text ?? '').replace(/[\u2068\u2069\u200e\u200f]/g, '').replace(/\s+/g, ' ').trim();
function nameOf(element) {
  const by = element.getAttribute('aria-labelledby');
  if (by) return words(by.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? '').join(' '));
  const label = element.getAttribute('aria-label');
  if (label) return words(label);
  if (element.labels?.length) return words([...element.labels].map((one) => one.textContent).join(' '));
  const field = element.matches('input, textarea, [contenteditable], [role=textbox]');
  return words(field ? element.getAttribute('placeholder') || element.title : element.textContent || element.title);
}
function visible(element) {
  return element.getClientRects().length > 0 && getComputedStyle(element).visibility !== 'hidden';
}
function fits(name, wanted) {
  return wanted === '' || (wanted.endsWith('…') ? name.startsWith(wanted.slice(0, -1)) : name === wanted);
}
function findAll(wanted) {
  const roots = wanted.within ? findAll(wanted.within) : [document.documentElement];
  let found = [];
  for (const root of roots) {
    if (wanted.css) found.push(...root.querySelectorAll(wanted.css));
    else if (wanted.role) {
      const selector = [`[role=${wanted.role}]`, implicit[wanted.role]].filter(Boolean).join(', ');
      found.push(...[...root.querySelectorAll(selector)].filter((element) => fits(nameOf(element), words(wanted.name))));
    } else {
      const text = words(wanted.text);
      const shows = (element) => words(element.textContent).includes(text);
      found.push(...[...root.querySelectorAll('body *:not(script):not(style)')].filter((element) => shows(element) && ![...element.children].some(shows)));
    }
  }
  found = [...new Set(found)].filter(visible);
  if (wanted.with) found = found.filter((element) => findAll({ ...wanted.with, within: undefined }).some((inner) => element.contains(inner)));
  return wanted.last ? found.slice(-1) : found;
}
function outline(element = document.body, depth = 0) {
  let said = '';
  for (const child of element.children) {
    if (!visible(child) && child.children.length === 0) continue;
    const role = child.getAttribute('role') ?? (child.matches('button, a, input, textarea, [contenteditable], dialog, main, nav, aside, article, h1, h2, h3, li') ? child.tagName.toLowerCase() : '');
    const leaf = child.children.length === 0;
    if (role || (leaf && words(child.textContent))) said += `${'  '.repeat(depth)}${role || '·'} ${JSON.stringify(nameOf(child).slice(0, 100))}${child === document.activeElement ? ' (focus)' : ''}\n`;
    said += outline(child, role ? depth + 1 : depth);
  }
  return said;
}
