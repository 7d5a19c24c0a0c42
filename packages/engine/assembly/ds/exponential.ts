/**
 * e^-x for x >= 0, to eight digits, and the same bits on every host: no more than IEEE 754 sums, products and quotients. Five terms of the
 * series of e^y for y = x / 1024, squared ten times; 0 beyond x = 32.
 */
export function exponentialOfMinus(x: f64): f64 {
  if (x > 32) return 0;
  const y = x / 1024;
  let p: f64 = 1;
  for (let k = 5; k >= 1; k--) p = 1 + (y / <f64>k) * p;
  for (let squaring = 0; squaring < 10; squaring++) p *= p;
  return 1 / p;
}
