/** Random traces of the formats of lines: good lines, lines at the edge of what is one, and blank ones. */
import fc from 'fast-check';

const MAX = 2n ** 64n - 1n;
const words = (...texts: string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);
const B = words(' ', ' ', '\t', '  ');
const number = fc.oneof(fc.integer({ min: 0, max: 70_000 }).map(String), fc.bigInt({ min: 0n, max: MAX }).map(String));
const digits = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt({ min: 0n, max: 0x7ffe_ffff_ffffn }).map((value) => value.toString(16)) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: MAX }).map((value) => value.toString(16).toUpperCase()) },
  { weight: 1, arbitrary: words('0', '00000000000000000001', '10000000000000000', 'ffffffffffffffff') },
);
const hex = fc.tuple(words('', '0x', '0X'), digits).map((parts) => parts.join(''));
const size = fc.oneof(
  fc.integer({ min: 1, max: 64 }).map(String),
  words('0', '1', '4294967295', '4294967296', '', '007'),
);
const line = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((texts) => texts.join(''));
const maybe = (part: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(fc.constant(''), part);
const t = fc.constant;

/** A file of such lines, with the ends that lines have; `head` stands before them. */
function file(
  good: fc.Arbitrary<string>,
  edges: readonly string[],
  head: fc.Arbitrary<string> = t(''),
): fc.Arbitrary<Uint8Array> {
  const any = fc.oneof(
    { weight: 8, arbitrary: good },
    { weight: 1, arbitrary: words(...edges) },
    { weight: 1, arbitrary: words('', ' \t', '# a comment', '  # another', '\u00ff\u00fe', '\0', ',,,') },
  );
  const end = words('\n', '\n', '\n', '\r\n');
  return fc
    .tuple(head, fc.array(fc.tuple(any, end), { maxLength: 25 }), maybe(good))
    .map(([first, lines, last]) => bytesOf(first + lines.flat().join('') + last));
}

/** A byte for each character. */
export const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

export const dinero = file(
  line(maybe(B), words('0', '1', '2', '3', '4'), B, hex, maybe(line(B, words('a comment', '#')))),
  ['0', '5 10', '00 10', '0 0x', '0 10g0', '0 10,4', '0 10#', '3'],
);

export const dineroExtended = file(
  line(
    maybe(B),
    words('r', 'w', 'i', 'm', 'v', 'c', 'R', 'C'),
    B,
    hex,
    B,
    words('1', '8', '0x10', 'ffffffff', '0', '100000000'),
    maybe(line(B, t('x'))),
  ),
  ['r', 'r 10', 'x 10 4', 'rr 10 4', 'r 10 4x', 'v 0 0', 'v 0', 'c 10 100000000', 'r  0X10\t0x4'],
);

const msrDisk = words('0', '1', '00', '4294967295', '4294967296', '00000000000', 'z', '');
export const msr = file(
  line(
    number,
    t(','),
    words('usr', 'Usr', 'h'.repeat(63)),
    t(','),
    fc.oneof(words('0', '1'), msrDisk),
    t(','),
    words('Read', 'Write', 'READ', 'write'),
    t(','),
    number,
    t(','),
    size,
    t(','),
    number,
  ),
  [
    '1,usr,0,Reed,0,1,1',
    '1,,0,Read,0,1,1',
    `1,${'h'.repeat(64)},0,Read,0,1,1`,
    '1,usr,0,Read',
    '1,usr,0,Read,0,1,1,',
    '1,usr,0,Read,0,1,1,2',
    ' 1,usr,0,Read,0,1,1',
    'TIMESTAMP,Hostname,DiskNumber,Type,Offset,Size,ResponseTime',
  ],
);

export const tencent = file(
  line(
    words('1538323200', '0'),
    t(','),
    words('0', '42345600', '36028797018963967', '36028797018963968'),
    t(','),
    words('1', '8', '8388607', '8388608', '0'),
    t(','),
    words('0', '1'),
    t(','),
    words('0', '1283', '16777215', '16777216'),
  ),
  [
    'now,0,8,1,1',
    '1,0,8,2,1',
    '1,0,8,1',
    '1,0,8,1,1,x',
    '1,0,8,01,1',
    '1,0,8,,1',
    'Timestamp,Offset,Size,IOType,VolumeID',
  ],
);

export const gem5Text = file(line(words('r', 'w'), t(','), number, t(','), size, t(','), number), [
  'x,1,2,3',
  'r',
  'r,0x10,64,1',
  'r,16,64',
  'r,16,64,1,2',
  ' r,16,64,1',
  'R,16,64,1',
]);

const record = line(
  maybe(B),
  number,
  B,
  number,
  words(':', ' :'),
  maybe(B),
  words('7', 'T7', 'W0.T7', 'W2.T9', 'W16777214.T1', 'W16777215.T1', 'x', 'W.T1', 'W1.7'),
  B,
);
export const view = file(
  fc.oneof(
    line(
      record,
      words('ifetch', 'read', 'write'),
      B,
      size,
      t(' byte(s) @ 0x'),
      digits,
      maybe(words(' by PC 0x1', '  non-fetched instruction', ' 48 89 e7 mov', '\tnon-fetched', 'x')),
    ),
    line(
      record,
      words(
        '<marker: version 6>',
        '<thread 7 exited>',
        '<header',
        'iflush x',
        'dflush',
        'pref-r-L1 8',
        'pref',
        '48 89',
        'jump',
        '<',
      ),
    ),
  ),
  [
    'Output format:',
    '<--record#-> <--instr#->: x',
    '-----',
    'View tool results:',
    '  5 : total instructions',
    'hello',
    '1 1 7 read',
    '1 1: 7',
    '1 1: 7 read 8 bytes @ 0x1',
    '1 1: 7 read 8 byte(s) @ 10',
    '11: 7 read 1 byte(s) @ 0x1',
    '1 1: 7 read',
  ],
);

const hexAddress = line(words('0x', ''), digits);
const csvValue = fc.oneof(
  { weight: 6, arbitrary: hexAddress },
  { weight: 2, arbitrary: number },
  { weight: 1, arbitrary: words('"77"', '"', '', ' 5 ', '"0x1', '0x') },
);
const opWord = words('r', 'R', 'write', 'LOAD', '28', '2a', '0x2A', '0', '1', '2', 'ifetch', 'x', '');
export const csv = (separator: string, header: string): fc.Arbitrary<Uint8Array> =>
  file(
    line(
      csvValue,
      t(separator),
      opWord,
      t(separator),
      size,
      t(separator),
      words('1', '16777215', '16777216', 'x'),
      maybe(t(`${separator}more`)),
    ),
    [
      `1${separator}r`,
      `1${separator}r${separator}8`,
      '5',
      `"1"${separator}"r"${separator}"8"${separator}"1"`,
      `"1"${separator}" r"${separator}8${separator}1`,
    ],
    t(`${header.replaceAll(',', separator)}\n`),
  );

const fault = line(
  words('page-faults', 'minor-faults', 'major-faults:u', 'faults'),
  t(':'),
  maybe(line(t(' '.repeat(5)), digits, words('', ' _start', ' [unknown]'), t('     '), digits, words('', ' main'))),
);
const point = line(
  words('exceptions:page_fault_user', 'page_fault_kernel'),
  t(': address=0x'),
  digits,
  t(' ip=0x'),
  digits,
  t(' error_code=0x'),
  words('0', '4', '6', '7', '14', '15', 'x'),
);
export const perfScript = file(
  line(
    words('true ', '  Web Content ', 'a 12 b ', '', 'x:y '),
    words('17', '17/18', '16777215/1', '16777216/2'),
    t(' '),
    maybe(t('[001] ')),
    maybe(t('32593.886328: ')),
    maybe(t('1 ')),
    fc.oneof(fault, point, words('cycles: 1', 'sched:sched_switch: prev=1')),
  ),
  [
    'hello',
    '\t  7ff69d5f5b70 main+0x1 (/bin/x)',
    '  ffffffff [unknown]',
    'true 1/1 1.0: page-faults:',
    'true 1/1 1.0: page-faults: 7ff6g',
    'true 1 1.0: page_fault_user: ip=0x1',
  ],
);

const bounds = fc.tuple(fc.integer({ min: 0, max: 0xfffff }), fc.integer({ min: 1, max: 0x5000 }));
const rawRegion = fc
  .tuple(
    bounds,
    words('0', '3', '4294967295', '4294967296', 'x', ''),
    words('', ' 1', ' -1', '  12 more'),
    words(' (  12.000 KiB)  ', '(x)', ' () '),
  )
  .map(
    ([[from, length], count, age, text]) => `${from.toString(16)}-${(from + length).toString(16)}${text}${count}${age}`,
  );
const pointRegion = fc
  .tuple(bounds, words('0', '7'), words('', ' 0'), words('0', '3', '18446744073709551615'))
  .map(
    ([[from, length], count, age, id]) =>
      `   kdamond.0    77 [000] 1.5: damon:damon_aggregated: target_id=${id} nr_regions=2 ${from}-${from + length}: ${count}${age}`,
  );
export const damon = file(fc.oneof(rawRegion, pointRegion), [
  'target_id: 1',
  ' target_id: 0',
  'monitoring_start:  0 ns',
  'nr_regions: 2',
  'base_time_absolute: 8 m',
  'hello',
  '2000-1000 (1 B) 3 1',
  '1000-1000 (1 B) 3 1',
  '1000-2000 (4 KiB)',
  'damon:damon_aggregated: target_id=0 x',
  'damon_aggregated: target_id=5 nr_regions=1 4096-8192: 3',
]);

const memory = fc.oneof(
  fc.bigInt({ min: 1n, max: MAX }).map((value) => `0x${value.toString(16)}`),
  line(
    t('0x016'),
    fc.bigInt({ min: 1n, max: 0xffff_ffff_ffffn }).map((value) => value.toString(16).padStart(12, '0')),
  ),
  words('0x', 'x'),
);
export const perfMem = file(
  line(
    maybe(B),
    words('2054', '1', '16777215', '16777216'),
    B,
    t('2054'),
    B,
    t('0x4005a2'),
    B,
    memory,
    B,
    maybe(t('0x77000 ')),
    words('49', '0'),
    B,
    words('0x68100842', '0x42', '0x5080144', '0x50', '0x48', '0x41', '0x46', '0x0'),
    B,
    words('/root/a.out:main', '[unknown]'),
  ),
  ['1 1 0x1 0x2', '# PID, TID, IP, ADDR, LOCAL WEIGHT, DSRC, SYMBOL', 'hello', '1,1,0x1,0x2,3,0x42,a:b'],
);
