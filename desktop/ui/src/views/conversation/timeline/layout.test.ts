import { describe, expect, it } from 'vitest';
import { Layout } from './layout';

const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({ id: `m:${from + index}`, key: '1' }));

function of(from: number, to: number, guess = 50): Layout {
  const layout = new Layout(() => guess);
  layout.set(rows(from, to));
  return layout;
}

describe('a layout', () => {
  it('knows what is at a height', () => {
    const layout = of(0, 10);
    layout.measure([[0, 20], [1, 30]]);
    expect(layout.total).toBe(450);
    expect([layout.at(-5), layout.at(0), layout.at(19), layout.at(20), layout.at(50)]).toEqual([0, 0, 0, 1, 2]);
    expect(layout.at(9999)).toBe(9);
    expect(layout.range(25, 120)).toEqual([1, 4]);
    expect(layout.range(-100, 0)).toEqual([0, 1]);
    expect(of(0, 0).range(0, 100)).toEqual([0, 0]);
  });

  it('keeps what is in the window where it is when rows come before it', () => {
    const layout = of(60, 120);
    const top = 1234;
    const anchor = layout.anchor(top, 600)!;
    expect(anchor).toEqual({ id: 'm:85', offset: 16 });
    layout.set(rows(0, 120));
    expect(layout.resolve(anchor)).toBe(top + 60 * 50);
  });

  it('keeps it when rows before it are higher than was thought, or go', () => {
    const layout = of(0, 100);
    const anchor = layout.anchor(2000, 600)!;
    layout.measure([[3, 500], [39, 10]]);
    expect(layout.resolve(anchor)).toBe(2000 + 450 - 40);
    layout.set(rows(30, 100));
    expect(layout.resolve(anchor)).toBe(2000 - 30 * 50 - 40);
    layout.set(rows(50, 100));
    expect(layout.resolve(anchor)).toBeUndefined();
  });

  it('does not care for what changes behind it', () => {
    const layout = of(0, 100);
    const anchor = layout.anchor(2000, 600)!;
    layout.measure([[70, 500]]);
    layout.set(rows(0, 130));
    expect(layout.resolve(anchor)).toBe(2000);
  });

  it('holds on to a row that fills the window', () => {
    const layout = of(0, 3);
    layout.measure([[1, 5000]]);
    expect(layout.anchor(1000, 600)).toEqual({ id: 'm:1', offset: -950 });
  });

  it('moves with its origin', () => {
    const layout = of(0, 100);
    const anchor = layout.anchor(2000, 600)!;
    layout.measure([[3, 80]]);
    layout.origin -= 30;
    expect(layout.resolve(anchor)).toBe(2000);
    expect(layout.at(2000)).toBe(40);
  });

  it('measures anew what has changed', () => {
    const layout = of(0, 2);
    expect(layout.measure([[0, 70]])).toBe(true);
    expect(layout.measure([[0, 70]])).toBe(false);
    layout.set([{ id: 'm:0', key: '2' }, { id: 'm:1', key: '1' }]);
    expect(layout.total).toBe(100);
    layout.measure([[0, 90]]);
    layout.forget();
    expect(layout.total).toBe(100);
  });
});
