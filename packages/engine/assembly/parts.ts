import { Column, column } from './ds/column';
import { EventRing } from './event/event-ring';
import { FaultHandler } from './fault/fault-handler';
import { Reclaimer } from './fault/reclaimer';
import { SwapWrites } from './fault/swap-writes';
import { Allotment } from './frame/allotment';
import { Frames } from './frame/frames';
import {
  CFG_FAULT_NS,
  CFG_FRAMES,
  CFG_LEVELS,
  CFG_MAX_PROCESSES,
  CFG_MEMORY_NS,
  CFG_PAGE_SHIFT,
  CFG_PARAM_0,
  CFG_POLICY,
  CFG_REPLACEMENT,
  CFG_SEED,
  CFG_STLB_NS,
  CFG_SWAP_CHANNELS,
  CFG_SWAP_READ_NS,
  CFG_SWAP_SLOTS,
  CFG_SWAP_WRITE_NS,
  CFG_TLB_NS,
  CFG_TLB2_ENTRIES,
  CFG_VA_BITS,
  CFG_VERIFY,
  CFG_WRITE_QUEUE,
  CFG_WS_INTERVAL,
  CFG_WS_LIMIT,
  CFG_ZERO_NS,
} from './gen/config';
import { createPolicy, PARAMETERS, schedulesWrites } from './gen/policies';
import { RadixShape } from './pagetable/radix';
import { TableArena } from './pagetable/table-arena';
import { WalkCaches } from './pagetable/walk-caches';
import { Walker } from './pagetable/walker';
import { Future, Policy, PolicyContext } from './policy/policy';
import { Processes } from './space/processes';
import { Space } from './space/space';
import { createSpace } from './space/space-parts';
import { Device } from './swap/device';
import { Slots } from './swap/slots';
import { Writer } from './swap/writer';
import { Clock } from './time/clock';
import { VirtualTime } from './time/virtual-time';
import { Cpus } from './tlb/cpus';
import { Shootdown } from './tlb/shootdown';
import { TranslationCaches } from './tlb/translation-caches';

/** The parts of a machine, made from the configuration block and given to each other. Nothing is allocated after this but page tables. */
export class Parts {
  arena: TableArena;
  events: EventRing;
  clock: Clock;
  frames: Frames;
  slots: Slots;
  processes: Processes;
  shape: RadixShape;
  cpus: Cpus;
  shootdown: Shootdown;
  /** Of the first cpu. */
  walkCaches: WalkCaches;
  walker: Walker;
  /** Of the first cpu. */
  caches: TranslationCaches;
  future: Future;
  time: VirtualTime;
  writer: Writer;
  allotment: Allotment;
  policy: Policy;
  reclaimer: Reclaimer;
  faults: FaultHandler;
  space: Space;

  /** `nodeNs` and `nodeWeights`: frame/nodes.ts. */
  constructor(config: Column<u64>, nodeNs: Column<u64>, nodeWeights: Column<u64>) {
    const seed = config.get(CFG_SEED);
    const shift = config.get(CFG_PAGE_SHIFT);
    const vaBits = config.get(CFG_VA_BITS);

    const verifying = config.get(CFG_VERIFY) != 0;

    const arena = new TableArena();
    this.arena = arena;
    const events = new EventRing();
    this.events = events;
    const clock = new Clock(
      config.get(CFG_TLB_NS) + config.get(CFG_MEMORY_NS),
      config.get(CFG_TLB2_ENTRIES) != 0 ? config.get(CFG_STLB_NS) : 0,
      config.get(CFG_MEMORY_NS),
      <u32>config.get(CFG_LEVELS),
    );
    this.clock = clock;
    const frames = new Frames(<u32>config.get(CFG_FRAMES), verifying, clock);
    this.frames = frames;
    const slots = new Slots(<u32>config.get(CFG_SWAP_SLOTS), verifying);
    this.slots = slots;
    const processes = new Processes(<u32>config.get(CFG_MAX_PROCESSES));
    this.processes = processes;
    const shape = new RadixShape(<u32>config.get(CFG_LEVELS), <u32>(vaBits - shift), arena);
    this.shape = shape;
    const cpus = new Cpus(config, shape);
    this.cpus = cpus;
    const walkCaches = cpus.walk(0);
    this.walkCaches = walkCaches;
    const walker = new Walker(shape, walkCaches, processes, events);
    this.walker = walker;
    const caches = cpus.caches(0);
    this.caches = caches;
    const shootdown = new Shootdown(config, cpus, processes, clock);
    this.shootdown = shootdown;

    const device = new Device(
      <u32>config.get(CFG_SWAP_CHANNELS),
      config.get(CFG_SWAP_READ_NS),
      config.get(CFG_SWAP_WRITE_NS),
      <u32>config.get(CFG_WRITE_QUEUE),
    );
    const kind = <u32>config.get(CFG_POLICY);
    const params = column<u64>(PARAMETERS);
    for (let i: u32 = 0; i < PARAMETERS; i++) params.set(i, config.get(CFG_PARAM_0 + i));
    const future = new Future();
    this.future = future;
    const time = new VirtualTime(clock, processes.capacity);
    this.time = time;
    const allotment = new Allotment(
      config.get(CFG_REPLACEMENT) != 0,
      config.get(CFG_WS_LIMIT),
      config.get(CFG_WS_INTERVAL),
      frames.count,
      processes,
      time,
    );
    this.allotment = allotment;
    const toSwap = new SwapWrites(frames, slots, device, processes, clock, events, verifying);
    // Swap and the files have a device each.
    const writer = new Writer(frames, clock, time, toSwap, <u32>config.get(CFG_WRITE_QUEUE) * 2, schedulesWrites(kind));
    this.writer = writer;
    const policy = createPolicy(kind, new PolicyContext(frames, params, seed, future, time, writer));
    this.policy = policy;

    const reclaimer = new Reclaimer(
      frames,
      slots,
      device,
      policy,
      processes,
      caches,
      walkCaches,
      clock,
      events,
      allotment,
      writer,
      verifying,
    );
    this.reclaimer = reclaimer;
    this.faults = new FaultHandler(
      frames,
      slots,
      device,
      policy,
      processes,
      reclaimer,
      clock,
      events,
      allotment,
      config.get(CFG_FAULT_NS),
      config.get(CFG_ZERO_NS),
      verifying,
    );
    this.space = createSpace(
      config,
      nodeNs,
      nodeWeights,
      arena,
      frames,
      slots,
      device,
      policy,
      future,
      processes,
      shape,
      walker,
      cpus,
      shootdown,
      clock,
      events,
      writer,
      allotment,
    );
  }
}
