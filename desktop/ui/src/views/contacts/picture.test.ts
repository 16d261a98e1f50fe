import { expect, test } from 'vitest';
import { luma, middle } from './picture';

test('what is aimed at is the square in the middle', () => {
  expect(middle(1280, 720)).toEqual({ x: 280, y: 0, width: 720, height: 720 });
  expect(middle(720, 1280)).toEqual({ x: 0, y: 280, width: 720, height: 720 });
  expect(middle(640, 640)).toEqual({ x: 0, y: 0, width: 640, height: 640 });
});

test('what can be seen through is on white', () => {
  expect([...luma(Uint8ClampedArray.of(0, 0, 0, 255, 0, 0, 0, 0, 255, 255, 255, 255))]).toEqual([0, 255, 255]);
});
