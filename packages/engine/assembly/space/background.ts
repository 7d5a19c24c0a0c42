import { Column } from '../ds/column';
import {
  CFG_KHUGEPAGED_PERIOD,
  CFG_LARGE_PAGES,
  CFG_NODES,
  CFG_NUMA_BALANCING,
  CFG_NUMA_SCAN_PERIOD,
} from '../gen/config';
import { Asid } from '../types';
import { Balancing } from './balancing';
import { Collapse } from './collapse';
import { LARGE_KHUGEPAGED } from './large-rule';

/** What the operating system does now and then, by the number of touches: the collapse of large pages, the protection that balancing needs. */
export class Background {
  /** The touch after which `run` is due; all ones: never. */
  due: u64 = u64.MAX_VALUE;
  private collapse: Collapse;
  private balancing: Balancing;
  private collapsePeriod: u64;
  private balancingPeriod: u64;
  private collapseDue: u64 = u64.MAX_VALUE;
  private balancingDue: u64 = u64.MAX_VALUE;

  constructor(config: Column<u64>, collapse: Collapse, balancing: Balancing) {
    this.collapse = collapse;
    this.balancing = balancing;
    this.collapsePeriod = config.get(CFG_KHUGEPAGED_PERIOD);
    this.balancingPeriod = config.get(CFG_NUMA_SCAN_PERIOD);
    if (<u32>config.get(CFG_LARGE_PAGES) == LARGE_KHUGEPAGED) this.collapseDue = this.collapsePeriod;
    if (config.get(CFG_NUMA_BALANCING) != 0 && config.get(CFG_NODES) > 1) this.balancingDue = this.balancingPeriod;
    this.due = min<u64>(this.collapseDue, this.balancingDue);
  }

  /** After touch number `touches`, which `process` made. */
  run(touches: u64, process: Asid): void {
    if (touches >= this.collapseDue) {
      this.collapse.scan();
      this.collapseDue += this.collapsePeriod;
    }
    if (touches >= this.balancingDue) {
      this.balancing.scan(process);
      this.balancingDue += this.balancingPeriod;
    }
    this.due = min<u64>(this.collapseDue, this.balancingDue);
  }
}
