/** First 16 hex digits of the sha256 over the records of 210 000 accesses by 3 processes with seed 7, all else by default. */
export const CHECKSUMS: Readonly<Record<string, string>> = {
  sequential: 'aea83adc4b6c9ddc',
  random: '57d6929be58ce81a',
  working_set: '13b5fe105d40c508',
  locality: '5d517d30a368a097',
  thrashing: '04da284dbd5fb31a',
  zipf: '735dcb958476a78e',
  loop: '724d1a05e6ec2e07',
};

/** The same of the scenarios as text, of 20 000 accesses. */
export const SCENARIO_CHECKSUMS: Readonly<Record<string, string>> = {
  fork_server: 'b1fbfbd804c875d8',
  shared_memory: 'b61162003228a011',
  file_scan: '2e65e46f18215449',
  operations: 'd02285a241417a02',
};
