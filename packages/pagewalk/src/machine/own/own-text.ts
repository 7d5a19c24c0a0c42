/** A policy that somebody brought along as text: `NAME@ORIGIN[:PARAMETERS]`. */
export const OWN_TEXT = /^([\w-]+)@((?:sha256|object)-[0-9a-f]+)(?::(.*))?$/;

/** A replacement that leaves the origin out. */
export const OWN_NAME = (_all: string, name: string, _origin: string, parameters?: string): string =>
  parameters === undefined ? name : `${name}:${parameters}`;
