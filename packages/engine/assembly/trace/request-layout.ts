/** Where the fields of a request lie. A field is its offset and its kind: bytes in bits 0-3, 0 if there is none, bit 4 if it has a sign. */
export const SIGNED: u32 = 0x10;

export class RequestLayout {
  bytes: u32 = 0;
  time: u32 = 0;
  timeKind: u32 = 0;
  id: u32 = 0;
  idKind: u32 = 0;
  size: u32 = 0;
  sizeKind: u32 = 0;
  op: u32 = 0;
  opKind: u32 = 0;
  next: u32 = 0;
  nextKind: u32 = 0;

  /** u32 time, u64 id, u32 size, i64 next. */
  asOracleGeneral(): void {
    this.fixed(24, 4, 16);
  }

  /** The same with u8 op and u16 ns before next. */
  asOracleGeneralOpNs(): void {
    this.fixed(27, 4, 19);
    this.withOp(16);
  }

  /** Versions 1 … 8 of lcs. */
  asLcs(version: u32): void {
    if (version == 1) this.asOracleGeneral();
    else if (version == 2) {
      this.fixed(28, 4, 20);
      this.withOp(16);
    } else {
      const features: u32 = version == 3 ? 0 : 1 << (version - 4);
      this.fixed(36 + 4 * features, 8 | SIGNED, 28);
      this.withOp(20);
    }
  }

  private fixed(bytes: u32, sizeKind: u32, next: u32): void {
    this.bytes = bytes;
    this.timeKind = 4;
    this.id = 4;
    this.idKind = 8;
    this.size = 12;
    this.sizeKind = sizeKind;
    this.next = next;
    this.nextKind = 8 | SIGNED;
  }

  private withOp(at: u32): void {
    this.op = at;
    this.opKind = 1;
  }
}

/** The field at `place`, its sign carried to 64 bits. */
export function field(place: usize, kind: u32): u64 {
  const isSigned = (kind & SIGNED) != 0;
  switch (kind & 0xf) {
    case 8:
      return load<u64>(place);
    case 4:
      return isSigned ? <u64>(<i64>load<i32>(place)) : <u64>load<u32>(place);
    case 2:
      return isSigned ? <u64>(<i64>load<i16>(place)) : <u64>load<u16>(place);
    case 1:
      return isSigned ? <u64>(<i64>load<i8>(place)) : <u64>load<u8>(place);
    default:
      return 0;
  }
}
