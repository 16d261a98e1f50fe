import { expect, test } from 'vitest';
import { t } from '.';

// Reading the catalogue throws where a message stands in it twice.
test('every message of the catalogue is there once', () => {
  expect(t('app-name')).toBe('Sotto');
});
