import { expect, it } from 'vitest';
import { read } from './address';

it('the part of a host that matters is told apart', () => {
  expect(read('https://example.com.evil.example.net:8080/a')).toMatchObject({
    before: 'example.com.evil.',
    core: 'example.net:8080',
    plain: false,
  });
  expect(read('https://www.shop.co.uk/')).toMatchObject({ before: 'www.', core: 'shop.co.uk' });
  expect(read('http://10.0.0.1/')).toMatchObject({ core: '10.0.0.1', plain: true });
});

it('what may deceive is told', () => {
  expect(read('https://аpple.com/')).toMatchObject({ host: 'xn--pple-43d.com', odd: true });
  expect(read('https://bank.example@evil.example/')).toMatchObject({ core: 'evil.example', user: true });
  expect(read('mailto:ann@example.org?subject=x')).toMatchObject({ mail: true, host: 'ann@example.org' });
});

it('nothing else is an address', () => {
  for (const none of ['javascript:alert(1)', 'file:///etc/passwd', 'no']) expect(read(none)).toBeUndefined();
});
