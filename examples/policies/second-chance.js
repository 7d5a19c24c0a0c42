/** Second chance as a plain JavaScript object. */
export const policy = {
  id: 'js_second_chance',
  observes: 'ref-bit',
  params: [
    { name: 'fails_at', default: 0, min: 0, max: 1_000_000, meaning: 'the eviction at which it throws; 0: never' },
  ],
  create({ frames, params }) {
    let evictions = 0;
    return {
      hand: 0,
      steps: 0,
      onEvict() {
        evictions++;
        if (evictions === params.fails_at) throw new Error('enough of it');
      },
      victim() {
        for (let step = 0; step < 2 * frames.count; step++) {
          const frame = this.hand;
          this.hand = (this.hand + 1) % frames.count;
          this.steps++;
          if (!frames.isEvictable(frame)) continue;
          if (!frames.isReferenced(frame)) return frame;
          frames.clearReference(frame);
        }
        return null;
      },
      save() {
        return { evictions, hand: this.hand, steps: this.steps };
      },
      restore(saved) {
        evictions = saved.evictions;
        this.hand = saved.hand;
        this.steps = saved.steps;
      },
    };
  },
};
