/** Exports of a sketch for packages/pagewalk/test/engine/frequency-sketch.test.ts. */
import { FrequencySketch } from '../ds/frequency-sketch';

let sketch = changetype<FrequencySketch>(0);

export function create(width: u32, sample: u64, hasDoorkeeper: bool): void {
  sketch = new FrequencySketch(width, sample, hasDoorkeeper);
}

export function record(key: u64): void {
  sketch.record(FrequencySketch.hash(key));
}

export function estimate(key: u64): u32 {
  return sketch.estimate(FrequencySketch.hash(key));
}
