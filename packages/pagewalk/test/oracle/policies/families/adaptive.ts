import type { PolicyMaker } from '../../policy.ts';
import { Arc } from '../arc.ts';
import { Car } from '../car.ts';
import { Cart } from '../cart.ts';
import { ClockPro } from '../clock_pro.ts';
import { Lirs } from '../lirs.ts';
import { Lirs2 } from '../lirs2.ts';

export const ADAPTIVE_MAKERS = {
  arc: (world, [wholeSteps = 0]) => new Arc(world, wholeSteps),
  car: (world, [wholeSteps = 0]) => new Car(world, wholeSteps),
  cart: (world, [wholeSteps = 0]) => new Cart(world, wholeSteps),
  lirs: (world, [hir = 1, ghosts = 300, repeats = 0]) => new Lirs(world, hir, ghosts, repeats),
  lirs2: (world, [hir = 1, ghosts = 300, repeats = 0]) => new Lirs2(world, hir, ghosts, repeats),
  clock_pro: (world, [cold = 1]) => new ClockPro(world, cold),
} satisfies Record<string, PolicyMaker>;
