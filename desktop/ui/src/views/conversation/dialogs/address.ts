/** What a person has to see of an address before it is opened. */

export interface Address {
  mail: boolean;
  /** The host, as the network knows it; of a mailbox its address. */
  host: string;
  /** The part of it that one has to look at: the last labels. */
  before: string;
  core: string;
  /** The host has letters that may look like others. */
  odd: boolean;
  /** The connection is not encrypted. */
  plain: boolean;
  /** Something stands before an `@` and may pass itself off as the host. */
  user: boolean;
}

/** Second-level names under which anybody registers, as far as it helps the eye. */
const SHARED = new Set(['co', 'com', 'org', 'net', 'ac', 'gov', 'edu']);

export function read(url: string): Address | undefined {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return undefined;
  }
  const mail = parsed.protocol === 'mailto:';
  if (!mail && parsed.protocol !== 'https:' && parsed.protocol !== 'http:') return undefined;
  const host = mail ? decodeURIComponent(parsed.pathname) : parsed.host;
  const labels = host.split('.');
  const isNumber = /^[\d.:[\]a-f]+$/iu.test(host);
  let count = 2;
  if ((labels.at(-1)?.length ?? 0) === 2 && SHARED.has(labels.at(-2) ?? '')) count = 3;
  const core = mail || isNumber ? host : labels.slice(-count).join('.');
  return {
    mail,
    host,
    before: host.slice(0, host.length - core.length),
    core,
    odd: /(?:^|[.@])xn--/iu.test(host) || /[^\u0020-\u007e]/u.test(host),
    plain: parsed.protocol === 'http:',
    user: !mail && (parsed.username !== '' || parsed.password !== ''),
  };
}
