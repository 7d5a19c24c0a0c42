import { Frame, PageKey } from './types';

/** The hooks of a policy that is a JavaScript object: functions that the host gives. */
export declare function create(): void;
export declare function onLoad(frame: Frame, page: PageKey): void;
export declare function onHit(frame: Frame): void;
export declare function onEvict(frame: Frame): void;
export declare function onDiscard(frame: Frame): void;
export declare function onSplit(head: Frame, part: Frame, page: PageKey): void;
export declare function onMove(from: Frame, to: Frame, page: PageKey): void;
export declare function onCold(frame: Frame): void;
export declare function victim(page: PageKey): Frame;
export declare function surplus(): Frame;
export declare function onTick(): void;
export declare function state(frame: Frame): u32;
export declare function agrees(frame: Frame, resident: bool): bool;
