import { input } from './input';
import { Known } from './known';
import { tellFact } from './told';

/**
 * Does the field `next` of requests hold the number of the request that asks for the object next, or how many requests later that is? Checked are
 * the first 2^16 requests: against the next one of the object, and if the trace has no more, also those that no other follows, which
 * must say never (-1 or 2^63-1).
 */
const CHECKED: u64 = 1 << 16;
/** Never grows: room for CHECKED at two thirds. */
const PLACES: usize = 1 << 17;

const FACT_CHECKED: u32 = 3;
const FACT_NOT_INDEX: u32 = 4;
const FACT_NOT_DISTANCE: u32 = 5;

class NextCheck {
  private requests: Known | null = null;
  private checked: u64 = 0;
  private notIndex: u64 = 0;
  private notDistance: u64 = 0;
  private isDone: bool = false;

  begin(): void {
    this.requests = new Known(PLACES);
  }

  /** The request at `input.at` is of object `id` and says `next`. */
  take(id: u64, next: u64): void {
    const requests = this.requests;
    const number = input.line;
    if (requests === null || number > CHECKED) return;
    const place = requests.add(id, 0);
    const before = load<u64>(place, 16);
    if (before != 0) {
      const said = load<u64>(place, 24);
      this.checked++;
      if (said != number) this.notIndex++;
      if (said != number - before) this.notDistance++;
    }
    store<u64>(place, number, 16);
    store<u64>(place, next, 24);
  }

  /** Tells what was found so far; at the end of a short trace also of the requests that no other follows. */
  tell(): void {
    const requests = this.requests;
    if (requests === null) return;
    const isEnd = input.last && input.at >= input.end;
    if (isEnd && !this.isDone && input.line <= CHECKED + 1) {
      this.isDone = true;
      for (let place = requests.next(0); place != 0; place = requests.next(place)) {
        const said = load<u64>(place, 24);
        this.checked++;
        if (said == u64.MAX_VALUE || said == u64.MAX_VALUE >> 1) continue;
        this.notIndex++;
        this.notDistance++;
      }
    }
    tellFact(FACT_CHECKED, this.checked);
    tellFact(FACT_NOT_INDEX, this.notIndex);
    tellFact(FACT_NOT_DISTANCE, this.notDistance);
  }
}

export const nextCheck = new NextCheck();
