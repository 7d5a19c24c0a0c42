/**
 * The pages of late: 16 slots, and their order by use as the lanes of a vector. A rank is a place in this order; naming it moves the slot
 * to the front. At the start of a block all members are page 0, read by pid 0.
 *
 *   slot: @0 u64 address of the page   @8 u32 0   @12 u32 meta, folded
 */
export const SLOTS: usize = memory.data(16 * 16);
export const LEAST_RECENT: u32 = 15;
/** By rank, the lanes of an order before in their order after that rank has moved to the front. */
export const TO_FRONT: usize = memory.data(16 * 16);
let made = false;

export function startMembers(): void {
  memory.fill(SLOTS, 0, 16 * 16);
  for (let slot: usize = 0; slot < 16; slot++) store<u32>(SLOTS + (slot << 4), 0x10, 12);
  if (made) return;
  made = true;
  for (let rank: usize = 0; rank < 16; rank++) {
    for (let lane: usize = 0; lane < 16; lane++) {
      store<u8>(TO_FRONT + (rank << 4) + lane, lane == 0 ? rank : lane <= rank ? lane - 1 : lane);
    }
  }
}
