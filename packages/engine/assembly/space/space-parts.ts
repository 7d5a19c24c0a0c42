import { Column } from '../ds/column';
import { GrowingMap } from '../ds/growing-map';
import { EventRing } from '../event/event-ring';
import { Allotment } from '../frame/allotment';
import { Frames } from '../frame/frames';
import { Nodes } from '../frame/nodes';
import { Traffic } from '../frame/traffic';
import {
  CFG_ALIAS_CHAINS,
  CFG_CPUS,
  CFG_DESIGN,
  CFG_FILE_CHANNELS,
  CFG_FILE_READ_NS,
  CFG_FILE_WRITE_NS,
  CFG_HASH,
  CFG_HASH_BUCKETS,
  CFG_MAX_PROCESSES,
  CFG_MEMORY_NS,
  CFG_NODES,
  CFG_NUMA_BALANCING,
  CFG_PAGE_SHIFT,
  CFG_RESERVE_THRESHOLD,
  CFG_VSPACE,
  CFG_WRITE_QUEUE,
} from '../gen/config';
import { createHardwareTable } from '../pagetable/hardware/create';
import { RadixShape } from '../pagetable/radix';
import { TableArena } from '../pagetable/table-arena';
import { Walker } from '../pagetable/walker';
import { Future, Policy } from '../policy/policy';
import { Device } from '../swap/device';
import { Slots } from '../swap/slots';
import { Writer } from '../swap/writer';
import { Clock } from '../time/clock';
import { Cpus } from '../tlb/cpus';
import { Shootdown } from '../tlb/shootdown';
import { SpaceOracle } from '../verify/space-oracle';
import { AdviceCalls } from './advice-calls';
import { Background } from './background';
import { Balancing } from './balancing';
import { Call } from './call';
import { Collapse } from './collapse';
import { Faults } from './faults';
import { Kernel } from './kernel';
import { Large } from './large';
import { Lifecycle } from './lifecycle';
import { Mappings } from './mappings';
import { MemoryCalls } from './memory-calls';
import { ObjectCalls } from './object-calls';
import { Objects } from './objects';
import { Obtain } from './obtain';
import { Operations } from './operations';
import { PageIn } from './page-in';
import { PageMap } from './page-map';
import { Prefetching } from './prefetching';
import { Processes } from './processes';
import { Ranges } from './ranges';
import { Reclaim } from './reclaim';
import { Regions } from './regions';
import { Space } from './space';
import { SpaceWrites } from './space-writes';
import { Splitter } from './splitter';
import { Supply } from './supply';

/** Makes the operating system's side of a machine from the parts that it shares with the other side. */
export function createSpace(
  config: Column<u64>,
  nodeNs: Column<u64>,
  nodeWeights: Column<u64>,
  arena: TableArena,
  frames: Frames,
  slots: Slots,
  swap: Device,
  policy: Policy,
  future: Future,
  processes: Processes,
  shape: RadixShape,
  walker: Walker,
  cpus: Cpus,
  shootdown: Shootdown,
  clock: Clock,
  events: EventRing,
  writer: Writer,
  allotment: Allotment,
): Space {
  const most = <u32>config.get(CFG_MAX_PROCESSES);
  const nodes = new Nodes(<u32>config.get(CFG_NODES), <u32>config.get(CFG_CPUS), nodeNs, nodeWeights);
  const files = new Device(
    <u32>config.get(CFG_FILE_CHANNELS),
    config.get(CFG_FILE_READ_NS),
    config.get(CFG_FILE_WRITE_NS),
    <u32>config.get(CFG_WRITE_QUEUE),
  );
  const signFill = config.get(CFG_VSPACE) != 0 ? 0 : (u64.MAX_VALUE >> config.get(CFG_PAGE_SHIFT)) & ~shape.pageMask;
  const hardware = createHardwareTable(
    <u32>config.get(CFG_DESIGN),
    frames.count,
    <u32>config.get(CFG_HASH_BUCKETS),
    <u32>config.get(CFG_HASH),
    config.get(CFG_ALIAS_CHAINS) != 0,
    arena,
  );
  const pages = new PageMap(shape, arena, processes, signFill);
  const regions = new Regions(most, arena);
  const supply = new Supply(config, frames, nodes, processes, cpus, pages, regions, arena);
  const kernel = new Kernel(
    config,
    frames,
    supply,
    slots,
    swap,
    files,
    policy,
    processes,
    pages,
    regions,
    new Objects(arena),
    new Mappings(frames, arena),
    cpus,
    shootdown,
    clock,
    events,
    writer,
    new SpaceOracle(arena),
    new GrowingMap(arena),
    hardware,
  );
  const splitter = new Splitter(kernel);
  const reclaim = new Reclaim(kernel, splitter);
  const obtain = new Obtain(kernel, reclaim, allotment);
  const pageIn = new PageIn(kernel, obtain);
  const large = new Large(kernel, <u32>config.get(CFG_RESERVE_THRESHOLD));
  const balancing = new Balancing(config, kernel, config.get(CFG_NUMA_BALANCING) != 0);
  const background = new Background(config, new Collapse(config, kernel, large), balancing);
  const prefetching = new Prefetching(config, kernel, pageIn, future);
  const faults = new Faults(config, kernel, obtain, pageIn, splitter, large, balancing, prefetching);
  const ranges = new Ranges(kernel, splitter);
  const lifecycle = new Lifecycle(config, kernel, obtain, ranges, supply.placement);
  const call = new Call(config, kernel, ranges, lifecycle);
  const memory = new MemoryCalls(config, kernel, call, ranges, lifecycle);
  const advice = new AdviceCalls(kernel, call, ranges, memory, faults, pageIn, reclaim);
  const objects = new ObjectCalls(kernel, call, ranges, lifecycle);
  const operations = new Operations(config, call, kernel, memory, advice, objects, lifecycle, supply.placement);
  return new Space(
    config,
    kernel,
    operations,
    faults,
    walker,
    new Traffic(nodes, config.get(CFG_MEMORY_NS)),
    nodes,
    large,
    background,
    prefetching,
    reclaim,
    new SpaceWrites(kernel, reclaim),
  );
}
